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
