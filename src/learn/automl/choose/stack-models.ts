import { meanLoss } from "../../linear/losses.ts";
import { minimise } from "../../linear/minimise.ts";
import type { LearningTask } from "../../model.ts";

/** Pull of the weights to their start, beside a mean loss in units of the target's variance. */
const strength = 0.01;

/**
 * Weights ≥ 0 of models' margins that minimise the loss of their weighted sum, drawn to an equal average. They need not add
 * up to 1, so that margins that are too sure or too timid are mended as well.
 *
 * Shapes: margins class-major, one target a row.
 */
export function stackWeights(
  models: readonly Float64Array[],
  target: Float64Array,
  weights: Float64Array | undefined,
  task: LearningTask,
  classes: number,
): number[] {
  const rows = target.length;
  const outputs = task === "multiclass" ? classes : 1;
  let total = 0;
  for (let i = 0; i < rows; i++) total += weights?.[i] ?? 1;
  const scale = task === "regression" ? deviationOf(target) : 1;
  const scaledTarget = task === "regression" ? target.map((value) => value / scale) : target;
  const scaled = task === "regression" ? models.map((margins) => margins.map((margin) => margin / scale)) : models;
  const equal = 1 / models.length;
  const margins = new Float64Array(rows * outputs);
  const residuals = new Float64Array(rows * outputs);
  // A weight is a square, so that it cannot be negative.
  const objective = (point: Float64Array, gradient: Float64Array) => {
    margins.fill(0);
    for (const [k, own] of scaled.entries()) {
      const weight = point[k]! * point[k]!;
      for (let i = 0; i < margins.length; i++) margins[i]! += weight * own[i]!;
    }
    let value = meanLoss(task, outputs, margins, scaledTarget, weights, total, residuals);
    for (const [k, own] of scaled.entries()) {
      let slope = 0;
      for (let i = 0; i < margins.length; i++) slope += residuals[i]! * own[i]!;
      const away = point[k]! * point[k]! - equal;
      value += 0.5 * strength * away * away;
      gradient[k] = 2 * point[k]! * (slope + strength * away);
    }
    return value;
  };
  const start = new Float64Array(models.length).fill(Math.sqrt(equal));
  const found = minimise(start, objective, { iterations: 100, tolerance: 1e-7 });
  return Array.from(found, (root) => root * root);
}

function deviationOf(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) || 1;
}
