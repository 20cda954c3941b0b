import type { Frame } from "@millrace/program";
import type { Task } from "#evaluate";
import {
  type FallbackReason,
  type JoinedPrediction,
  joinOutcomes,
  type TrafficHealth,
  type TrafficWindow,
  type WindowColumn,
  windowAsFrame,
} from "#traffic";
import { compareShadows } from "./compare-shadows.ts";
import { labelOf } from "./label-of.ts";
import type { SoftwareReport } from "./model.ts";

/** A window as monitoring looks at it: inputs, scores, what came true, and how the software did. */
export interface CurrentWindow {
  readonly fromMs: number;
  readonly toMs: number;
  readonly frame: Frame;
  /** One a row: positive class's score, regression value, or the greatest of a multiclass model; NaN where missing. */
  readonly scores: Float64Array;
  /** Multiclass: one score a class, row-major. */
  readonly classScores?: Float64Array;
  /** Index of the predicted class, −1 where missing; not for regressions. */
  readonly predicted?: Int32Array;
  /** Index of the class that came true, or the value; NaN while unknown. */
  readonly labels: Float64Array;
  readonly medianDelayMs: number | null;
  /** Outcomes that are none of the classes, or no number. */
  readonly strangeOutcomes: number;
  readonly software: SoftwareReport;
}

export interface EvidenceOptions {
  readonly task: Task;
  /** Binary: negative, positive. */
  readonly classes?: readonly string[];
  /** The model's inputs; other columns that are kept may be named too. */
  readonly columns: readonly WindowColumn[];
  /** Only rows that this version scored. */
  readonly version?: number;
  readonly health?: TrafficHealth;
}

/**
 * What a window of recorded traffic says, ready for `monitorWindow`. Only rows that were answered count, not a shadow's.
 *
 * Shapes: one row a joined prediction, by time. Missing: scores and labels are NaN, classes −1.
 */
export function evidenceFromTraffic(traffic: TrafficWindow, options: EvidenceOptions): CurrentWindow {
  const { task, classes = [], columns, version, health } = options;
  const live = traffic.predictions.filter(
    (one) => one.route === "live" && (version === undefined || one.version === version),
  );
  const joined = joinOutcomes(live, traffic.outcomes);
  // where the model gave no prediction, there is none to be right or wrong
  const labels = Float64Array.from(joined.rows, (row) =>
    row.prediction.abstain === undefined ? labelOf(row, task, classes) : Number.NaN,
  );
  const known = joined.rows.filter(
    (row) => row.outcome !== undefined && row.outcome !== null && row.prediction.abstain === undefined,
  ).length;
  const places = new Map(classes.map((name, index) => [name, index]));
  return {
    fromMs: traffic.fromMs,
    toMs: traffic.toMs,
    frame: windowAsFrame(joined.rows, columns).frame,
    scores: Float64Array.from(joined.rows, (row) => row.prediction.score ?? Number.NaN),
    ...(task === "multiclass" && { classScores: classScoresOf(joined.rows, classes) }),
    ...(task !== "regression" && {
      predicted: Int32Array.from(joined.rows, (row) => places.get(String(row.prediction.prediction)) ?? -1),
    }),
    labels,
    medianDelayMs: joined.medianDelayMs,
    strangeOutcomes: known - labels.reduce((count, label) => count + (Number.isNaN(label) ? 0 : 1), 0),
    software: { ...softwareOf(traffic, joined.rows, health), ...shadowsOf(traffic, options) },
  };
}

function classScoresOf(rows: readonly JoinedPrediction[], classes: readonly string[]): Float64Array {
  const scores = new Float64Array(rows.length * classes.length);
  for (const [row, { prediction }] of rows.entries())
    for (const [index, name] of classes.entries())
      scores[row * classes.length + index] = prediction.scores?.[name] ?? Number.NaN;
  return scores;
}

/** Shadows are compared with the answers that the caller got, whichever version gave them. */
function shadowsOf({ predictions, outcomes }: TrafficWindow, { task, classes = [] }: EvidenceOptions) {
  if (!predictions.some(({ route }) => route === "shadow")) return {};
  return { shadows: compareShadows(joinOutcomes(predictions, outcomes).rows, task, classes) };
}

function softwareOf(
  traffic: TrafficWindow,
  rows: readonly JoinedPrediction[],
  health: TrafficHealth | undefined,
): SoftwareReport {
  const latencies = Float64Array.from(rows, (row) => row.prediction.latencyMicros).sort();
  const quantile = (q: number) =>
    latencies.length === 0 ? null : latencies[Math.min(latencies.length - 1, Math.ceil(q * latencies.length) - 1)]!;
  const versions = new Map<string, number>();
  for (const { prediction } of rows) {
    const name = `${prediction.model}:${prediction.version}`;
    versions.set(name, (versions.get(name) ?? 0) + 1);
  }
  const fallbacks = new Map<FallbackReason, number>();
  for (const { prediction } of rows)
    if (prediction.fallback !== undefined)
      fallbacks.set(prediction.fallback, (fallbacks.get(prediction.fallback) ?? 0) + 1);
  const abstained = rows.filter(({ prediction }) => prediction.abstain !== undefined).length;
  return {
    requests: rows.length,
    ...(abstained === 0 ? {} : { abstained }),
    ...(fallbacks.size === 0 ? {} : { fallbacks: Object.fromEntries([...fallbacks].sort()) }),
    latencyP50Micros: quantile(0.5),
    latencyP99Micros: quantile(0.99),
    lost: traffic.lost,
    torn: traffic.torn,
    unreadable: traffic.unreadable,
    dropped: health?.dropped ?? null,
    problem: health?.problem ?? null,
    versions: Object.fromEntries([...versions].sort()),
  };
}
