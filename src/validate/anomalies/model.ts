import type { Schema } from "../schema/model.ts";

export type Severity = "ERROR" | "WARNING";

/**
 * A row that shows an anomaly. Rows count from 1, the header is not counted; a missing value is `null`. Of a list it is the first
 * value at fault, or how many there are, like `7 values`.
 */
export interface AnomalyExample {
  readonly row: number;
  readonly value: string | number | boolean | null;
}

/** A change to the schema with which the data would keep to it, in words and as a whole schema. */
export interface SchemaChange {
  readonly words: string;
  readonly schema: Schema;
}

/** One way in which data do not keep to their schema. `type` is the reference's name, `short` and `long` its words. */
export interface Anomaly {
  /** Name of the column; `null` for an anomaly of the data set as a whole. */
  readonly feature: string | null;
  readonly type: AnomalyType;
  readonly severity: Severity;
  readonly short: string;
  readonly long: string;
  /** The first offending rows, where rows were given. */
  readonly examples?: readonly AnomalyExample[];
  /** How many rows offend, where rows were given. */
  readonly offendingRows?: number;
  /** The query that finds the offending rows in a table `input`. */
  readonly sql?: string;
  /** What to do about it. */
  readonly suggestion?: string;
  /** Of a column of times that became text: how most of its times are written. Rows that are written otherwise offend. */
  readonly timePattern?: string;
}

/** What tells which rows an anomaly speaks of. */
export type RowAnomaly = Pick<Anomaly, "feature" | "type" | "timePattern">;

/** An anomaly before its severity and rows are known. */
export interface Finding {
  readonly type: AnomalyType;
  readonly short: string;
  readonly long: string;
  readonly suggestion?: string;
  readonly timePattern?: string;
}

/** A distance between two data sets that the schema asked for, whether or not it passed its threshold. */
export interface DriftSkew {
  readonly feature: string;
  readonly kind: "drift" | "skew";
  readonly measure: "L_INFTY" | "JENSEN_SHANNON_DIVERGENCE" | "NORMALIZED_ABSOLUTE_DIFFERENCE";
  readonly value: number;
  readonly threshold: number;
}

/** What validation says of a data set: `ok` unless an anomaly is an ERROR. */
export interface Validation {
  readonly ok: boolean;
  readonly anomalies: readonly Anomaly[];
  readonly driftSkew: readonly DriftSkew[];
}

/** Every type of anomaly: the sixty that the reference emits, by its names; the last is its flag `data_missing`. */
export const anomalyTypes = [
  "BOOL_TYPE_BIG_INT",
  "BOOL_TYPE_SMALL_INT",
  "BOOL_TYPE_UNEXPECTED_FLOAT",
  "BOOL_TYPE_UNEXPECTED_STRING",
  "COMPARATOR_CONTROL_DATA_MISSING",
  "COMPARATOR_HIGH_NUM_EXAMPLES",
  "COMPARATOR_JENSEN_SHANNON_DIVERGENCE_HIGH",
  "COMPARATOR_LOW_NUM_EXAMPLES",
  "COMPARATOR_L_INFTY_HIGH",
  "COMPARATOR_NORMALIZED_ABSOLUTE_DIFFERENCE_HIGH",
  "DATASET_HIGH_NUM_EXAMPLES",
  "DATASET_LOW_NUM_EXAMPLES",
  "DERIVED_FEATURE_BAD_LIFECYCLE",
  "DERIVED_FEATURE_INVALID_SOURCE",
  "DOMAIN_INVALID_FOR_TYPE",
  "ENUM_TYPE_INVALID_UTF8",
  "ENUM_TYPE_UNEXPECTED_STRING_VALUES",
  "FEATURE_COVERAGE_TOO_LOW",
  "FEATURE_COVERAGE_TOO_SHORT_AVG_TOKEN_LENGTH",
  "FEATURE_MISSING_NAME",
  "FEATURE_MISSING_TYPE",
  "FEATURE_TYPE_HIGH_NUMBER_VALUES",
  "FEATURE_TYPE_HIGH_UNIQUE",
  "FEATURE_TYPE_LOW_FRACTION_PRESENT",
  "FEATURE_TYPE_LOW_NUMBER_PRESENT",
  "FEATURE_TYPE_LOW_NUMBER_VALUES",
  "FEATURE_TYPE_LOW_UNIQUE",
  "FEATURE_TYPE_NOT_PRESENT",
  "FEATURE_TYPE_NO_UNIQUE",
  "FLOAT_TYPE_BIG_FLOAT",
  "FLOAT_TYPE_HAS_INF",
  "FLOAT_TYPE_HAS_NAN",
  "FLOAT_TYPE_SMALL_FLOAT",
  "FLOAT_TYPE_STRING_NOT_FLOAT",
  "INT_TYPE_BIG_INT",
  "INT_TYPE_NOT_INT_STRING",
  "INT_TYPE_SMALL_INT",
  "INVALID_DOMAIN_SPECIFICATION",
  "INVALID_FEATURE_SHAPE",
  "INVALID_SCHEMA_SPECIFICATION",
  "LOW_SUPPORTED_IMAGE_FRACTION",
  "MAX_IMAGE_BYTE_SIZE_EXCEEDED",
  "SCHEMA_MISSING_COLUMN",
  "SCHEMA_NEW_COLUMN",
  "SEMANTIC_DOMAIN_UPDATE",
  "SEQUENCE_VALUE_TOO_FEW_OCCURRENCES",
  "SEQUENCE_VALUE_TOO_LARGE_FRACTION",
  "SEQUENCE_VALUE_TOO_MANY_OCCURRENCES",
  "SEQUENCE_VALUE_TOO_SMALL_FRACTION",
  "SPARSE_FEATURE_LENGTH_MISMATCH",
  "SPARSE_FEATURE_MISSING_INDEX",
  "SPARSE_FEATURE_MISSING_VALUE",
  "SPARSE_FEATURE_NAME_COLLISION",
  "STATS_NOT_AVAILABLE",
  "UNEXPECTED_DATA_TYPE",
  "VALUE_NESTEDNESS_MISMATCH",
  "WEIGHTED_FEATURE_LENGTH_MISMATCH",
  "WEIGHTED_FEATURE_MISSING_VALUE",
  "WEIGHTED_FEATURE_MISSING_WEIGHT",
  "WEIGHTED_FEATURE_NAME_COLLISION",
  "DATA_MISSING",
] as const;
export type AnomalyType = (typeof anomalyTypes)[number];
