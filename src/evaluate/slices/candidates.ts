import { twoSidedStudent } from "#validate";
import type { SliceColumn } from "./slice-column.ts";

/** A cell of one column, or of two crossed, beside all rows outside of it. */
export interface Candidate {
  readonly columns: readonly SliceColumn[];
  readonly codes: readonly number[];
  readonly rows: number;
  readonly weight: number;
  readonly mean: number;
  readonly rest: number;
  readonly effect: number | null;
  readonly pValue: number;
}

export interface Sums {
  readonly weight: number;
  readonly sum: number;
  readonly squares: number;
  readonly weightSquares: number;
}

export function sumsOf(losses: Float64Array, weights: Float64Array): Sums {
  let weight = 0;
  let sum = 0;
  let squares = 0;
  let weightSquares = 0;
  for (let row = 0; row < losses.length; row++) {
    const w = weights[row]!;
    weight += w;
    weightSquares += w * w;
    sum += w * losses[row]!;
    squares += w * losses[row]! * losses[row]!;
  }
  return { weight, sum, squares, weightSquares };
}

/** Every cell of the columns with rows enough, compared with all rows outside of it. */
export function candidatesOf(
  columns: readonly SliceColumn[],
  losses: Float64Array,
  weights: Float64Array,
  whole: Sums,
  minRows: number,
): Candidate[] {
  const [first, second] = columns as [SliceColumn, SliceColumn?];
  const width = second?.labels.length ?? 1;
  const cells = first.labels.length * width;
  const counts = new Int32Array(cells);
  const sums = new Float64Array(4 * cells);
  for (let row = 0; row < losses.length; row++) {
    const cell = first.codes[row]! * width + (second?.codes[row] ?? 0);
    const w = weights[row]!;
    counts[cell]!++;
    sums[4 * cell]! += w;
    sums[4 * cell + 1]! += w * losses[row]!;
    sums[4 * cell + 2]! += w * losses[row]! * losses[row]!;
    sums[4 * cell + 3]! += w * w;
  }
  const found: Candidate[] = [];
  for (let cell = 0; cell < cells; cell++) {
    if (counts[cell]! < minRows || losses.length - counts[cell]! < minRows) continue;
    const [weight, sum, squares, weightSquares] = sums.subarray(4 * cell, 4 * cell + 4) as unknown as [
      number,
      number,
      number,
      number,
    ];
    const own = { weight, sum, squares, weightSquares };
    const rest = {
      weight: whole.weight - weight,
      sum: whole.sum - sum,
      squares: whole.squares - squares,
      weightSquares: whole.weightSquares - weightSquares,
    };
    if (!(own.weight > 0 && rest.weight > 0)) continue;
    const codes = second === undefined ? [cell] : [Math.floor(cell / width), cell % width];
    found.push({ columns, codes, rows: counts[cell]!, weight, ...welch(own, rest) });
  }
  return found;
}

/** Welch's test that the first mean is greater. Source: B. L. Welch, Biometrika 34, 1947. */
function welch(a: Sums, b: Sums): Pick<Candidate, "mean" | "rest" | "effect" | "pValue"> {
  const moments = ({ weight, sum, squares, weightSquares }: Sums) => {
    const mean = sum / weight;
    const n = (weight * weight) / weightSquares;
    return { mean, n, variance: (Math.max(0, squares / weight - mean * mean) * n) / Math.max(1, n - 1) };
  };
  const [x, y] = [moments(a), moments(b)];
  const gap = x.mean - y.mean;
  const [vx, vy] = [x.variance / x.n, y.variance / y.n];
  const spread = Math.sqrt((x.variance + y.variance) / 2);
  // Losses that do not vary on either side differ for certain, or not at all.
  if (!(vx + vy > 0)) return { mean: x.mean, rest: y.mean, effect: null, pValue: gap > 0 ? 0 : 1 };
  const degrees = (vx + vy) ** 2 / (vx ** 2 / Math.max(1, x.n - 1) + vy ** 2 / Math.max(1, y.n - 1));
  const twoSided = twoSidedStudent(gap / Math.sqrt(vx + vy), degrees);
  return { mean: x.mean, rest: y.mean, effect: gap / spread, pValue: gap > 0 ? twoSided / 2 : 1 - twoSided / 2 };
}
