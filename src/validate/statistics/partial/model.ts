import type { StatisticsType } from "../model.ts";
import type { ExactSum } from "../sums/exact-sum.ts";
import type { CountedNumbers } from "./counted-numbers.ts";
import type { DistinctSketch } from "./distinct-sketch.ts";

/** Distinct texts, in any order, and how often each occurs. */
export interface CountedTexts {
  readonly values: readonly string[];
  readonly counts: ArrayLike<number>;
}

/**
 * The finite numbers of a column. As long as there are no more distinct ones than the limit they are counted; beyond it
 * `counted` holds buckets (`bucketNumbers`) and `hashes` the least hashes of the distinct ones.
 */
export interface PartialNumbers {
  /** How fine `counted` is: bits kept behind the leading one; 52 where it holds the numbers themselves. */
  readonly bits: number;
  readonly count: number;
  readonly zeros: number;
  readonly nans: number;
  readonly negativeInfinities: number;
  readonly positiveInfinities: number;
  readonly min: number;
  readonly max: number;
  readonly sum: ExactSum;
  readonly squares: ExactSum;
  readonly counted: CountedNumbers;
  readonly hashes?: DistinctSketch;
}

/** The texts of a column; beyond the limit `counted` is gone and `hashes` stand for it. */
export interface PartialTexts {
  readonly count: number;
  readonly totalBytes: number;
  readonly minBytes: number;
  readonly maxBytes: number;
  /** Values that are no UTF-8; they are counted under their bytes in base64 in `binary`. */
  readonly invalid: number;
  readonly counted?: CountedTexts;
  readonly binary?: CountedTexts;
  readonly hashes?: DistinctSketch;
}

/** The same with weights: the exact weight of each distinct value, and of the rows. */
export interface PartialWeights {
  readonly present: ExactSum;
  readonly missing: ExactSum;
  /** Weight times the number of values. */
  readonly total: ExactSum;
  readonly values: ReadonlyMap<number | string, ExactSum>;
}

/** The lists of one nest level and how long they are. */
export interface PartialLevel {
  readonly present: number;
  readonly missing: number;
  readonly lengths: CountedNumbers;
}

export interface PartialColumn {
  readonly name: string;
  readonly path?: readonly string[];
  readonly type: StatisticsType;
  readonly present: number;
  readonly missing: number;
  /** How many values a row that is present holds; absent where it holds one. */
  readonly lengths?: CountedNumbers;
  readonly levels?: readonly PartialLevel[];
  readonly numbers?: PartialNumbers;
  readonly texts?: PartialTexts;
  readonly weights?: PartialWeights;
}

/**
 * What is kept of a part of a dataset so that the statistics of the whole can be made: counts, extremes, exact sums and
 * the values themselves, as long as they are few.
 */
export interface PartialStatistics {
  readonly rows: number;
  /** Distinct values kept for a column. */
  readonly limit: number;
  readonly weightedRows?: ExactSum;
  readonly columns: readonly PartialColumn[];
}
