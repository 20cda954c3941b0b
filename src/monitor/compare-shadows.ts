import type { Task } from "#evaluate";
import type { JoinedPrediction, PredictionRecord } from "#traffic";
import { labelOf } from "./label-of.ts";
import type { ShadowComparison } from "./model.ts";

/** What each shadow said beside the answer that the caller got, by pair of versions, in their order. */
export function compareShadows(
  rows: readonly JoinedPrediction[],
  task: Task,
  classes: readonly string[],
): readonly ShadowComparison[] {
  const live = new Map(
    rows.flatMap((row) => (row.prediction.route === "live" ? [[row.prediction.requestId, row] as const] : [])),
  );
  const pairs = new Map<string, [JoinedPrediction, PredictionRecord][]>();
  for (const { prediction } of rows) {
    const answered = prediction.route === "shadow" ? live.get(prediction.requestId) : undefined;
    if (answered === undefined) continue;
    const name = JSON.stringify([versionOf(answered.prediction), versionOf(prediction)]);
    pairs.set(name, [...(pairs.get(name) ?? []), [answered, prediction]]);
  }
  return [...pairs.values()]
    .map((pairs) => compare(pairs, task, classes))
    .toSorted((a, b) => (a.live + a.shadow < b.live + b.shadow ? -1 : 1));
}

const versionOf = ({ model, version }: PredictionRecord) => `${model}:${version}`;

function compare(
  pairs: readonly [JoinedPrediction, PredictionRecord][],
  task: Task,
  classes: readonly string[],
): ShadowComparison {
  const abstained = { live: 0, shadow: 0, both: 0 };
  const right = { rows: 0, live: 0, shadow: 0 };
  let [decided, agree, scored, difference] = [0, 0, 0, 0];
  for (const [joined, other] of pairs) {
    const answer = joined.prediction;
    if (answer.score !== null && other.score !== null) {
      scored++;
      difference += Math.abs(answer.score - other.score);
    }
    const [a, b] = [answer.prediction, other.prediction];
    if (a === null || b === null) {
      abstained[a === null ? (b === null ? "both" : "live") : "shadow"]++;
      continue;
    }
    decided++;
    if (a === b) agree++;
    const label = labelOf(joined, task, classes);
    if (task === "regression" || Number.isNaN(label)) continue;
    right.rows++;
    if (a === classes[label]) right.live++;
    if (b === classes[label]) right.shadow++;
  }
  const [first, second] = pairs[0]!;
  return {
    live: versionOf(first.prediction),
    shadow: versionOf(second),
    rows: pairs.length,
    decided,
    agree,
    abstained,
    meanScoreDifference: scored === 0 ? null : difference / scored,
    right,
  };
}
