import type { JsonObject } from "./json.ts";

/** Types of a program's raw input columns. `integer` beyond ±2^53 and other text stay `string`. */
export type InputType = "number" | "integer" | "bool" | "timestamp" | "string" | "strings" | "vector";

/** Levels of a string column, or the range of a numeric one. */
export interface InputDomain {
  readonly levels?: readonly string[];
  readonly low?: number;
  readonly high?: number;
}

export interface ProgramInput {
  readonly name: string;
  readonly type: InputType;
  readonly missingAllowed: boolean;
  /** How many numbers a `vector` has. */
  readonly width?: number;
  /** How text becomes a timestamp: `%Y-%m-%d`, `%Y-%m-%dT%H:%M:%S`, … (only for `timestamp`; ISO 8601 is always read). */
  readonly pattern?: string;
  /** What training saw: levels of a string column, range of a numeric one. Used by `check`, never to change a score. */
  readonly domain?: InputDomain;
  /** What the schema of the data demands of each row. Used by `check`, never to change a score. */
  readonly promise?: InputDomain & { readonly required?: true };
  /**
   * What becomes of a value that cannot be read, or is missing where it may not be; without it the row is refused.
   * `impute`: it is missing (only where that is allowed). `abstain`: the row has no prediction (only where it may not be missing).
   */
  readonly invalid?: "impute" | "abstain";
}

/** A value of the graph by position: 0 … inputs−1 are the inputs, inputs + k is the k-th node. */
export type ValueRef = number;

/** One operator. Nodes lie in topological order: a node reads only inputs and earlier nodes. */
export interface ProgramNode {
  readonly op: string;
  readonly version: 1 | 2;
  readonly inputs: readonly ValueRef[];
  /** Small values inline; arrays of numbers as `{ "tensor": "<name>" }` in the tensor file. */
  readonly attributes: JsonObject;
  /** For people: the feature that this node makes. */
  readonly label?: string;
}

export interface ProgramOutputs {
  readonly task: "binary" | "multiclass" | "regression";
  /** A number (binary: probability of the positive class; regression: the value) or a vector (one score a class). */
  readonly score: ValueRef;
  /** Class names; binary: [negative, positive]. */
  readonly classes?: readonly string[];
  /** Binary: `score >= threshold` is the positive class. */
  readonly threshold?: number;
  /** Regression: bounds that hold the true value for a share `level` of rows like the calibration rows. */
  readonly interval?: { readonly low: ValueRef; readonly high: ValueRef; readonly level: number };
  /** Classifications: a vector with 1 at each class of the set, else 0; it holds the true class for a share `level`. */
  readonly set?: { readonly members: ValueRef; readonly level: number };
  /** How unlike the training rows a row is (a number); beyond `threshold` it is out of the domain. */
  readonly outOfDomain?: { readonly score: ValueRef; readonly threshold: number };
  /** When a row gets no prediction, beside invalid inputs. `unsure`: from ≤ score < to (multiclass: the greatest score). */
  readonly abstain?: {
    readonly outOfDomain?: boolean;
    readonly unsure?: { readonly from: number; readonly to: number };
  };
}

export interface Program {
  /** 2 where an output beside the score, or an input's `invalid`, is used; a program without them is of format 1. */
  readonly format: 1 | 2;
  readonly inputs: readonly ProgramInput[];
  readonly nodes: readonly ProgramNode[];
  readonly outputs: ProgramOutputs;
}

export type Tensor =
  | { readonly type: "f64"; readonly values: Float64Array }
  | { readonly type: "i32"; readonly values: Int32Array }
  | { readonly type: "u32"; readonly values: Uint32Array }
  | { readonly type: "u8"; readonly values: Uint8Array };

export type Tensors = ReadonlyMap<string, Tensor>;
