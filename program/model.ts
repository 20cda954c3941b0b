import type { JsonObject } from "./json.ts";

/** Types of a program's raw input columns. `integer` beyond ±2^53 and other text stay `string`. */
export type InputType = "number" | "integer" | "bool" | "timestamp" | "string" | "strings" | "vector";

export interface ProgramInput {
  readonly name: string;
  readonly type: InputType;
  readonly missingAllowed: boolean;
  /** How many numbers a `vector` has. */
  readonly width?: number;
  /** How text becomes a timestamp: `%Y-%m-%d`, `%Y-%m-%dT%H:%M:%S`, … (only for `timestamp`; ISO 8601 is always read). */
  readonly pattern?: string;
  /** What training saw: levels of a string column, range of a numeric one. Used by `check`, never to change a score. */
  readonly domain?: { readonly levels?: readonly string[]; readonly low?: number; readonly high?: number };
}

/** A value of the graph by position: 0 … inputs−1 are the inputs, inputs + k is the k-th node. */
export type ValueRef = number;

/** One operator. Nodes lie in topological order: a node reads only inputs and earlier nodes. */
export interface ProgramNode {
  readonly op: string;
  readonly version: 1;
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
}

export interface Program {
  readonly format: 1;
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
