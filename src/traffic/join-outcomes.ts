import type { JoinedPrediction, JoinedTraffic, OutcomeRecord, PredictionRecord } from "./model.ts";
import { byTime } from "./read-window.ts";

/**
 * Each prediction with what became of it. Of several outcomes of a row the latest by time counts, in whatever order they
 * came; a row scored again by the same version on the same route (a caller's retry) counts once, with its last score.
 *
 * Shapes: `rows` by time of prediction. Missing: `outcome` is undefined while nothing is known; `null` is an outcome.
 */
export function joinOutcomes(
  predictions: readonly PredictionRecord[],
  outcomes: readonly OutcomeRecord[],
): JoinedTraffic {
  const latest = new Map<string, OutcomeRecord>();
  for (const outcome of outcomes) {
    const known = latest.get(outcome.requestId);
    if (known === undefined || byTime(known, outcome) < 0) latest.set(outcome.requestId, outcome);
  }
  const kept = new Map<string, PredictionRecord>();
  for (const prediction of predictions) {
    const { requestId, model, version, route } = prediction;
    const name = JSON.stringify([requestId, model, version, route]);
    const known = kept.get(name);
    if (known === undefined || byTime(known, prediction) < 0) kept.set(name, prediction);
  }
  const rows: JoinedPrediction[] = [...kept.values()].sort(byTime).map((prediction) => {
    const found = latest.get(prediction.requestId);
    return { prediction, outcome: found?.outcome, outcomeAtMs: found?.atMs ?? null };
  });
  const ids = new Set(predictions.map((prediction) => prediction.requestId));
  const matched = outcomes.filter((outcome) => ids.has(outcome.requestId));
  const matchedIds = new Set(matched.map((outcome) => outcome.requestId));
  const delays = rows
    .flatMap((row) => (row.outcomeAtMs === null ? [] : [row.outcomeAtMs - row.prediction.atMs]))
    .sort((a, b) => a - b);
  const labelled = rows.filter((row) => row.outcome !== undefined).length;
  return {
    rows,
    labelled,
    unlabelled: rows.length - labelled,
    unmatched: outcomes.length - matched.length,
    replaced: matched.length - matchedIds.size,
    repeated: predictions.length - kept.size,
    medianDelayMs: delays.length === 0 ? null : delays[Math.floor((delays.length - 1) / 2)]!,
  };
}
