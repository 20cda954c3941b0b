import type { Program, ProgramInput, Tensors } from "../model.ts";
import type { OnnxPort } from "../operators/attributes.ts";

/**
 * A program brought to the few forms that every language can express. All number-like values (number, integer, bool as
 * 0 or 1, timestamp) are doubles, and NaN is missing; a text is null where it is missing; a vector is missing where its
 * first number is NaN. A compiler prints these forms and nothing else, so an operator is lowered once and runs everywhere.
 */
export interface Lowered {
  readonly program: Program;
  readonly inputs: readonly LoweredInput[];
  /** How many slots of each kind there are; slots are written once, before they are read. */
  readonly numbers: number;
  readonly texts: number;
  /** Width of each vector slot (≥ 1). */
  readonly vectors: readonly number[];
  readonly tables: readonly Table[];
  /** In order. */
  readonly statements: readonly Statement[];
  /** Outputs beside the score, in the order of their columns. */
  readonly extras: readonly LoweredExtra[];
  /** Where the score lies: a number slot, or for multiclass a vector slot of one number a class. */
  readonly score: { readonly number: number } | { readonly vector: number };
}

/**
 * An output beside the score. `number`: a number slot. `set`: a vector slot, 1 at each class of the set. `reason`: a number
 * slot, 0 where the row has a prediction, else 1 + the place in `abstainReasons`.
 */
export interface LoweredExtra {
  readonly kind: "number" | "set" | "reason";
  /** As a property of a result, and as a column of CSV. */
  readonly name: "intervalLow" | "intervalHigh" | "set" | "outOfDomain" | "abstain";
  readonly column: string;
  readonly slot: number;
}

/**
 * An input fills a text slot (types `string` and `strings`: each item, and a NUL behind it), a vector slot (`vector`) or a
 * number slot. Inputs that no score depends on are left out.
 */
export type LoweredInput =
  | {
      readonly input: ProgramInput;
      readonly text: number;
      /** Table of the levels that training saw (`withSeenLevels`). */
      readonly seen?: number;
      readonly number?: never;
      readonly vector?: never;
    }
  | {
      readonly input: ProgramInput;
      readonly vector: number;
      readonly seen?: never;
      readonly text?: never;
      readonly number?: never;
    }
  | {
      readonly input: ProgramInput;
      readonly number: number;
      readonly seen?: never;
      readonly text?: never;
      readonly vector?: never;
    };

/** Constants by position; `levels` are distinct texts, well-formed. */
export type Table =
  | { readonly type: "f64"; readonly values: Float64Array }
  | { readonly type: "levels"; readonly values: readonly string[] };

/** A double; NaN is missing. Arithmetic is IEEE, nothing is fused or reordered. */
export type Num =
  | { readonly k: "const"; readonly value: number }
  | { readonly k: "num"; readonly slot: number }
  /** Number `index` of a vector slot. */
  | { readonly k: "element"; readonly vector: number; readonly index: number }
  /** Only inside `each`: the number of this vector at the place being computed. */
  | { readonly k: "item"; readonly vector: number }
  /** `mod` is C's fmod: the sign of a; NaN for b = 0. */
  | { readonly k: "add" | "subtract" | "multiply" | "divide" | "mod"; readonly a: Num; readonly b: Num }
  /** The program's own elementary functions; `floor`, `sqrt` and `abs` are exact everywhere. NaN gives NaN. */
  | { readonly k: "call"; readonly name: NumFunction; readonly args: readonly Num[] }
  /** Only the branch that is taken has a meaning. */
  | { readonly k: "if"; readonly test: Test; readonly yes: Num; readonly no: Num }
  /** Number of a table of doubles; the index is whole and within the table wherever this branch is taken. */
  | { readonly k: "at"; readonly table: number; readonly index: Num }
  /** Position of a text in a table of levels, −1 where it is not in it, NaN where it is missing. */
  | { readonly k: "level"; readonly text: Text; readonly table: number }
  /** MurmurHash3 x86-32 (seed 0) of the text's UTF-8 bytes, 0 … 2^32 − 1; NaN where it is missing. */
  | { readonly k: "hash"; readonly text: Text }
  /** How many code points a text has; NaN where it is missing. */
  | { readonly k: "length"; readonly text: Text }
  /** How many numbers of an increasing table are < x (`below`) or ≤ x (`upTo`). x is not NaN wherever this branch is taken. */
  | { readonly k: "count"; readonly mode: "below" | "upTo"; readonly table: number; readonly x: Num };

