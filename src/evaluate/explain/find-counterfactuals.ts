import type { Column, Frame } from "@millrace/program";
import { z } from "zod";
import { knownNames, MillraceError, parseOptions } from "#kernel";
import { type CellValue, cellOf, columnNamed, columnOf, takeFrame } from "./columns.ts";
import type { ScoredModel } from "./model.ts";
import { presentSorted } from "./partial-dependence.ts";

export const counterfactualOptionsSchema = z.strictObject({
  fixed: z.array(z.string()).default([]).describe("Inputs that cannot change (birthplace)."),
  upOnly: z.array(z.string()).default([]).describe("Numbers that can only grow (age)."),
  downOnly: z.array(z.string()).default([]).describe("Numbers that can only shrink."),
  most: z.int().min(1).max(5).default(3).describe("Inputs changed at once, at most."),
  keep: z.int().min(1).max(20).default(3).describe("How many answers to give."),
  values: z.int().min(2).max(100).default(20).describe("Values tried of each input, from the reference rows."),
});
export type CounterfactualOptions = z.input<typeof counterfactualOptionsSchema>;

export interface Counterfactual {
  readonly changes: readonly { readonly input: string; readonly from: CellValue; readonly to: CellValue }[];
  readonly score: number;
  /** Sum over the changes: a number's step in spreads of the reference rows (median absolute deviation), 1 for a text. */
  readonly distance: number;
}

interface Change {
  readonly input: string;
  readonly value: CellValue;
  readonly cost: number;
}

/**
 * The smallest changes of a row that would have brought another decision: few inputs, values that occur.
 *
 * Shapes: `row` is a frame of one row; `reference` holds rows that occur; `wanted` says which scores are the other decision.
 * Missing: an input is never made missing; one that is may be filled. Empty where no change of so few inputs is enough: that
 * is no proof that there is none beyond the values tried. The search is a beam: single changes are all tried, then the best
 * of them together.
 * Errors: EVALUATE_INPUT_UNKNOWN: when an input that is named is none of the model's.
 * Source: S. Wachter et al., Counterfactual explanations without opening the black box, Harv. J. L. & Tech. 31, 2018 (the
 * distance); R. Mothilal et al., DiCE, FAT* 2020 (feasible changes).
 */
export function findCounterfactuals(
  model: ScoredModel,
  row: Frame,
  reference: Frame,
  wanted: (score: number) => boolean,
  options: CounterfactualOptions = {},
): readonly Counterfactual[] {
  const resolved = parseOptions(counterfactualOptionsSchema, options, "counterfactuals");
  for (const name of [...resolved.fixed, ...resolved.upOnly, ...resolved.downOnly])
    if (!model.inputs.includes(name))
      throw new MillraceError("EVALUATE_INPUT_UNKNOWN", {
        message: `The model reads no "${name.slice(0, 80)}" (${knownNames(name.slice(0, 80), [...model.inputs])}).`,
        next: "Name inputs of the model.",
        facts: { input: name },
      });
  const choices = model.inputs
    .filter((input) => !resolved.fixed.includes(input))
    .map((input) => changesOf(input, row, reference, resolved));
  const changes = choices.flat();
  const found: { readonly set: readonly Change[]; readonly score: number }[] = [];
  const seen = new Set<string>();
  // Of equally near sets the one whose score lies nearest to the decision goes on; without it a beam would drift.
  const start = scoreSets(model, row, [[]])[0]!;
  let beam: { readonly set: readonly Change[]; readonly score: number }[] = [{ set: [], score: start }];
  const target = wanted(start) ? [] : changes;
  for (let size = 1; size <= resolved.most && target.length > 0; size++) {
    const sets = beam.flatMap(({ set }) =>
      target
        .filter(({ input }) => !set.some((one) => one.input === input))
        .map((change) => [...set, change])
        .filter((next) => {
          const key = next
            .map(({ input, value }) => JSON.stringify([input, value]))
            .sort()
            .join();
          return !seen.has(key) && seen.add(key);
        }),
    );
    const scores = scoreSets(model, row, sets);
    const scored = sets.map((set, k) => ({ set, score: scores[k]! }));
    found.push(...scored.filter(({ score }) => wanted(score)));
    const open = scored.filter(({ score }) => !wanted(score));
    const moved = (one: { readonly score: number }) => Math.abs(one.score - start);
    beam = open.sort((a, b) => moved(b) / costOf(b.set) - moved(a) / costOf(a.set)).slice(0, 10);
    beam.push(...open.toSorted((a, b) => moved(b) - moved(a)).slice(0, 10));
  }
  return keepDifferent(
    found.toSorted((a, b) => costOf(a.set) - costOf(b.set) || a.set.length - b.set.length),
    resolved.keep,
  ).map(({ set, score }) => ({
    changes: set.map(({ input, value }) => ({ input, from: cellOf(columnNamed(row, input), 0), to: value })),
    score,
    distance: costOf(set),
  }));
}

