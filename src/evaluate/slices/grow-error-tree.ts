import type { Frame } from "@millrace/program";
import { z } from "zod";
import { parseOptions } from "#kernel";
import { checkInput } from "../check-input.ts";
import { sameLength } from "../measures/measure-set.ts";
import type { EvaluationInput, Task } from "../model.ts";
import { candidatesOf, sumsOf } from "./candidates.ts";
import { nameSlice } from "./name-slice.ts";
import { rowLosses } from "./row-losses.ts";
import { sliceColumn } from "./slice-column.ts";

export const errorTreeOptionsSchema = z.strictObject({
  columns: z.array(z.string()).describe("Columns to split by; never the one of true values."),
  depth: z.int().min(1).max(6).default(3).describe("Questions from the top to the bottom, at most."),
  minRows: z.int().min(2).default(50).describe("Least rows of a branch."),
  bins: z.int().min(2).max(20).default(4).describe("Quantile bins of a numeric column."),
  significance: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.05)
    .describe("A split must be surer than that, for all that were tried."),
});
export type ErrorTreeOptions = z.input<typeof errorTreeOptionsSchema>;

/** Some rows with their mean loss, and the question that parts them best. */
export interface ErrorNode {
  readonly rows: number;
  readonly share: number;
  readonly meanLoss: number | null;
  readonly split?: {
    readonly column: string;
    readonly value: string;
    /** `plan = basic`, `age < 27`. */
    readonly name: string;
    /** Rows that have the value, and all others. */
    readonly holds: ErrorNode;
    readonly others: ErrorNode;
  };
}

export interface ErrorTree {
  readonly loss: string;
  readonly root: ErrorNode;
}

/**
 * Where errors gather, as a small tree of questions that people can read: each parts the rows whose loss differs most.
 *
 * Shapes: `frame` has the rows of the input in the same order. Missing: the value `(missing)`. A split must be
 * significant by Welch's test for as many as were tried (Bonferroni); of these the one that explains most is taken.
 * Errors: EVALUATE_SLICE_COLUMN_UNKNOWN · EVALUATE_LENGTH_MISMATCH, and those of `evaluate`.
 */
export function growErrorTree(task: Task, input: EvaluationInput, frame: Frame, options: ErrorTreeOptions): ErrorTree {
  const given = parseOptions(errorTreeOptionsSchema, options, "error tree");
  const checked = checkInput(task, input);
  sameLength("rows to split by", frame.rows, checked.rows);
  const { name, values } = rowLosses(checked);
  const columns = given.columns.map((column) => sliceColumn(column, frame, given.bins));
  const total = sumsOf(values, checked.weights).weight;

  const grow = (rows: Int32Array, depth: number): ErrorNode => {
    const losses = Float64Array.from(rows, (row) => values[row]!);
    const weights = Float64Array.from(rows, (row) => checked.weights[row]!);
    const whole = sumsOf(losses, weights);
    const node = {
      rows: rows.length,
      share: total > 0 ? whole.weight / total : 0,
      meanLoss: whole.weight > 0 ? whole.sum / whole.weight : null,
    };
    if (depth === 0) return node;
    const own = columns.map((column) => ({ ...column, codes: Int32Array.from(rows, (row) => column.codes[row]!) }));
    const tried = own.flatMap((column) => candidatesOf([column], losses, weights, whole, given.minRows));
    const limit = given.significance / Math.max(1, tried.length) / 2;
    const explained = (one: (typeof tried)[number]) =>
      (one.weight * (whole.weight - one.weight) * (one.mean - one.rest) ** 2) / whole.weight;
    const best = tried
      // Either tail: a branch may hold fewer errors, too.
      .filter(({ pValue }) => Math.min(pValue, 1 - pValue) <= limit)
      .reduce<(typeof tried)[number] | null>((a, b) => (a === null || explained(b) > explained(a) ? b : a), null);
    if (best === null) return node;
    const [column, code] = [best.columns[0]!, best.codes[0]!];
    const side = (holds: boolean) => rows.filter((_, i) => (column.codes[i] === code) === holds);
    return {
      ...node,
      split: {
        column: column.name,
        value: column.labels[code]!,
        name: nameSlice({ [column.name]: column.labels[code]! }, frame),
        holds: grow(side(true), depth - 1),
        others: grow(side(false), depth - 1),
      },
    };
  };
  return {
    loss: name,
    root: grow(
      Int32Array.from({ length: checked.rows }, (_, row) => row),
      given.depth,
    ),
  };
}