export type NumFunction =
  | "exp"
  | "expm1"
  | "log"
  | "log1p"
  | "sin"
  | "cos"
  | "tanh"
  | "pow"
  | "sigmoid"
  | "floor"
  | "sqrt"
  | "abs";

/** Comparisons are false where a side is NaN. */
export type Test =
  | { readonly k: "lt" | "le" | "eq"; readonly a: Num; readonly b: Num }
  | { readonly k: "missing"; readonly a: Num }
  | { readonly k: "noText"; readonly text: Text }
  | { readonly k: "not"; readonly test: Test }
  | { readonly k: "and" | "or"; readonly a: Test; readonly b: Test };

/** A text, or null where it is missing. */
export type Text =
  | { readonly k: "text"; readonly slot: number }
  | { readonly k: "literal"; readonly value: string | null }
  | { readonly k: "choose"; readonly test: Test; readonly yes: Text; readonly no: Text };

/** A number or a whole vector, by slot. */
export type Part = { readonly number: number } | { readonly vector: number };

/**
 * What is done, in order. Whatever is written gets + 0 (so −0 becomes 0), and a vector with a NaN in it gets NaN as its
 * first number (so that it is missing whole).
 */
export type Statement =
  | { readonly do: "num"; readonly slot: number; readonly value: Num }
  | { readonly do: "text"; readonly slot: number; readonly value: Text }
  /** Each number by itself. */
  | { readonly do: "vector"; readonly slot: number; readonly values: readonly Num[] }
  /** 1 at `place`, 0 elsewhere; zeros only where `place` is −1. */
  | { readonly do: "oneHot"; readonly slot: number; readonly place: Num }
  /** Numbers and vectors side by side. */
  | { readonly do: "join"; readonly slot: number; readonly parts: readonly Part[] }
  /** The same formula at every place; its `item`s are vectors of the same width. */
  | { readonly do: "each"; readonly slot: number; readonly value: Num }
  /** biases[j] + Σₖ weights[j × width + k] × input[k], left to right, each product rounded; j over the slot's width. */
  | {
      readonly do: "affine";
      readonly slot: number;
      readonly input: number;
      readonly weights: number;
      readonly biases: number;
    }
  /** As `affine` with one output, to a number slot. */
  | {
      readonly do: "dot";
      readonly slot: number;
      readonly input: number;
      readonly weights: number;
      readonly bias: number;
    }
  /**
   * The terms of a text (`Terms`): their numbers at their indexes of a vector, or biases[j] + Σ weights[j × width + index]
   * × number by increasing index, each product rounded, to a number slot or for every j of a vector. Not missing where
   * the text is: that has no terms.
   */
  | {
      readonly do: "terms";
      readonly to: Part;
      readonly text: number;
      readonly terms: Terms;
      readonly linear?: { readonly weights: number; readonly biases: number };
    }
  /** The first 256 code points of each text, the separator between them; null where one is missing. */
  | { readonly do: "cross"; readonly slot: number; readonly parts: readonly number[]; readonly separator: string }
  /** e^(xₖ − greatest) ÷ Σ e^(xⱼ − greatest), the sum left to right from 0; greatest: the first number, replaced by each later one that is >. */
  | { readonly do: "softmax"; readonly slot: number; readonly input: number }
  /** Sum of trees over number slots; see `Forest`. Writes a number (one class) or a vector (a number a class). Never missing. */
  | { readonly do: "forest"; readonly to: Part; readonly features: readonly number[]; readonly forest: Forest };

