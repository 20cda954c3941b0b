import { exponential, logarithm } from "../kernels/twin/numbers.ts";
import type { LearningTask } from "../model.ts";

/**
 * Mean loss of margins (class-major for several classes) and, where `residuals` is given, its derivative by each margin:
 * binary and softmax log loss, half the squared error. `total` is the sum of the weights.
 */
export function meanLoss(
  task: LearningTask,
  classes: number,
  margins: Float64Array,
  target: Float64Array,
  weights: Float64Array | undefined,
  total: number,
  residuals?: Float64Array,
): number {
  const rows = target.length;
  let sum = 0;
  for (let i = 0; i < rows; i++) {
    const weight = (weights?.[i] ?? 1) / total;
    if (task === "regression") {
      const error = margins[i]! - target[i]!;
      sum += 0.5 * weight * error * error;
      if (residuals !== undefined) residuals[i] = weight * error;
    } else if (task === "binary") {
      const wrong = target[i]! > 0.5 ? -margins[i]! : margins[i]!;
      sum += weight * (logarithm(1 + exponential(-Math.abs(wrong))) + Math.max(wrong, 0));
      if (residuals !== undefined) residuals[i] = weight * (1 / (1 + exponential(-margins[i]!)) - target[i]!);
    } else sum += weight * softmaxLoss(classes, rows, i, margins, target[i]!, weight, residuals);
  }
  return sum;
}

function softmaxLoss(
  classes: number,
  rows: number,
  i: number,
  margins: Float64Array,
  label: number,
  weight: number,
  residuals: Float64Array | undefined,
): number {
  let most = margins[i]!;
  for (let c = 1; c < classes; c++) most = Math.max(most, margins[c * rows + i]!);
  let total = 0;
  for (let c = 0; c < classes; c++) total += exponential(margins[c * rows + i]! - most);
  if (residuals !== undefined)
    for (let c = 0; c < classes; c++) {
      const p = exponential(margins[c * rows + i]! - most) / total;
      residuals[c * rows + i] = weight * (c === label ? p - 1 : p);
    }
  return logarithm(total) + most - margins[label * rows + i]!;
}
