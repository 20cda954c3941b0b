import { type Frame, ProgramError, type Scorer, type Tensors } from "@millrace/program";
import { type MarginParts, marginParts } from "@millrace/program/explain";
import { z } from "zod";
import { knownNames, MillraceError, parseOptions } from "#kernel";
import { columnOf, takeFrame } from "../explain/columns.ts";
import { type Aim, goalOf } from "./goal.ts";
import { layAxes, numberAt } from "./lay-axes.ts";
import { linearFlip } from "./linear-flip.ts";
import type { AttackSpace, Norm } from "./model.ts";
import { type NearestFlip, nearestFlip } from "./nearest-flip.ts";

export const attackOptionsSchema = z.strictObject({
  norm: z
    .enum(["greatest", "sum", "count"])
    .default("greatest")
    .describe(
      "what is made small: the greatest change, the sum of the changes (in spreads), or how many inputs change",
    ),
  fixed: z.array(z.string()).default([]).describe("inputs that cannot change (birthplace)"),
  upOnly: z.array(z.string()).default([]).describe("numbers that can only grow (age)"),
  downOnly: z.array(z.string()).default([]).describe("numbers that can only shrink"),
  boxes: z
    .int()
    .min(0)
    .max(1_000_000)
    .default(200)
    .describe("how long one row is searched: more gives nearer attacks and greater certified distances"),
});
export type AttackOptions = z.input<typeof attackOptionsSchema>;

/** The smallest change of one row that the model answers with another decision. */
export interface RowAttack {
  /** Place of the row in the frame. */
  readonly row: number;
  /** In spreads (standard deviations over the reference rows), or inputs; `null`: no change was found. */
  readonly distance: number | null;
  /** No smaller change flips the decision; `null`: none at all does, within the values that occur. */
  readonly certified: number | null;
  readonly changes: readonly { readonly input: string; readonly from: number; readonly to: number }[];
}

export interface Attacks {
  readonly norm: Norm;
  /** Inputs that were changed. */
  readonly inputs: readonly string[];
  /** Inputs that were held still, and why: a certified distance says nothing of them. */
  readonly held: readonly { readonly input: string; readonly reason: string }[];
  readonly rows: readonly RowAttack[];
}

/**
 * For each row the smallest change of its numbers that flips the model's decision, and a distance within which none can.
 *
 * Shapes: `frame` has the rows to attack, `reference` rows that occur: changed values stay within their range, and their
 * standard deviation is the unit. Missing: a value that is missing stays so; a row without a decision is left out.
 * Exact for linear models and single trees, and wherever `distance` equals `certified`; else the truth lies between the two.
 * Covered are numbers that reach trees and linear models each by itself, by operators that keep their order; `held` names
 * the others. Every change is checked with the model itself.
 * Errors: EVALUATE_INPUT_UNKNOWN: when an option names no input of the model; EVALUATE_ATTACK_IMPOSSIBLE: a regression, or a
 * score that is no sum of trees and linear models.
 * Source: H. Chen et al., Robustness verification of tree-based models, NeurIPS 2019; A. Kantchelian et al., Evasion and
 * hardening of tree ensemble classifiers, ICML 2016 (the problem).
 */
export function attackRows(
  scorer: Scorer,
  tensors: Tensors,
  frame: Frame,
  reference: Frame,
  options: AttackOptions = {},
): Attacks {
  const { norm, boxes, ...allowed } = parseOptions(attackOptionsSchema, options, "attacks");
  const { program } = scorer;
  for (const name of [...allowed.fixed, ...allowed.upOnly, ...allowed.downOnly])
    if (!program.inputs.some((input) => input.name === name)) {
      const known = program.inputs.map((input) => input.name);
      throw new MillraceError("EVALUATE_INPUT_UNKNOWN", {
        message: `The model reads no "${name.slice(0, 80)}" (${knownNames(name.slice(0, 80), known)}).`,
        next: "Name inputs of the model.",
        facts: { input: name },
      });
    }
  const parts = partsOf(scorer, tensors);
  const space = layAxes(parts, reference, frame, allowed);
  const { prediction } = scorer.scoreFrame(frame);
  const features = featuresOf(parts, frame);
  const own = space.axes.map(({ input }) => {
    const column = frame.columns.get(input);
    return Float64Array.from({ length: frame.rows }, (_, row) =>
      column === undefined ? Number.NaN : numberAt(column, row),
    );
  });
  const decides = program.outputs.task === "binary" ? decisionMarginOf(parts) : Number.NaN;
  const rows = Array.from({ length: frame.rows }, (_, row) => row).filter((row) => prediction[row]! >= 0);
  return {
    norm,
    inputs: space.axes.map(({ input }) => input),
    held: space.held,
    rows: rows.map((row) => {
      const values = Float64Array.from(own, (column) => column[row]!);
      const raw = takeFrame(frame, [row]);
      const before = prediction[row]!;
      const flips = (changed: Float64Array) => decisionOf(scorer, raw, space, changed) !== before;
      const found = aimsOf(parts, before, decides).map((aim) => {
        const goal = goalOf(space, values, features(row), aim);
        return checked(linearFlip(goal, norm, flips) ?? nearestFlip(goal, norm, boxes), flips);
      });
      return told(row, space, values, nearestOf(found));
    }),
  };
}