const costOf = (set: readonly Change[]) => set.reduce((sum, { cost }) => sum + cost, 0);

/** The nearest answer for each set of inputs: three ways to change the same input are one answer. */
function keepDifferent<T extends { readonly set: readonly Change[] }>(sorted: readonly T[], keep: number): T[] {
  const kept: T[] = [];
  const inputsOf = ({ set }: T) => new Set(set.map(({ input }) => input));
  for (const one of sorted) {
    if (kept.length === keep) break;
    const own = inputsOf(one);
    if (!kept.some((other) => [...inputsOf(other)].every((input) => own.has(input)))) kept.push(one);
  }
  return kept;
}

function scoreSets(model: ScoredModel, row: Frame, sets: readonly (readonly Change[])[]): Float64Array {
  const rows = takeFrame(row, new Int32Array(sets.length));
  const columns = new Map(rows.columns);
  for (const input of model.inputs) {
    if (!sets.some((set) => set.some((one) => one.input === input))) continue;
    const column = columnNamed(row, input);
    const own = cellOf(column, 0);
    const values = sets.map((set) => {
      const change = set.find((one) => one.input === input);
      return change === undefined ? own : change.value;
    });
    columns.set(input, columnOf(column.type, values));
  }
  const scores = model.score({ rows: sets.length, columns });
  return Float64Array.from(sets, (_, k) => scores[k * model.outputs]!);
}

function changesOf(
  input: string,
  row: Frame,
  reference: Frame,
  { upOnly, downOnly, values }: z.output<typeof counterfactualOptionsSchema>,
): Change[] {
  const own = cellOf(columnNamed(row, input), 0);
  const column = columnNamed(reference, input);
  if (column.type === "vector") return [];
  if (column.type === "string" || column.type === "bool")
    return levelsOf(column, reference.rows)
      .filter((value) => value !== own)
      .slice(0, values)
      .map((value) => ({ input, value, cost: 1 }));
  const sorted = presentSorted(column, reference.rows);
  if (sorted.length === 0) return [];
  const spread = spreadOf(sorted);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!;
  return [...new Set(Array.from({ length: values }, (_, k) => at(k / (values - 1))))]
    .filter((value) => value !== own)
    .filter((value) => typeof own !== "number" || !upOnly.includes(input) || value > own)
    .filter((value) => typeof own !== "number" || !downOnly.includes(input) || value < own)
    .map((value) => ({ input, value, cost: typeof own === "number" ? Math.abs(value - own) / spread : 1 }));
}

function levelsOf(column: Extract<Column, { type: "string" | "bool" }>, rows: number): (string | boolean)[] {
  if (column.type === "bool") return [false, true];
  const counts = new Map<string, number>();
  for (let r = 0; r < rows; r++) {
    const level = column.levels[column.codes[r]!];
    if (level !== undefined) counts.set(level, (counts.get(level) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([level]) => level);
}

/** Median absolute deviation; where half of the rows are alike, the range; never 0. */
function spreadOf(sorted: Float64Array): number {
  const middle = sorted[sorted.length >> 1]!;
  const deviations = sorted.map((value) => Math.abs(value - middle)).sort();
  return deviations[deviations.length >> 1]! || sorted.at(-1)! - sorted[0]! || 1;
}
