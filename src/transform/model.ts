import type { ProgramInput, ProgramNode, Tensors, ValueRef } from "@millrace/program";
import type { DeclaredFeatures } from "./declared/schema.ts";

/** Which columns are more than features. Only columns without a role are learned from; `time` gives date parts as well. */
export interface ColumnRoles {
  readonly id?: readonly string[];
  readonly time?: string | undefined;
  readonly group?: string | readonly string[] | undefined;
  readonly weight?: string | undefined;
  readonly label?: string | undefined;
  readonly metadata?: readonly string[];
  /** Watched for fairness; learned from all the same. */
  readonly sensitive?: readonly string[];
  readonly ignore?: readonly string[];
}

/** What is to be predicted from what. */
export interface TransformRequest {
  readonly task: "binary" | "multiclass" | "regression";
  /** The target's column; it is never an input. */
  readonly target: string;
  /**
   * One number a training row: 0 or 1, the class's index, or the value. Needed where the target's column is text;
   * otherwise read from the column. NaN: the row has no label.
   */
  readonly targetValues?: Float64Array;
  /** Roles, or the list of columns to learn from (then every other column is left alone). */
  readonly columns?: ColumnRoles | readonly string[];
  /** How the text of a timestamp column reads, by column: becomes the input's pattern. */
  readonly patterns?: Readonly<Record<string, string>>;
  /** Features that a person wrote, by name. */
  readonly declared?: DeclaredFeatures;
  /** How terms of free text are learned; without it free text is left out. Several classes need `classes`. */
  readonly fitTerms?: FitTerms;
  /** How much each training row counts where terms are learned; 1 by default. */
  readonly rowWeights?: Float64Array;
  readonly classes?: number;
}

/** Terms of texts: row i has `indexes` and `values` from `starts[i]` to `starts[i + 1]`, indexes increasing and < width. */
export interface TermRows {
  readonly width: number;
  readonly starts: Uint32Array;
  readonly indexes: Uint32Array;
  readonly values: Float64Array;
}

/** Weights output by output, and out-of-fold margins output by output. */
export interface FittedTerms {
  readonly weights: Float64Array;
  readonly bias: Float64Array;
  readonly outOfFold: Float64Array;
}

/**
 * Learns a linear model of terms: `target` as in `TransformRequest` (NaN: no label), `outputs` classes or 1, and the fold of each
 * row, whose rows its out-of-fold margins must not have seen.
 */
export type FitTerms = (input: {
  readonly terms: TermRows;
  readonly target: Float64Array;
  readonly outputs: number;
  readonly fold: Uint8Array;
  /** Of the rows, not negative; 1 by default. */
  readonly weights?: Float64Array;
}) => FittedTerms;

/** Which learners a matrix is for; that of `levels` has the features of `trees`, too. */
export type MatrixKind = "trees" | "linear" | "levels";

/** One column of a training matrix, and where it lies in the program. */
export interface PlanFeature {
  readonly name: string;
  readonly ref: ValueRef;
  /** `categorical` values are codes 0 … levels − 1; the last code stands for rare and unseen levels. */
  readonly kind: "numeric" | "categorical";
  readonly levels?: number;
  /** The input column that it is made of. */
  readonly from: string;
  /**
   * `trees` take missing values and codes as they are; `linear` features are never missing and about unit scale; `levels` are
   * codes of many levels, for trees that encode levels themselves.
   */
  readonly for: readonly MatrixKind[];
  /** It is one of the `tables` that were found. */
  readonly table?: true;
  /** It is how frequent a cell of one of the `tables` is. */
  readonly frequency?: true;
  /** It is one of the `combinations` that were found. */
  readonly combination?: true;
}

/** A column that is not learned from, and why, in one clause. */
export interface LeftOut {
  readonly column: string;
  readonly reason: string;
}

/** The feature part of a program, learned from training rows: a program without outputs. */
export interface FeaturePlan {
  readonly inputs: readonly ProgramInput[];
  readonly nodes: readonly ProgramNode[];
  readonly tensors: Tensors;
  readonly features: readonly PlanFeature[];
  readonly leftOut: readonly LeftOut[];
  readonly trainingRows: number;
  /**
   * By feature: the values that training rows get instead of what the program gives, because a table of the target must
   * not tell a row its own label. One value a training row.
   */
  readonly trainingOverrides: ReadonlyMap<string, Float64Array>;
}