/**
 * An ONNX graph over numbers, vectors and texts that fill its feeds in order; only where `lowerWithGraphs` was asked. As
 * `onnxModel` in docs/reference/program.md.
 */
export interface GraphStatement {
  readonly do: "graph";
  readonly to: Part;
  readonly model: Uint8Array;
  readonly feeds: readonly OnnxPort[];
  readonly parts: readonly (Part | { readonly text: number })[];
  readonly output: string;
  readonly width: number;
}

/** A program with ONNX graphs in it, for the one target that can hold them. */
export type LoweredWithGraphs = Omit<Lowered, "statements"> & {
  readonly statements: readonly (Statement | GraphStatement)[];
};

/**
 * How a text slot becomes terms with numbers: the attributes of `terms` in docs/reference/program.md, tables by position.
 * A list of texts is a text slot too: each item, and a NUL behind it. `levels` or `buckets` is there; `width` terms.
 */
export interface Terms {
  readonly unit: "word" | "character" | "item";
  readonly low: number;
  readonly high: number;
  readonly least: number;
  readonly most: number;
  readonly classes?: number | undefined;
  readonly foldFrom?: number | undefined;
  readonly foldTo?: number | undefined;
  readonly levels?: number;
  readonly buckets?: number;
  readonly width: number;
  readonly count: "times" | "log" | "once";
  readonly idf?: number | undefined;
  readonly norm: boolean;
}

/**
 * Trees as docs/reference/program.md says; leaf values and bases are finite. Tree t adds to class t mod bases.length, or
 * to all where a leaf holds as many numbers.
 */
export interface Forest {
  readonly bases: readonly number[];
  readonly treeStart: Int32Array;
  readonly feature: Int32Array;
  readonly threshold: Float64Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly missingLeft: Uint8Array;
  readonly categorical: Uint8Array;
  readonly bitsetStart: Int32Array;
  readonly bitsets: Uint32Array;
  readonly leafValue: Float64Array;
  /** Numbers a leaf, side by side: 1, or one for each class (`lowerProgram` makes it 1 unless asked). */
  readonly leafWidth: number;
}

/** A file of an export; `path` is relative, with `/`. */
export interface CompiledFile {
  readonly path: string;
  readonly content: string | Uint8Array;
}

export interface Compiled {
  readonly files: readonly CompiledFile[];
  /** How a person builds and runs it as a filter, one command a line, in the folder of the files. */
  readonly usage: readonly string[];
}

export interface CompileOptions {
  /** Name of the model: letters, digits, `-`, `_`; a compiler makes its identifiers of it. */
  readonly name: string;
  /** Version of the model, where it has one. */
  readonly version?: number;
  /** Content digest of the program, for the header. */
  readonly digest?: string;
  /** Only for `sql`. */
  readonly dialect?: "duckdb" | "postgres" | "sqlite";
  /** Only for `sql`: a column of the input table that is carried through to the scores. */
  readonly idColumn?: string;
}

/**
 * A way to run a program somewhere else.
 *
 * `supports` lists what of a program it cannot express (empty: all of it); `compile` refuses such a program with
 * PROGRAM_TARGET_UNSUPPORTED.
 */
export interface Compiler {
  readonly kind: "compiler";
  readonly name: "onnx" | "ts" | "js" | "python" | "c" | "java" | "go" | "sql";
  readonly version: string;
  readonly traits: {
    /** Equal to the last bit, or within `tolerance` of the interpreter's score (relative where |score| > 1). */
    readonly exact: boolean;
    readonly tolerance: number;
  };
  supports(program: Program, tensors: Tensors, options?: Partial<CompileOptions>): readonly string[];
  compile(program: Program, tensors: Tensors, options: CompileOptions): Compiled;
}
