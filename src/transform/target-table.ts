import type { LevelCounts, TargetFolds } from "./categorical-features.ts";
import type { TransformOptions } from "./options.ts";

export interface TargetTable {
  /** One value a level, learned from every training row. */
  readonly values: Float64Array;
  readonly missing: number;
  /** What an unseen level gets: the overall mean. */
  readonly prior: number;
  /** Training rows: learned from the other folds only. */
  readonly training: Float64Array;
}

/**
 * Smoothed means of the target by level, cross-fitted: (sum + m · prior) / (rows + m).
 *
 * Missing is a level of its own. Rows without a label (NaN) count nowhere. Sums run in ascending order of the target, so
 * that the order of the rows changes nothing.
 * Source: D. Micci-Barreca, "A preprocessing scheme for high-cardinality categorical attributes", SIGKDD Explorations
 * 3(1), 2001, eq. 3–5 with the weight n / (n + m); cross-fitting as in Pargent et al., Computational Statistics 37, 2022.
 */
export function targetTable(
  data: LevelCounts,
  { target, order, fold }: TargetFolds,
  options: TransformOptions,
): TargetTable {
  const width = data.levels.length + 1;
  const folds = options.targetFolds;
  const smoothing = options.targetSmoothing;
  const place = (row: number) => (data.codes[row]! < 0 ? width - 1 : data.codes[row]!);
  // the last block is of all rows; the one before a fold's number leaves that fold out
  const sums = new Float64Array(width * (folds + 1));
  const counts = new Float64Array(width * (folds + 1));
  const totals = new Float64Array(folds + 1);
  const labelled = new Float64Array(folds + 1);
  for (const row of order) {
    const y = target[row]!;
    for (let f = 0; f <= folds; f++) {
      if (f === fold[row]) continue;
      sums[f * width + place(row)]! += y;
      counts[f * width + place(row)]! += 1;
      totals[f]! += y;
      labelled[f]! += 1;
    }
  }
  const prior = (f: number) => (labelled[f] === 0 ? 0 : totals[f]! / labelled[f]!);
  const value = (f: number, level: number) => {
    const weight = counts[f * width + level]! + smoothing;
    return weight === 0 ? prior(f) : (sums[f * width + level]! + smoothing * prior(f)) / weight + 0;
  };
  return {
    values: Float64Array.from({ length: width - 1 }, (_, level) => value(folds, level)),
    missing: data.missing > 0 ? value(folds, width - 1) : prior(folds) + 0,
    prior: prior(folds) + 0,
    training: Float64Array.from(data.codes, (_, row) => value(fold[row]!, place(row))),
  };
}
