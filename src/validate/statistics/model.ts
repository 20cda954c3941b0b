export type StatisticsType = "INT" | "FLOAT" | "STRING" | "BYTES" | "STRUCT" | "BOOL" | "TIMESTAMP" | "VECTOR";

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

/** What is said of one nest level of lists: how many lists there are, and how long they are. */
export interface LevelStatistics {
  readonly present: number;
  readonly missing: number;
  readonly minValues: number;
  readonly maxValues: number;
  readonly totalValues: number;
}

/** Figures where each row counts with its weight. */
export interface WeightedStatistics {
  readonly present: number;
  readonly missing: number;
  readonly totalValues: number;
  readonly avgValues: number;
  readonly mean?: number;
  readonly std?: number;
  readonly median?: number;
  readonly histogram?: readonly Bucket[];
  readonly quantileHistogram?: readonly Bucket[];
  readonly topValues?: readonly ValueCount[];
  readonly rankedValues?: readonly ValueCount[];
}

/** A statistic with a name of its own: a number, a text, a histogram, or counts by label. */
export interface CustomStatistic {
  readonly name: string;
  readonly num?: number;
  readonly str?: string;
  readonly histogram?: readonly Bucket[];
  readonly ranks?: readonly ValueCount[];
}

/** How often and where one token of interest stands. Rates lie in [0, 1]. */
export interface TokenStatistics {
  readonly token: string | number;
  readonly count: number;
  readonly sequencesShare: number;
  /** Occurrences in a sequence that has the token. */
  readonly minPerSequence: number;
  readonly avgPerSequence: number;
  readonly maxPerSequence: number;
  /** Counts over the tenths of a sequence. */
  readonly positions: readonly Bucket[];
}

export interface NaturalLanguageStatistics {
  /** Share of tokens that the vocabulary knows. */
  readonly coverage: number;
  readonly avgTokenLength: number;
  readonly minSequenceLength: number;
  readonly maxSequenceLength: number;
  readonly tokenLengths: readonly Bucket[];
  readonly sequenceLengths: readonly Bucket[];
  readonly tokens: readonly TokenStatistics[];
  readonly rankedTokens: readonly ValueCount[];
  readonly reportedSequences?: readonly string[];
}

/** How far a figure may be from the truth: not at all, by a share of itself, or by a share of the rows (quantiles). */
export type Precision =
  | "exact"
  | { readonly relativeError: number }
  | { readonly relativeError: number; readonly confidence: number };

/** Statistics of one column. Every count is exact; `mean`, `std`, `min`, … are of the finite values. */
export interface ColumnStatistics {
  /** A field of a structure is named by its path: steps joined by dots. */
  readonly name: string;
  /** The steps of the path, where there is more than one. */
  readonly path?: readonly string[];
  readonly type: StatisticsType;
  readonly present: number;
  readonly missing: number;
  /** Values in a row where the column is present. */
  readonly minValues: number;
  readonly maxValues: number;
  /** Values in all rows; absent where each row that is present holds one. */
  readonly totalValues?: number;
  /** Ten buckets of equal count over the number of values in a row; absent where each row that is present holds one. */
  readonly valuesHistogram?: readonly Bucket[];
  /** For lists of lists: one entry a nest level, outermost first. */
  readonly levels?: readonly LevelStatistics[];
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
  /** At most 256 cells as fine as that allows: unions of those of any other column, so that two can be compared. */
  readonly cells?: readonly Bucket[];
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
  /** Lengths of values in bytes (text and bytes). */
  readonly minLength?: number;
  readonly maxLength?: number;
  /** Values that are not valid UTF-8; among `topValues` they stand as `__BYTES_VALUE__`. */
  readonly invalidUtf8?: number;
  readonly weighted?: WeightedStatistics;
  /** What the values are about, where nearly all of them look like it. */
  readonly semantic?: "language" | "image" | "time";
  readonly custom?: readonly CustomStatistic[];
  readonly language?: NaturalLanguageStatistics;
  /** Of a column that was made from others for validation: what made it. */
  readonly derivedBy?: string;
  /** `exact`, or the figures that are not with their bounds. */
  readonly precision?: "exact" | Readonly<Record<string, Precision>>;
}

/** How two columns go together over the rows in which both hold one value. */
export interface CrossStatistics {
  readonly x: string;
  readonly y: string;
  readonly count: number;
  /** Of the population (divided by the count). */
  readonly covariance?: number;
  /** Pearson's; absent where one of the two is constant. */
  readonly correlation?: number;
  readonly lift?: readonly LiftSeries[];
  /** In nats, of the column with the label. */
  readonly mutualInformation?: number;
  /** Mutual information beyond what chance gives, over what is possible: 0 is chance, 1 is one-to-one. */
  readonly adjustedMutualInformation?: number;
}

/** For one value of the label y: P(y | x) / P(y) for each value of x, greatest first. */
export interface LiftSeries {
  readonly y: string | Bucket;
  readonly count: number;
  readonly values: readonly {
    readonly x: string;
    readonly lift: number;
    readonly xCount: number;
    readonly bothCount: number;
  }[];
}

export interface DatasetStatistics {
  /** Of a slice: column and value, like `carrier_UA`. */
  readonly name?: string;
  readonly rows: number;
  readonly columns: readonly ColumnStatistics[];
  /** Sum of the weights, where there is a weight. */
  readonly weightedRows?: number;
  readonly cross?: readonly CrossStatistics[];
  readonly slices?: readonly DatasetStatistics[];
}