/** A change that rounding alone had found is none; nearer than it nothing is claimed. */
function checked(flip: NearestFlip, flips: (values: Float64Array) => boolean): NearestFlip {
  if (flip.found === null || flips(flip.found.values)) return flip;
  return { found: null, certified: Math.min(flip.certified, flip.found.distance) };
}

/** Of the other classes the nearest. */
function nearestOf(flips: readonly NearestFlip[]): NearestFlip {
  const found = flips.flatMap((flip) => flip.found ?? []).sort((a, b) => a.distance - b.distance);
  return { found: found[0] ?? null, certified: Math.min(...flips.map(({ certified }) => certified)) };
}

function told(row: number, { axes }: AttackSpace, own: Float64Array, { found, certified }: NearestFlip): RowAttack {
  return {
    row,
    distance: found === null ? null : found.distance,
    certified: Number.isFinite(certified) ? certified : null,
    changes:
      found === null
        ? []
        : axes.flatMap(({ input }, a) => {
            const [from, to] = [own[a]!, found.values[a]!];
            return Number.isNaN(from) || from === to ? [] : [{ input, from, to }];
          }),
  };
}

function decisionOf(scorer: Scorer, raw: Frame, { axes }: AttackSpace, values: Float64Array): number {
  const columns = new Map(raw.columns);
  axes.forEach(({ input }, a) => {
    const column = raw.columns.get(input);
    if (column !== undefined && !Number.isNaN(values[a]!)) columns.set(input, columnOf(column.type, [values[a]!]));
  });
  return scorer.scoreFrame({ rows: 1, columns }).prediction[0]!;
}

/** Binary: below or above the decision's margin. Multiclass: each other class beside the row's own. */
function aimsOf(parts: MarginParts, before: number, decides: number): Aim[] {
  if (parts.program.outputs.task === "binary") {
    const sign = before === 1 ? -1 : 1;
    const offset = sign * (parts.constant - decides);
    // A score at the threshold is positive: to leave that class the margin must fall below.
    return [{ signs: [{ output: 0, sign }], constant: offset, strict: before === 1 }];
  }
  return Array.from({ length: parts.outputs }, (_, output) => output)
    .filter((output) => output !== before)
    .map(
      (output): Aim => ({
        signs: [
          { output, sign: 1 },
          { output: before, sign: -1 },
        ],
        constant: 0,
        strict: output > before,
      }),
    );
}

function partsOf(scorer: Scorer, tensors: Tensors): MarginParts {
  const { program } = scorer;
  const { task, score } = program.outputs;
  if (task === "regression") throw impossible("a regression gives values, not decisions");
  return refused(() => {
    const parts = marginParts({ program, tensors });
    const last = program.nodes[score - program.inputs.length]?.op;
    if (task === "multiclass" && last !== "softmax" && !["trees", "linear", "combine"].includes(last ?? ""))
      throw impossible(`its scores come from "${last}", which may change their order`);
    return parts;
  });
}

const decisionMarginOf = (parts: MarginParts) => refused(() => parts.decisionMargin());

function refused<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof ProgramError) || error.code !== "PROGRAM_TARGET_UNSUPPORTED") throw error;
    throw impossible(error.message);
  }
}

function impossible(why: string): MillraceError {
  return new MillraceError("EVALUATE_ATTACK_IMPOSSIBLE", {
    message: `The smallest change that flips a decision cannot be searched in this model: ${why}`,
    next: "Attack a binary or multiclass model of trees or linear models; find counterfactuals of any other.",
    facts: {},
  });
}

/** Of a row the features of each part, NaN where missing; linear ones number by number. */
function featuresOf(parts: MarginParts, frame: Frame): (row: number) => readonly Float64Array[] {
  const columns = parts.parts.map(({ refs }) => parts.evaluate(frame, refs));
  return (row) =>
    columns.map((part) =>
      Float64Array.from(
        part.flatMap((column) =>
          column.type === "vector"
            ? [...column.values.subarray(row * column.width, (row + 1) * column.width)]
            : [numberAt(column, row)],
        ),
      ),
    );
}
