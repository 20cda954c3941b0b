import type { TargetFolds } from "../categorical-features.ts";

/** Codes of rows with the number of codes, and what a code is smoothed to: one number a row. */
export interface Cells {
  readonly codes: Int32Array;
  readonly width: number;
}

/** Cross-fitted means of the target by cell. */
export interface CellMeans {
  /** Of each row, by the rows of other folds. */
  readonly outOfFold: Float64Array;
  /** Of each cell, by all rows; NaN: no row is in it. */
  readonly values: Float64Array;
  readonly counts: Float64Array;
  readonly prior: number;
}

/**
 * Smoothed means of the target by cell, of all rows and of each row by the other folds' rows: (sum + m · prior) / (rows + m).
 *
 * Rows without a label count nowhere. Sums run in ascending order of the target, so that the rows' order changes nothing.
 */
export function cellMeans(
  { codes, width }: Cells,
  { target, order, fold }: TargetFolds,
  folds: number,
  smoothing: number,
): CellMeans {
  const sums = new Float64Array(width * folds);
  const rows = new Float64Array(width * folds);
  const totals = new Float64Array(folds);
  const labelled = new Float64Array(folds);
  for (const row of order) {
    const f = fold[row]!;
    const at = codes[row]! * folds + f;
    sums[at]! += target[row]!;
    rows[at]! += 1;
    totals[f]! += target[row]!;
    labelled[f]! += 1;
  }
  const total = totals.reduce((sum, one) => sum + one, 0);
  const all = labelled.reduce((sum, one) => sum + one, 0);
  const values = new Float64Array(width);
  const counts = new Float64Array(width);
  const cellSums = new Float64Array(width);
  for (let cell = 0; cell < width; cell++) {
    for (let f = 0; f < folds; f++) {
      cellSums[cell]! += sums[cell * folds + f]!;
      counts[cell]! += rows[cell * folds + f]!;
    }
    values[cell] = (cellSums[cell]! + smoothing * (total / all)) / (counts[cell]! + smoothing) + 0;
  }
  const outOfFold = Float64Array.from(codes, (cell, row) => {
    const f = fold[row]!;
    const left = all - labelled[f]!;
    const prior = left > 0 ? (total - totals[f]!) / left : 0;
    const at = cell * folds + f;
    return (cellSums[cell]! - sums[at]! + smoothing * prior) / (counts[cell]! - rows[at]! + smoothing) + 0;
  });
  return { outOfFold, values, counts, prior: all > 0 ? total / all + 0 : 0 };
}
