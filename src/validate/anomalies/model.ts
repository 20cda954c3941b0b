export type Severity = "ERROR" | "WARNING";

/** A row that shows an anomaly. Rows count from 1, the header is not counted; a missing value is `null`. */
export interface AnomalyExample {
  readonly row: number;
  readonly value: string | number | boolean | null;
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
  /** What to do about it. */
  readonly suggestion?: string;
}

/** An anomaly before its severity and rows are known. */
export interface Finding {
  readonly type: AnomalyType;
  readonly short: string;
  readonly long: string;
  readonly suggestion?: string;
}

export type AnomalyType =
  | "BOOL_TYPE_BIG_INT"
  | "BOOL_TYPE_SMALL_INT"
  | "BOOL_TYPE_UNEXPECTED_FLOAT"
  | "BOOL_TYPE_UNEXPECTED_STRING"
  | "DATA_MISSING"
  | "DATASET_HIGH_NUM_EXAMPLES"
  | "DATASET_LOW_NUM_EXAMPLES"
  | "DERIVED_FEATURE_BAD_LIFECYCLE"
  | "DOMAIN_INVALID_FOR_TYPE"
  | "ENUM_TYPE_UNEXPECTED_STRING_VALUES"
  | "FEATURE_MISSING_NAME"
  | "FEATURE_MISSING_TYPE"
  | "FEATURE_TYPE_HIGH_NUMBER_VALUES"
  | "FEATURE_TYPE_HIGH_UNIQUE"
  | "FEATURE_TYPE_LOW_FRACTION_PRESENT"
  | "FEATURE_TYPE_LOW_NUMBER_PRESENT"
  | "FEATURE_TYPE_LOW_NUMBER_VALUES"
  | "FEATURE_TYPE_LOW_UNIQUE"
  | "FEATURE_TYPE_NOT_PRESENT"
  | "FEATURE_TYPE_NO_UNIQUE"
  | "FLOAT_TYPE_BIG_FLOAT"
  | "FLOAT_TYPE_HAS_INF"
  | "FLOAT_TYPE_HAS_NAN"
  | "FLOAT_TYPE_SMALL_FLOAT"
  | "FLOAT_TYPE_STRING_NOT_FLOAT"
  | "INT_TYPE_BIG_INT"
  | "INT_TYPE_NOT_INT_STRING"
  | "INT_TYPE_SMALL_INT"
  | "INVALID_DOMAIN_SPECIFICATION"
  | "INVALID_FEATURE_SHAPE"
  | "INVALID_SCHEMA_SPECIFICATION"
  | "SCHEMA_MISSING_COLUMN"
  | "SCHEMA_NEW_COLUMN"
  | "UNEXPECTED_DATA_TYPE";
