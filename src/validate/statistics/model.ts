export type StatisticsType = "INT" | "FLOAT" | "STRING" | "BOOL" | "TIMESTAMP" | "VECTOR";

/** Rows whose value lies in [low, high); the last bucket of a histogram includes its high. */
export interface Bucket {
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

export interface ValueCount {
  readonly value: string;
  readonly count: number;
}

/** Statistics of one column. Every count is exact; `mean`, `std`, `min`, … are of the finite values. */
export interface ColumnStatistics {
  readonly name: string;
  readonly type: StatisticsType;
  readonly present: number;
  readonly missing: number;
  /** Values in a row where the column is present. */
  readonly minValues: number;
  readonly maxValues: number;
  readonly mean?: number;
  /** Of the population (divided by the count). */
  readonly std?: number;
  readonly min?: number;
  /** As numpy: the mean of the middle two when the count is even. */
  readonly median?: number;
  readonly max?: number;
  readonly zeros?: number;
  readonly nans?: number;
  readonly negativeInfinities?: number;
  readonly positiveInfinities?: number;
  /** Ten buckets of equal width. */
  readonly histogram?: readonly Bucket[];
  /** Ten buckets of equal count. */
  readonly quantileHistogram?: readonly Bucket[];
  /** Minimum, nine deciles, maximum (linear interpolation, numpy's default). */
  readonly quantiles?: readonly number[];
  readonly unique?: number;
  /** By count, then by value, both descending. */
  readonly topValues?: readonly ValueCount[];
  /** As `topValues`, up to `rankLimit` values: what domains are inferred from and checked against. */
  readonly rankedValues?: readonly ValueCount[];
  /** Mean length of text in bytes of UTF-8. */
  readonly avgLength?: number;
  /** First and last instant in ISO 8601 (timestamps; their numbers are microseconds UTC). */
  readonly earliest?: string;
  readonly latest?: string;
}

export interface DatasetStatistics {
  readonly rows: number;
  readonly columns: readonly ColumnStatistics[];
}
