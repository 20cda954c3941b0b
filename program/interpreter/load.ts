import type { Column, Frame } from "../columns.ts";
import { decodeProgram } from "../format/encode.ts";
import type { Program, ProgramOutputs, Tensors, ValueRef } from "../model.ts";
import type { Cell } from "../operators/operator.ts";
import { type AbstainReason, outputRefs } from "../outputs.ts";
import { checkProgram } from "../validate.ts";
import { type Problem, rowChecker } from "./check.ts";
import {
  byOperator,
  type ExternalNodes,
  evaluateRefs,
  evaluateValues,
  type KeptValues,
  type PreparedNode,
  type PrepareNode,
  prepareNodes,
} from "./evaluate.ts";
import { frameExtras, rowExtras } from "./extras.ts";
import { type RawRow, rowEvaluator } from "./row.ts";
import { valueReader } from "./values.ts";

/** One row's result. `score`: regression: the value; binary: probability of the positive class; multiclass: the greatest. */
export interface RowScore {
  readonly score: number | null;
  /** Classifications: the score of each class, by its name. */
  readonly scores?: Readonly<Record<string, number>>;
  /** The class, or a regression's value; null where the score is missing, or the program abstains. */
  readonly prediction: string | number | null;
  /** Where the program has an interval; null where it is missing. */
  readonly intervalLow?: number | null;
  readonly intervalHigh?: number | null;
  /** Where it has sets: the classes that are in; null where the score is missing. */
  readonly set?: readonly string[] | null;
  /** Where it has an out-of-domain score. */
  readonly outOfDomain?: number | null;
  /** Where it may abstain: why this row has no prediction, or null. */
  readonly abstain?: AbstainReason | null;
  /** Inputs whose values could not be read, and count as missing by the program's policy; absent where there are none. */
  readonly imputed?: readonly string[];
}

export interface FrameScores {
  /** Row by row; multiclass: one number a class, row-major. A missing row holds 0. */
  readonly score: Float64Array;
  /** 1 where a row's score is missing; absent where none is. */
  readonly missing?: Uint8Array;
  /** Classifications: index of the class, −1 where missing. Regression: the value. Rows that abstain keep theirs here. */
  readonly prediction: Int32Array | Float64Array;
  /** Outputs beside the score, where the program has any; NaN is missing. */
  readonly extras?: FrameExtras;
}

export interface FrameExtras {
  readonly intervalLow?: Float64Array;
  readonly intervalHigh?: Float64Array;
  readonly outOfDomain?: Float64Array;
  /** 1 at each class of a row's set, row-major; NaN where it is missing. */
  readonly set?: Float64Array;
  /** 0 where a row has a prediction, else 1 + the place in `abstainReasons`. */
  readonly abstain?: Uint8Array;
  /** How many values of an input could not be read, and count as missing. */
  readonly imputed?: ReadonlyMap<string, number>;
}

export interface Scorer {
  readonly program: Program;
  check(row: RawRow): Problem[];
  score(row: RawRow): RowScore;
  scoreFrame(frame: Frame): FrameScores;
  evaluateNodes(frame: Frame, refs: readonly ValueRef[]): readonly Column[];
  /** All values that `refs` depend on; those of a frame that shares columns with `kept` are not evaluated again. */
  evaluateValues(frame: Frame, refs: readonly ValueRef[], kept?: KeptValues): KeptValues;
}

/**
 * A program made ready to score, one row or a whole frame; both give the same bits.
 *
 * ```ts
 * const scorer = load({ json: '{"format":1,…}', bytes: new Uint8Array() });
 * scorer.score({ temperature: 21.5 }); // { score: 0.8, scores: { no: 0.2, yes: 0.8 }, prediction: "yes" }
 * ```
 *
 * Programs with `onnxModel` or `imagePixels` nodes need a runtime for them; loading never runs code of the file's.
 * Missing: an absent key, null, empty text and NaN are missing; what missing gives is each operator's own.
 * Errors: those of `validateProgram` and `decodeProgram`; scoring: PROGRAM_INPUT_INVALID: a value that cannot be read
 * as its input's type, or is missing where it may not be.
 */
