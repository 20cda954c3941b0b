import type { Frame, Scorer } from "@millrace/program";
import { z } from "zod";
import { type CellValue, cellOf, columnNamed, columnOf, withColumn } from "../explain/columns.ts";
import { scoredModel } from "../explain/scored-model.ts";

const cell = z.union([z.number(), z.string(), z.boolean(), z.null()]);
const named = { name: z.string().min(1).describe("what is promised, in a few words") };
const share = z.number().gt(0).max(1).default(1).describe("share of the rows in which it must hold");

/** A promise about how a model behaves, that a machine can check. */
export const behaviourSchema = z.discriminatedUnion("test", [
  z.strictObject({
    test: z.literal("invariance").describe("another value of one input leaves the score as it is"),
    ...named,
    input: z.string(),
    values: z.array(cell).min(1).max(50).describe("values that are set in every row"),
    within: z.number().min(0).default(0).describe("how far the score may move"),
    share,
  }),
  z.strictObject({
    test: z.literal("direction").describe("more of a number moves the score one way, or not at all"),
    ...named,
    input: z.string(),
    by: z.number().describe("how much is added to the number"),
    moves: z.enum(["up", "down"]),
    within: z.number().min(0).default(0).describe("how far it may move the other way"),
    share,
  }),
  z.strictObject({
    test: z.literal("examples").describe("rows with the answer that must come; share 1: none may ever break"),
    ...named,
    rows: z
      .array(
        z.strictObject({
          row: z.record(z.string(), cell),
          prediction: cell.optional().describe("the class that must be decided"),
          low: z.number().optional().describe("least score"),
          high: z.number().optional().describe("greatest score"),
        }),
      )
      .min(1)
      .max(10_000),
    share,
  }),
]);
export type Behaviour = z.input<typeof behaviourSchema>;

export interface BehaviourResult {
  readonly name: string;
  readonly test: "invariance" | "direction" | "examples";
  readonly passed: boolean;
  /** Rows that were tried, and those in which the promise does not hold. */
  readonly rows: number;
  readonly broken: number;
  readonly evidence: string;
}

/**
 * Whether a model keeps what was promised of it: invariance, direction, and examples (minimum functionality, and those that
 * must never break).
 *
 * Shapes: the first two are tried on the rows of `frame`; scores of several classes are all looked at by an invariance, the
 * last one by a direction. Missing: a row that lacks the number is left out by a direction.
 * Errors: EVALUATE_INPUT_UNKNOWN: when an input is not in the frame; PROGRAM_INPUT_INVALID: when an example is no row.
 * Source: M. Ribeiro et al., Beyond accuracy: behavioral testing of NLP models with CheckList, ACL 2020.
 */
export function runBehaviours(
  scorer: Scorer,
  frame: Frame,
  behaviours: readonly z.output<typeof behaviourSchema>[],
): BehaviourResult[] {
  const model = scoredModel(scorer);
  const before = model.score(frame);
  return behaviours.map((one): BehaviourResult => {
    const { name, test } = one;
    const outcome =
      one.test === "examples"
        ? { rows: one.rows.length, broken: one.rows.filter((example) => !holds(scorer, example)).length, worst: 0 }
        : one.test === "invariance"
          ? invariance(one)
          : direction(one);
    const { rows, broken, worst } = outcome;
    const passed = rows > 0 && (rows - broken) / rows >= one.share;
    const kept = rows === 0 ? "no row could be tried" : `it holds in ${rows - broken} of ${rows} rows`;
    const moved = worst > 0 ? `; the score moves by ${Number(worst.toPrecision(3))} at most` : "";
    return { name, test, passed, rows, broken, evidence: `${kept}${moved}.` };
  });

  function invariance({ input, values, within }: Extract<z.output<typeof behaviourSchema>, { test: "invariance" }>) {
    const moved = new Float64Array(frame.rows);
    const { type } = columnNamed(frame, input);
    for (const value of values) {
      const after = model.score(withColumn(frame, input, columnOf(type, new Array(frame.rows).fill(value))));
      for (let k = 0; k < after.length; k++) {
        const row = Math.floor(k / model.outputs);
        moved[row] = Math.max(moved[row]!, Math.abs(after[k]! - before[k]!));
      }
    }
    return {
      rows: frame.rows,
      broken: moved.filter((by) => by > within).length,
      worst: Math.max(0, ...chunked(moved)),
    };
  }

  function direction(one: Extract<z.output<typeof behaviourSchema>, { test: "direction" }>) {
    const column = columnNamed(frame, one.input);
    const cells: CellValue[] = Array.from({ length: frame.rows }, (_, row) => cellOf(column, row));
    const more = cells.map((value) => (typeof value === "number" ? value + one.by : value));
    const after = model.score(withColumn(frame, one.input, columnOf(column.type, more)));
    let [rows, broken, worst] = [0, 0, 0];
    cells.forEach((value, row) => {
      if (typeof value !== "number") return;
      rows++;
      const at = row * model.outputs + model.outputs - 1;
      const wrong = (one.moves === "up" ? -1 : 1) * (after[at]! - before[at]!);
      if (wrong > one.within) broken++;
      worst = Math.max(worst, wrong);
    });
    return { rows, broken, worst };
  }
}

function holds(
  scorer: Scorer,
  { row, prediction, low, high }: Extract<z.output<typeof behaviourSchema>, { test: "examples" }>["rows"][number],
): boolean {
  const found = scorer.score(row);
  if (prediction !== undefined && String(found.prediction) !== String(prediction)) return false;
  if (low !== undefined && !(found.score !== null && found.score >= low)) return false;
  return high === undefined || (found.score !== null && found.score <= high);
}

/** The greatest of each thousand: so many numbers would not fit into one call. */
function chunked(values: Float64Array): number[] {
  const greatest: number[] = [];
  for (let from = 0; from < values.length; from += 1000) greatest.push(Math.max(...values.subarray(from, from + 1000)));
  return greatest;
}
