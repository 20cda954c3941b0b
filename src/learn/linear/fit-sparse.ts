import type { TermRows } from "#transform";
import type { LearningTask } from "../model.ts";
import { compactColumns } from "./compact-columns.ts";
import { meanLoss } from "./losses.ts";
import { minimise } from "./minimise.ts";
import { truncatedNewton } from "./truncated-newton.ts";

/** Rows of few numbers among many columns, with what they are to give. */
export interface SparseRows extends TermRows {
  readonly rows: number;
  readonly target: Float64Array;
  readonly weights?: Float64Array;
  readonly task: LearningTask;
  readonly outputs: number;
}

export interface SparseOptions {
  /** L2 strength a row's mean loss bears; scikit-learn's 1 / (C · rows). */
  readonly strength: number;
  readonly iterations: number;
  readonly tolerance: number;
  /** Once it says so, the weights found so far are given. */
  readonly stopping?: () => boolean;
}

/**
 * Logistic, softmax or ridge regression on sparse rows: output by output the weights of the columns as they come, then a bias
 * without penalty. All sums run in row order.
 */
export function fitSparse(rows: SparseRows, options: SparseOptions, start?: Float64Array): Float64Array {
  const own = start ?? new Float64Array(rows.outputs * (rows.width + 1));
  if (rows.outputs === 1) {
    const compact = compactColumns(rows);
    return compact.toWide(truncatedNewton(compact.rows, compact.fromWide(own), options));
  }
  return minimise(own, byPhases(rows, options.strength), options);
}

/** Several outputs: all margins first. */
function byPhases(data: SparseRows, strength: number) {
  const { rows, width, starts, indexes, values, target, weights, task, outputs } = data;
  const margins = new Float64Array(rows * outputs);
  const residuals = new Float64Array(rows * outputs);
  const total = totalOf(rows, weights);
  return (point: Float64Array, gradient: Float64Array): number => {
    for (let c = 0; c < outputs; c++)
      for (let row = 0; row < rows; row++)
        margins[c * rows + row] = dotRow(starts, indexes, values, row, point, c * (width + 1), width);
    let value = meanLoss(task, outputs, margins, target, weights, total, residuals);
    for (let c = 0; c < outputs; c++) {
      const from = c * (width + 1);
      value += penalty(point, gradient, from, width, strength);
      let biasSlope = 0;
      for (let row = 0; row < rows; row++) {
        const residual = residuals[c * rows + row]!;
        biasSlope += residual;
        for (let k = starts[row]!; k < starts[row + 1]!; k++) gradient[from + indexes[k]!]! += residual * values[k]!;
      }
      gradient[from + width] = biasSlope;
    }
    return value;
  };
}

/** Half the squared weights; their gradient takes the place of what was there. */
function penalty(point: Float64Array, gradient: Float64Array, from: number, width: number, strength: number): number {
  let sum = 0;
  for (let j = from; j < from + width; j++) {
    const weight = point[j]!;
    sum += weight * weight;
    gradient[j] = strength * weight;
  }
  return 0.5 * strength * sum;
}

function dotRow(
  starts: Uint32Array,
  indexes: Uint32Array,
  values: Float64Array,
  row: number,
  point: Float64Array,
  from: number,
  width: number,
): number {
  let margin = point[from + width]!;
  const end = starts[row + 1]!;
  for (let k = starts[row]!; k < end; k++) margin += point[from + indexes[k]!]! * values[k]!;
  return margin;
}

function totalOf(rows: number, weights: Float64Array | undefined): number {
  return weights?.reduce((sum, weight) => sum + weight, 0) ?? rows;
}
