import type { FitTerms, FittedTerms, TermRows } from "#transform";
import { fitStopped } from "../fit-stopped.ts";
import { fitSparse } from "../linear/fit-sparse.ts";
import { meanLoss } from "../linear/losses.ts";
import type { LearningTask } from "../model.ts";

/** Inverse strengths that are tried, strongest first, each for a weight of one: scikit-learn's C. */
const path = [1, 4, 16, 64];
const iterations = 100;
const tolerance = 1e-5;

/**
 * Logistic, softmax or ridge regression on sparse terms: weights by output, bias, and the margins that training rows get
 * from models which did not see their fold.
 *
 * The penalty (L2, not of the bias) is the one of the least loss out of fold; each fit starts from the stronger one before.
 * Errors: KERNEL_STOPPED: when `stopping` says so. Rows whose target is NaN, or whose weight is 0, are not learned from; a weight of two counts as two rows. All sums run in row order.
 */
export function fitTermsOf(task: LearningTask, stopping: () => boolean = () => false): FitTerms {
  return ({ terms, target, outputs, fold, weights }) => {
    const folds = fold.reduce((most, one) => Math.max(most, one), 0) + 1;
    const rows = Array.from(target.keys()).filter((row) => !Number.isNaN(target[row]!) && weights?.[row] !== 0);
    const parts = Array.from({ length: folds }, (_, k) =>
      subset(
        terms,
        target,
        rows.filter((row) => fold[row] !== k),
        weights,
      ),
    );
    const all = subset(terms, target, rows, weights);
    const size = outputs * (terms.width + 1);
    let points = parts.map((part) => startOf(part, size, outputs, task));
    let best: { c: number; loss: number; margins: Float64Array; start: Float64Array } | undefined;
    for (const c of path) {
      points = parts.map((part, k) => {
        const point = fitOnce(part, outputs, task, 1 / (c * (all.total || 1)), points[k]!, stopping);
        if (stopping()) throw fitStopped("amid the terms of a text");
        return point;
      });
      const margins = new Float64Array(outputs * target.length);
      for (let row = 0; row < target.length; row++)
        for (let j = 0; j < outputs; j++)
          margins[j * target.length + row] = marginOf(terms, row, points[fold[row]!]!, j);
      const seen = new Float64Array(outputs * rows.length);
      for (let j = 0; j < outputs; j++)
        rows.forEach((row, i) => {
          seen[j * rows.length + i] = margins[j * target.length + row]!;
        });
      const loss = meanLoss(task, outputs, seen, all.target, all.weights, all.total || 1);
      if (best !== undefined && loss >= best.loss) break;
      best = { c, loss, margins, start: points[0]! };
    }
    // The fit of four fifths of the rows is near that of all.
    const { c, margins, start } = best!;
    const point = fitOnce(all, outputs, task, 1 / (c * (all.total || 1)), start.slice(), stopping);
    if (stopping()) throw fitStopped("amid the terms of a text");
    return unpack(point, terms.width, outputs, margins);
  };
}

interface Part extends TermRows {
  readonly rows: number;
  readonly target: Float64Array;
  readonly weights: Float64Array | undefined;
  /** Sum of the weights. */
  readonly total: number;
}

function subset(
  terms: TermRows,
  target: Float64Array,
  rows: readonly number[],
  weights: Float64Array | undefined,
): Part {
  const starts = new Uint32Array(rows.length + 1);
  rows.forEach((row, i) => {
    starts[i + 1] = starts[i]! + terms.starts[row + 1]! - terms.starts[row]!;
  });
  const indexes = new Uint32Array(starts.at(-1)!);
  const values = new Float64Array(starts.at(-1)!);
  rows.forEach((row, i) => {
    indexes.set(terms.indexes.subarray(terms.starts[row]!, terms.starts[row + 1]!), starts[i]!);
    values.set(terms.values.subarray(terms.starts[row]!, terms.starts[row + 1]!), starts[i]!);
  });
  const own = Float64Array.from(rows, (row) => target[row]!);
  const counted = weights && Float64Array.from(rows, (row) => weights[row]!);
  const total = counted === undefined ? rows.length : counted.reduce((sum, weight) => sum + weight, 0);
  return { width: terms.width, starts, indexes, values, rows: rows.length, target: own, weights: counted, total };
}

/** Weights 0; a regression begins at the mean, so that its bias is not penalised into it. */
function startOf(
  { target, weights, total, width }: Part,
  size: number,
  outputs: number,
  task: LearningTask,
): Float64Array {
  const point = new Float64Array(size);
  if (task === "regression" && outputs === 1 && target.length > 0)
    point[width] = target.reduce((sum, value, row) => sum + value * (weights?.[row] ?? 1), 0) / total;
  return point;
}

function marginOf({ width, starts, indexes, values }: TermRows, row: number, point: Float64Array, j: number): number {
  const from = j * (width + 1);
  let margin = point[from + width]!;
  for (let k = starts[row]!; k < starts[row + 1]!; k++) margin += point[from + indexes[k]!]! * values[k]!;
  return margin;
}

function fitOnce(
  part: Part,
  outputs: number,
  task: LearningTask,
  strength: number,
  start: Float64Array,
  stopping: () => boolean,
): Float64Array {
  const { weights, ...terms } = part;
  if (part.rows === 0) return start;
  const rows = { ...terms, ...(weights && { weights }), task, outputs };
  return fitSparse(rows, { strength, iterations, tolerance, stopping }, start);
}

function unpack(point: Float64Array, width: number, outputs: number, outOfFold: Float64Array): FittedTerms {
  const weights = new Float64Array(width * outputs);
  for (let j = 0; j < outputs; j++) weights.set(point.subarray(j * (width + 1), j * (width + 1) + width), j * width);
  return {
    weights,
    bias: Float64Array.from({ length: outputs }, (_, j) => point[j * (width + 1) + width]!),
    outOfFold,
  };
}
