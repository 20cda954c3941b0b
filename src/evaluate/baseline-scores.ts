import { MillraceError } from "#kernel";
import { fixedOrderSum } from "#validate";
import type { Task } from "./model.ts";

/**
 * The scores of a model that knows only how the training labels are spread: the positive share, the share of each class,
 * or the mean; each label counts as its weight says.
 *
 * ```ts
 * baselineScores("binary", [0, 0, 0, 1], 2); // Float64Array [0.25, 0.25]
 * ```
 *
 * Shapes: n scores; multiclass n × classes, row by row. Errors: EVALUATE_BASELINE_EMPTY: without training labels.
 */
export function baselineScores(
  task: Task,
  trainLabels: ArrayLike<number>,
  n: number,
  options: { readonly classes?: number; readonly weights?: ArrayLike<number> } = {},
): Float64Array {
  const rows = trainLabels.length;
  if (rows === 0)
    throw new MillraceError("EVALUATE_BASELINE_EMPTY", {
      message: "A baseline needs training labels, and there are none.",
      next: "Give the labels of the training rows.",
    });
  const weightOf = (row: number) => options.weights?.[row] ?? 1;
  const total = options.weights === undefined ? rows : fixedOrderSum(rows, weightOf);
  if (task !== "multiclass")
    return new Float64Array(n).fill(fixedOrderSum(rows, (row) => weightOf(row) * trainLabels[row]!) / total);
  let classes = options.classes ?? 0;
  for (let row = 0; row < rows; row++) classes = Math.max(classes, trainLabels[row]! + 1);
  const shares = new Float64Array(classes);
  for (let row = 0; row < rows; row++) shares[trainLabels[row]!]! += weightOf(row);
  return Float64Array.from({ length: n * classes }, (_, i) => shares[i % classes]! / total);
}