export function load(source: ProgramSource, external?: ExternalNodes): Scorer {
  return loadWith(readSource(source), external);
}

/** A program as objects, or as the texts and bytes of its files. */
export type ProgramSource =
  | { readonly program: Program; readonly tensors: Tensors }
  | { readonly json: string; readonly bytes: Uint8Array };

export function readSource(source: ProgramSource): { readonly program: Program; readonly tensors: Tensors } {
  return "json" in source ? decodeProgram(source.json, source.bytes) : source;
}

/** As `load`, with nodes made ready in another way that gives the same bits. */
export function loadWith(
  { program, tensors }: { readonly program: Program; readonly tensors: Tensors },
  external: ExternalNodes = () => undefined,
  prepare: PrepareNode = byOperator,
): Scorer {
  const { inputs, outputs } = program;
  const nodes = prepareNodes(checkProgram(program, tensors), (node) => external(node) ?? prepare(node));
  const readers = inputs.map(valueReader);
  const { run, cells, marks } = rowEvaluator(inputs, readers, nodes, outputRefs(outputs));
  const decide = rowDecision(outputs);
  const extras = rowExtras(outputs, inputs, cells, marks);
  const evaluateNodes = (frame: Frame, refs: readonly ValueRef[]) => evaluateRefs(inputs, nodes, frame, refs);
  return {
    program,
    check: rowChecker(inputs, readers),
    score: (row) => {
      run(row);
      const decided = decide(cells[0]!);
      return extras === undefined ? decided : extras(decided);
    },
    scoreFrame: (frame) => scoreFrame(program, nodes, frame),
    evaluateNodes,
    evaluateValues: (frame, refs, kept) => ({
      frame,
      values: evaluateValues(inputs, nodes, frame, refs, undefined, kept),
    }),
  };
}

function scoreFrame({ inputs, outputs }: Program, nodes: readonly PreparedNode[], frame: Frame): FrameScores {
  const imputed = new Map<string, number>();
  const missingInput = new Uint8Array(frame.rows);
  const columns = evaluateRefs(inputs, nodes, frame, outputRefs(outputs), { imputed, missingInput });
  const scores = frameDecision(outputs, columns[0]!, frame.rows);
  const extras = frameExtras(outputs, columns, scores, { imputed, missingInput });
  return extras === undefined ? scores : { ...scores, extras };
}

const defaultThreshold = 0.5;

function rowDecision({ task, classes = [], threshold = defaultThreshold }: ProgramOutputs): (cell: Cell) => RowScore {
  return ({ missing, number, vector }) => {
    if (missing) return { score: null, prediction: null };
    if (task === "regression") return { score: number, prediction: number };
    const isBinary = task === "binary";
    const best = isBinary ? (number >= threshold ? 1 : 0) : firstGreatest(vector, 0, classes.length);
    const scores: Record<string, number> = {};
    for (let k = 0; k < classes.length; k++)
      scores[classes[k]!] = isBinary ? (k === 0 ? 1 - number : number) : vector[k]!;
    return { score: isBinary ? number : vector[best]!, scores, prediction: classes[best]! };
  };
}

function frameDecision(outputs: ProgramOutputs, column: Column, rows: number): FrameScores {
  // `checkProgram` has seen that a score is a number or a vector.
  const { values, missing } = column as Exclude<Column, { type: "string" | "bool" }>;
  const mask = missing === undefined ? {} : { missing };
  if (outputs.task === "regression") return { score: values, ...mask, prediction: values };
  const prediction = new Int32Array(rows);
  const classes = outputs.classes!.length;
  const threshold = outputs.threshold ?? defaultThreshold;
  for (let i = 0; i < rows; i++) {
    if (missing?.[i] === 1) prediction[i] = -1;
    else if (outputs.task === "binary") prediction[i] = values[i]! >= threshold ? 1 : 0;
    else prediction[i] = firstGreatest(values, i * classes, classes);
  }
  return { score: values, ...mask, prediction };
}

function firstGreatest(values: Float64Array, at: number, count: number): number {
  let best = 0;
  for (let k = 1; k < count; k++) if (values[at + k]! > values[at + best]!) best = k;
  return best;
}
