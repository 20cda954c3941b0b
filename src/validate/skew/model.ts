/** Two values of one row as texts; `null` is missing. */
export interface ValuePair {
  readonly reference: string | null;
  readonly current: string | null;
}

export interface SkewSample extends ValuePair {
  /** The values of the keys. */
  readonly key: readonly string[];
  /** Rows of either file, from 1. */
  readonly rows: { readonly reference: number; readonly current: number };
}

/** What became of one column between two renderings of the same rows. */
export interface SkewColumn {
  readonly name: string;
  readonly test: "skew";
  /** Share of joined rows whose values differ, missing on one side included. */
  readonly value: number;
  readonly threshold: number;
  /** `value` is greater than the threshold. */
  readonly drifted: boolean;
  readonly detail: {
    /** Equal values, both missing included. */
    readonly match: number;
    /** Both present, different. */
    readonly mismatch: number;
    readonly referenceOnly: number;
    readonly currentOnly: number;
    /** The greatest difference of two numbers. */
    readonly greatestDifference?: number;
    readonly types?: readonly [string, string];
    readonly samples: readonly SkewSample[];
    /** What turned into what, most frequent first. */
    readonly confusion: readonly (ValuePair & { readonly count: number })[];
  };
}

export interface SkewReport {
  readonly keys: readonly string[];
  readonly columns: readonly SkewColumn[];
  /** Columns in which values differ, as a share of the columns compared. */
  readonly share: number;
  readonly drifted: boolean;
  readonly rows: {
    readonly reference: number;
    readonly current: number;
    readonly joined: number;
    readonly referenceOnly: number;
    readonly currentOnly: number;
    /** Rows of both sides without a value in a key; they join nothing. */
    readonly withoutKey: number;
  };
  /** Columns that one side alone has. */
  readonly columnsOnly: { readonly reference: readonly string[]; readonly current: readonly string[] };
}
