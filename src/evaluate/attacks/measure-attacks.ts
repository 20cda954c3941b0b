import type { Frame, Scorer, Tensors } from "@millrace/program";
import { z } from "zod";
import { parseOptions } from "#kernel";
import { takeFrame } from "../explain/columns.ts";
import { attackOptionsSchema, attackRows, type RowAttack } from "./attack-rows.ts";

export const attackTestSchema = attackOptionsSchema.omit({ norm: true }).extend({
  rows: z.int().min(1).max(100_000).default(100).describe("the first so many rows are attacked"),
  within: z
    .number()
    .positive()
    .default(0.1)
    .describe("how far each number may move, in standard deviations, when flipped rows are counted"),
});
export type AttackTestOptions = z.input<typeof attackTestSchema>;

/** How small a change flips a model's decisions. Shares are of the rows that were attacked. */
export interface AttackTest {
  readonly rows: number;
  /** Numbers that were moved, and the inputs that were held still, with the reason: nothing is said of changes in those. */
  readonly inputs: readonly string[];
  readonly held: readonly { readonly input: string; readonly reason: string }[];
  readonly within: number;
  /** Rows flipped by moving each number by no more than `within`: so many were, and no more can be. */
  readonly flipped: number | null;
  readonly flippedAtMost: number | null;
  /** Rows that are right, and stay so: at least what is certified, at most what no attack brought down. */
  readonly accuracy: number | null;
  readonly certifiedAccuracy: number | null;
  readonly attackedAccuracy: number | null;
  /** Half of the rows, and a tenth of them, flip by a change of this size or less; `null` where fewer flip at all. */
  readonly medianDistance: number | null;
  readonly tenthDistance: number | null;
  /** Rows whose smallest change is known exactly. */
  readonly exact: number | null;
  /** Rows that one input alone can flip, within the values that occur, and which inputs do, the most frequent first. */
  readonly byOneInput: number | null;
  /** Rows that two inputs together can flip, or one; and rows whose fewest inputs are known exactly, none included. */
  readonly byTwoInputs: number | null;
  readonly fewestExact: number | null;
  readonly weakest: readonly { readonly input: string; readonly rows: number }[];
}

/**
 * How a classification bears an adversary who knows it: the smallest changes that flip its decisions, and what is certified.
 *
 * Shapes, missing, errors: as `attackRows`. `labels` are the class indices of the rows. Shares are `null` without rows.
 */
export function measureAttacks(
  scorer: Scorer,
  tensors: Tensors,
  { frame, labels }: { readonly frame: Frame; readonly labels: ArrayLike<number> },
  reference: Frame,
  options: AttackTestOptions = {},
): AttackTest {
  const { rows: most, within, ...attack } = parseOptions(attackTestSchema, options, "attacks");
  const rows = Uint32Array.from({ length: Math.min(most, frame.rows) }, (_, row) => row);
  const some = takeFrame(frame, rows);
  const greatest = attackRows(scorer, tensors, some, reference, attack);
  const counted = attackRows(scorer, tensors, some, reference, { ...attack, norm: "count", boxes: 0 });
  const { prediction } = scorer.scoreFrame(some);
  const right = (row: number) => prediction[row] === labels[row];
  const found = greatest.rows;
  const share = (holds: (one: RowAttack) => boolean) => shareOf(found, holds);
  const isFlipped = ({ distance }: (typeof found)[number]) => distance !== null && distance <= within;
  const mayFlip = ({ certified }: (typeof found)[number]) => certified !== null && certified <= within;
  const distances = found.map(({ distance }) => distance ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b);
  const quantile = (part: number) => {
    const value = distances[Math.ceil(part * distances.length) - 1];
    return value === undefined || value === Number.POSITIVE_INFINITY ? null : value;
  };
  const byOne = counted.rows.flatMap(({ changes }) => (changes.length === 1 ? [changes[0]!.input] : []));
  const weakest = [...Map.groupBy(byOne, (input) => input)].map(([input, list]) => ({ input, rows: list.length }));
  return {
    rows: found.length,
    inputs: greatest.inputs,
    held: greatest.held,
    within,
    flipped: share(isFlipped),
    flippedAtMost: share(mayFlip),
    accuracy: share(({ row }) => right(row)),
    certifiedAccuracy: share((one) => right(one.row) && !mayFlip(one)),
    attackedAccuracy: share((one) => right(one.row) && !isFlipped(one)),
    medianDistance: quantile(0.5),
    tenthDistance: quantile(0.1),
    exact: share(
      ({ distance, certified }) => distance === certified || Math.abs((distance ?? 0) - (certified ?? 0)) < 1e-9,
    ),
    byOneInput: found.length === 0 ? null : byOne.length / found.length,
    byTwoInputs: shareOf(counted.rows, ({ distance }) => distance !== null && distance <= 2),
    fewestExact: shareOf(counted.rows, ({ distance, certified }) => distance === certified),
    weakest: weakest.sort((a, b) => b.rows - a.rows || (a.input < b.input ? -1 : 1)),
  };
}

const percent = (value: number | null) => (value === null ? "–" : `${Number((100 * value).toFixed(1))} %`);
const spreads = (value: number | null) => (value === null ? "more than the values allow" : value.toPrecision(3));

/** Inputs that are held still, by reason. */
const heldTold = (held: AttackTest["held"]) =>
  [...Map.groupBy(held, ({ reason }) => reason)]
    .map(([reason, list]) => `${list.map(({ input }) => input).join(", ")} (${reason})`)
    .join("; ");

/** The same in plain words, a sentence a line. */
export function describeAttacks(test: AttackTest): string[] {
  if (test.inputs.length === 0) return [`No number of the model can be attacked. Held still: ${heldTold(test.held)}.`];
  const first = test.weakest.slice(0, 3).map(({ input, rows }) => `${input} (${rows})`);
  return [
    `Of ${test.rows} rows ${percent(test.flipped)} get another decision when each number moves by ${test.within} standard deviations at most, and it is certain that no more than ${percent(test.flippedAtMost)} can.`,
    `${percent(test.accuracy)} are decided rightly; under attack still at least ${percent(test.certifiedAccuracy)} (certified) and at most ${percent(test.attackedAccuracy)}.`,
    `Half of the rows flip by a change of ${spreads(test.medianDistance)} standard deviations or less, a tenth by ${spreads(test.tenthDistance)}; of ${percent(test.exact)} the smallest change is known exactly.`,
    `One number alone, within the values that occur, flips ${percent(test.byOneInput)}${first.length === 0 ? "" : `: ${first.join(", ")}`}.`,
    `Two numbers together, or one, flip ${percent(test.byTwoInputs)}; of ${percent(test.fewestExact)} the fewest numbers are known exactly.`,
    ...(test.held.length === 0 ? [] : [`Held still, so nothing is said of changes in them: ${heldTold(test.held)}.`]),
  ];
}

function shareOf(rows: readonly RowAttack[], holds: (one: RowAttack) => boolean): number | null {
  return rows.length === 0 ? null : rows.filter(holds).length / rows.length;
}
