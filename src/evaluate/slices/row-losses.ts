import type { CheckedInput } from "../check-input.ts";
import { surprise } from "../metrics/binary-sample.ts";

/** What each row costs by itself, so that groups of rows can be compared whatever classes they hold. */
export interface RowLosses {
  readonly name: "log loss" | "share of wrong decisions" | "absolute error";
  readonly values: Float64Array;
}

/** Log loss where scores are probabilities, wrong decisions where they are not; of values the absolute error. */
export function rowLosses({ task, scores, labels, predictions, rows, classes }: CheckedInput): RowLosses {
  const values = new Float64Array(rows);
  if (task === "regression") {
    for (let row = 0; row < rows; row++) values[row] = Math.abs(scores[row]! - labels[row]!);
    return { name: "absolute error", values };
  }
  if (scores.every((score) => score >= 0 && score <= 1)) {
    const width = task === "binary" ? 1 : classes.length;
    for (let row = 0; row < rows; row++) {
      const label = labels[row]!;
      const own = task === "multiclass" ? scores[row * width + label]! : label === 1 ? scores[row]! : 1 - scores[row]!;
      values[row] = surprise(own);
    }
    return { name: "log loss", values };
  }
  for (let row = 0; row < rows; row++) values[row] = predictions[row] === labels[row] ? 0 : 1;
  return { name: "share of wrong decisions", values };
}

/**
 * The mean loss over some rows of always saying their own class shares (log loss: the entropy), their most frequent class, or
 * their median value: what knowing the slice alone would cost.
 */
export function ownBaselineLoss(checked: CheckedInput, rows: readonly number[]): number {
  const { task, labels, weights, scores, classes } = checked;
  const total = rows.reduce((sum, row) => sum + weights[row]!, 0);
  if (!(total > 0)) return 0;
  if (task === "regression") {
    const middle = weightedMedian(rows, labels, weights, total);
    return rows.reduce((sum, row) => sum + weights[row]! * Math.abs(labels[row]! - middle), 0) / total;
  }
  const held = new Float64Array(classes.length);
  for (const row of rows) held[labels[row]!]! += weights[row]!;
  const shares = [...held].map((one) => one / total).filter((share) => share > 0);
  // one class: nothing to learn, and a share of 1 whatever the weights' sum is rounded to
  if (shares.length < 2) return 0;
  if (!scores.every((score) => score >= 0 && score <= 1)) return 1 - Math.max(...shares);
  return shares.reduce((sum, share) => sum + share * surprise(share), 0);
}

function weightedMedian(
  rows: readonly number[],
  labels: ArrayLike<number>,
  weights: Float64Array,
  total: number,
): number {
  let sum = 0;
  for (const row of rows.toSorted((a, b) => labels[a]! - labels[b]!)) {
    sum += weights[row]!;
    if (sum >= total / 2) return labels[row]!;
  }
  return Number.NaN;
}
