import { exponential, logarithm } from "../kernels/twin/numbers.ts";
import type { DesignMatrix } from "./design-matrix.ts";

/** Rows that are worked on together: their margins and residuals stay in the first-level cache. */
const blockRows = 1024;

export interface PassRows {
  readonly task: "binary" | "regression";
  readonly matrix: DesignMatrix;
  readonly target: Float64Array;
  readonly weights: Float64Array | undefined;
  /** Sum of the weights. */
  readonly total: number;
}

/**
 * Mean loss at weights of standardised features and a bias (the last number of the point), and its gradient, in one pass
 * over the rows: each block of rows is read from memory once. Sums run block by block, in the order of the rows.
 */
export function passOver(
  { task, matrix, target, weights, total }: PassRows,
  point: Float64Array,
  gradient: Float64Array,
): number {
  const { columns, rows } = matrix;
  const width = columns.length;
  const margins = new Float64Array(blockRows);
  const scaled = Float64Array.from(columns, ({ deviation }, j) => point[j]! / deviation);
  const bias = columns.reduce((sum, { mean }, j) => sum - scaled[j]! * mean, point[width]!);
  const dense = Array.from(columns.keys()).filter((j) => columns[j]!.rows === null);
  const sparse = Array.from(columns.keys()).filter((j) => columns[j]!.rows !== null);
  const cursors = new Uint32Array(width);
  const sums = new Float64Array(width);
  let [loss, residualSum] = [0, 0];
  for (let from = 0; from < rows; from += blockRows) {
    const to = Math.min(rows, from + blockRows);
    margins.fill(bias);
    for (let k = 0; k < dense.length; k += 4) addColumns(margins, columns, dense, k, from, to, scaled);
    for (const j of sparse) {
      const { rows: used, values } = columns[j]!;
      for (let k = cursors[j]!; k < used!.length && used![k]! < to; k++)
        margins[used![k]! - from]! += scaled[j]! * values[k]!;
    }
    loss +=
      task === "binary"
        ? logLossBlock(margins, target, weights, from, to, total)
        : squaredLossBlock(margins, target, weights, from, to, total);
    for (let i = 0; i < to - from; i++) residualSum += margins[i]!;
    for (let k = 0; k < dense.length; k += 4) dotColumns(margins, columns, dense, k, from, to, sums);
    for (const j of sparse) {
      const { rows: used, values } = columns[j]!;
      let [k, sum] = [cursors[j]!, 0];
      for (; k < used!.length && used![k]! < to; k++) sum += margins[used![k]! - from]! * values[k]!;
      cursors[j] = k;
      sums[j]! += sum;
    }
  }
  columns.forEach(({ mean, deviation, constant }, j) => {
    gradient[j] = constant ? 0 : (sums[j]! - mean * residualSum) / deviation;
  });
  gradient[width] = residualSum;
  return loss;
}

type Columns = DesignMatrix["columns"];

/** Adds four columns at once: each margin is loaded and stored once for them. */
function addColumns(
  out: Float64Array,
  columns: Columns,
  dense: readonly number[],
  at: number,
  from: number,
  to: number,
  factors: Float64Array,
): void {
  if (at + 4 > dense.length) {
    for (const j of dense.slice(at)) {
      const { values } = columns[j]!;
      const factor = factors[j]!;
      for (let i = from; i < to; i++) out[i - from]! += factor * values[i]!;
    }
    return;
  }
  const [p, q, r, s] = [dense[at]!, dense[at + 1]!, dense[at + 2]!, dense[at + 3]!];
  const a = columns[p]!.values;
  const b = columns[q]!.values;
  const c = columns[r]!.values;
  const d = columns[s]!.values;
  const fa = factors[p]!;
  const fb = factors[q]!;
  const fc = factors[r]!;
  const fd = factors[s]!;
  for (let i = from; i < to; i++) out[i - from]! += fa * a[i]! + fb * b[i]! + (fc * c[i]! + fd * d[i]!);
}

/** Four columns' products with the residuals at once: one running sum alone would wait for each addition before it. */
function dotColumns(
  residuals: Float64Array,
  columns: Columns,
  dense: readonly number[],
  at: number,
  from: number,
  to: number,
  sums: Float64Array,
): void {
  if (at + 4 > dense.length) {
    for (const j of dense.slice(at)) {
      const { values } = columns[j]!;
      let sum = 0;
      for (let i = from; i < to; i++) sum += residuals[i - from]! * values[i]!;
      sums[j]! += sum;
    }
    return;
  }
  const [p, q, r, s] = [dense[at]!, dense[at + 1]!, dense[at + 2]!, dense[at + 3]!];
  const a = columns[p]!.values;
  const b = columns[q]!.values;
  const c = columns[r]!.values;
  const d = columns[s]!.values;
  let sa = 0;
  let sb = 0;
  let sc = 0;
  let sd = 0;
  for (let i = from; i < to; i++) {
    const residual = residuals[i - from]!;
    sa += residual * a[i]!;
    sb += residual * b[i]!;
    sc += residual * c[i]!;
    sd += residual * d[i]!;
  }
  sums[p]! += sa;
  sums[q]! += sb;
  sums[r]! += sc;
  sums[s]! += sd;
}

/** The block's part of the mean log loss; its residuals take the margins' place. */
export function logLossBlock(
  margins: Float64Array,
  target: Float64Array,
  weights: Float64Array | undefined,
  from: number,
  to: number,
  total: number,
): number {
  let [sum, product] = [0, 1];
  for (let i = from; i < to; i++) {
    const margin = margins[i - from]!;
    const e = exponential(margin > 0 ? -margin : margin);
    const p = margin > 0 ? 1 / (1 + e) : e / (1 + e);
    const label = target[i]!;
    const wrong = label > 0.5 ? -margin : margin;
    const weight = weights === undefined ? 1 : weights[i]!;
    margins[i - from] = ((p - label) * weight) / total;
    if (wrong > 0) sum += weight * wrong;
    if (weights === undefined) {
      // A product of at most 512 factors between 1 and 2 has one logarithm.
      product *= 1 + e;
      if ((i & 511) === 511) {
        sum += logarithm(product);
        product = 1;
      }
    } else sum += weight * logarithm(1 + e);
  }
  return (sum + logarithm(product)) / total;
}

function squaredLossBlock(
  margins: Float64Array,
  target: Float64Array,
  weights: Float64Array | undefined,
  from: number,
  to: number,
  total: number,
): number {
  let sum = 0;
  for (let i = from; i < to; i++) {
    const error = margins[i - from]! - target[i]!;
    const weighted = weights === undefined ? error : error * weights[i]!;
    sum += 0.5 * weighted * error;
    margins[i - from] = weighted / total;
  }
  return sum / total;
}
