import type { Frame } from "@millrace/program";
import { z } from "zod";
import { knownNames, MillraceError, parseOptions } from "#kernel";
import { adjustForMany } from "#validate";
import { checkInput } from "../check-input.ts";
import { evaluate } from "../evaluate.ts";
import { sameLength } from "../measures/measure-set.ts";
import type { EvaluationInput, MetricResult, Task } from "../model.ts";
import { type Candidate, candidatesOf, sumsOf } from "./candidates.ts";
import { selectInput, sliceMetrics } from "./evaluate-slices.ts";
import { nameSlice } from "./name-slice.ts";
import { ownBaselineLoss, rowLosses } from "./row-losses.ts";
import { type BaselineGap, baselineGap, type SliceBaseline } from "./slice-baseline.ts";
import { type SliceColumn, sliceColumn } from "./slice-column.ts";

export const sliceSearchOptionsSchema = z.strictObject({
  columns: z.array(z.string()).describe("Columns to search; never the one of true values."),
  minRows: z.int().min(2).default(50).describe("Smaller slices are not looked at."),
  bins: z.int().min(2).max(20).default(4).describe("Quantile bins of a numeric column."),
  pairs: z.boolean().default(true).describe("Whether to cross two columns as well."),
  maxPairColumns: z.int().min(2).max(200).default(30).describe("Crosses are of the so many columns that tell most."),
  falseDiscovery: z.number().gt(0).lt(1).default(0.05).describe("Share of the found slices that may be chance."),
  maxSlices: z.int().min(1).default(20).describe("How many slices to keep, by what mending them would bring."),
  importance: z
    .record(z.string(), z.number().min(0))
    .default({})
    .describe("How much slices matter, by a slice's name, one side of a cross, or a column; 1 if not said."),
  ease: z
    .record(z.string(), z.number().min(0))
    .default({})
    .describe("How easily slices can be mended, named in the same way; 1 if not said."),
  beside: z
    .array(z.custom<SliceBaseline>())
    .default([])
    .describe("Whom the model is held beside, the first choice first: people, the champion."),
  seed: z.int().default(0).describe("Seed of the draws."),
  draws: z.int().min(0).default(200).describe("Draws of the bootstrap of each slice that is kept."),
});
export type SliceSearchOptions = z.input<typeof sliceSearchOptionsSchema>;

/** A slice where the model is worse than elsewhere, beyond chance. */
export interface WorstSlice {
  /** `purpose = business and age < 27`. */
  readonly name: string;
  readonly values: Readonly<Record<string, string>>;
  readonly rows: number;
  /** Share of all rows, by weight. */
  readonly share: number;
  readonly meanLoss: number;
  /** Of all rows that are not in the slice. */
  readonly restLoss: number;
  /** How much more a row costs here than elsewhere. */
  readonly gap: number;
  /**
   * Share of the slice's own baseline that the model takes off: 1 minus its loss over what always saying the slice's own
   * shares (of values: its median) costs. Below 0 the model misjudges the slice, near 0 it tells these rows no better apart
   * than their average; well above, the slice is only harder than others. `null` where that baseline costs nothing.
   */
  readonly learned: number | null;
  /** The gap in standard deviations of the loss (Cohen's d); `null` where losses do not vary. */
  readonly effect: number | null;
  readonly pValue: number;
  /** The p-value for as many slices as were looked at (Benjamini and Hochberg). */
  readonly adjustedP: number;
  readonly metric: { readonly name: string } & MetricResult;
  readonly importance: number;
  readonly ease: number;
  /** The baseline's loss on the slice's rows, where the search has a baseline. */
  readonly baseline?: BaselineGap;
  /**
   * Gap × share × importance × ease, the gap being the one to the baseline (0 where the model is the better one), else the one
   * to all other rows: what mending the slice would take off the mean loss of all rows.
   */
  readonly priority: number;
}

export interface SliceSearch {
  readonly loss: string;
  readonly meanLoss: number | null;
  /** Beside whom gaps are measured; `null` (or none): all other rows. */
  readonly baseline?: { readonly name: string; readonly loss: string } | null;
  /** How many slices were compared with the rest. */
  readonly tested: number;
  /** How many of them are worse beyond chance. */
  readonly worse: number;
  readonly falseDiscovery: number;
  /** The first to work on first. */
  readonly slices: readonly WorstSlice[];
  readonly skipped: readonly { readonly column: string; readonly reason: string }[];
}

/**
 * Where the model is worst: every value of every column and every cross of two, against all other rows, with the share of
 * false discoveries held; ranked by what mending each would bring.
 *
 * Shapes: `frame` has the rows of the input in the same order. Missing: the slice `(missing)`. A cross is kept only where
 * it is clearly worse than both of its sides, a side only where no cross holds most of its loss; of slices with nearly the
 * same rows the first is kept. A metric that a slice does not define is `null` with its reason.
 * Random: bootstrap keyed by the seed. Errors: EVALUATE_SLICE_COLUMN_UNKNOWN · EVALUATE_LENGTH_MISMATCH, and those of
 * `evaluate`. Source: Y. Chung et al., "Automated data slicing for model validation", ICDE 2019 (Welch's test of each
 * slice against the rest; here with Benjamini and Hochberg's control).
 */
export function findWorstSlices(
  task: Task,
  input: EvaluationInput,
  frame: Frame,
  options: SliceSearchOptions,
): SliceSearch {
  const given = parseOptions(sliceSearchOptionsSchema, options, "slice search");
  const checked = checkInput(task, input);
  sameLength("rows to slice by", frame.rows, checked.rows);
  for (const key of [...Object.keys(given.importance), ...Object.keys(given.ease)]) refuseUnknown(key, given.columns);
  const losses = rowLosses(checked);
  const whole = sumsOf(losses.values, checked.weights);
  const skipped: { column: string; reason: string }[] = [];
  const columns = given.columns.flatMap((name) => {
    const column = sliceColumn(name, frame, given.bins);
    const largest = Math.max(0, ...column.counts);
    if (column.labels.length > 1 && largest >= given.minRows) return [column];
    skipped.push({
      column: name,
      reason: column.labels.length < 2 ? "all rows have the same value" : `no value has ${given.minRows} rows`,
    });
    return [];
  });
  const compare = (some: readonly SliceColumn[]) =>
    candidatesOf(some, losses.values, checked.weights, whole, given.minRows);
  const singles = columns.map((column) => compare([column]));
  const crossed = given.pairs ? crossable(columns, singles, given.maxPairColumns) : [];
  const crosses = crossed.flatMap((a, i) => crossed.slice(i + 1).flatMap((b) => compare([a, b])));
  const all = [...singles.flat(), ...crosses];
  const adjusted = adjustForMany(all.map(({ pValue }) => pValue));
  const worse = all
    .map((one, i) => ({ ...one, adjustedP: adjusted[i]! }))
    .filter(({ adjustedP, mean, rest }) => adjustedP <= given.falseDiscovery && mean > rest);
  const telling = worse.filter((one) => beatsItsSides(one, all));
  const kept = telling.filter((one) => !isExplained(one, telling));
  const beside = baselineFor(kept, frame.rows, checked.weights, given.beside);
  const ordered = kept
    .map((one, k) => ranked(one, whole.weight, frame, given, beside?.gaps[k]))
    .toSorted((a, b) => b.priority - a.priority || (a.name < b.name ? -1 : 1));
  const slices = withoutAlike(ordered, frame.rows, given.maxSlices).map(({ candidate, ...slice }): WorstSlice => {
    const rows = rowsOf(candidate, frame.rows);
    const width = checked.scores.length / Math.max(1, checked.rows);
    const name = sliceMetrics[task];
    const { metrics } = evaluate(task, selectInput(input, rows, width), { draws: given.draws, seed: given.seed });
    const trivial = ownBaselineLoss(checked, rows);
    const learned = trivial > 0 ? 1 - slice.meanLoss / trivial : null;
    return { ...slice, learned, metric: { name, ...metrics[name]! } };
  });
  return {
    loss: losses.name,
    meanLoss: whole.weight > 0 ? whole.sum / whole.weight : null,
    baseline: beside === null ? null : { name: beside.name, loss: beside.loss },
    tested: all.length,
    worse: worse.length,
    falseDiscovery: given.falseDiscovery,
    slices,
    skipped,
  };
}

/** The columns whose single slices stand out most. */
function crossable(columns: readonly SliceColumn[], singles: readonly (readonly Candidate[])[], most: number) {
  const least = singles.map((list) => Math.min(1, ...list.map(({ pValue }) => pValue)));
  const order = columns.map((_, i) => i).sort((a, b) => least[a]! - least[b]! || a - b);
  return order
    .slice(0, most)
    .sort((a, b) => a - b)
    .map((i) => columns[i]!);
}

/** A cross says something of its own only where its gap is at least half as great again as that of each side. */
function beatsItsSides({ columns, codes, mean, rest }: Candidate, all: readonly Candidate[]): boolean {
  if (columns.length === 1) return true;
  return columns.every((column, side) => {
    const single = all.find(
      (one) => one.columns.length === 1 && one.columns[0] === column && one.codes[0] === codes[side],
    );
    return single === undefined || mean - rest >= 1.5 * (single.mean - single.rest);
  });
}

/** A single slice says nothing of its own where one of its crosses holds most of what it loses. */
function isExplained({ columns, codes, ...single }: Candidate, worse: readonly Candidate[]): boolean {
  if (columns.length > 1) return false;
  const excess = ({ weight, mean, rest }: Omit<Candidate, "columns" | "codes">) => weight * (mean - rest);
  return worse.some(
    (cross) =>
      cross.columns.length === 2 &&
      cross.columns.some((column, side) => column === columns[0] && cross.codes[side] === codes[0]) &&
      excess(cross) >= 0.8 * excess(single),
  );
}

function ranked(
  candidate: Candidate & { readonly adjustedP: number },
  total: number,
  frame: Frame,
  { importance, ease }: z.output<typeof sliceSearchOptionsSchema>,
  baseline: BaselineGap | undefined,
) {
  const { columns, codes, rows, weight, mean, rest, effect, pValue, adjustedP } = candidate;
  const values = Object.fromEntries(columns.map((column, i) => [column.name, column.labels[codes[i]!]!]));
  const name = nameSlice(values, frame);
  const share = weight / total;
  const sides = Object.entries(values).map(
    ([column, value]) => [nameSlice({ [column]: value }, frame), column] as const,
  );
  const own = { importance: saidOf(importance, name, sides), ease: saidOf(ease, name, sides) };
  const gap = mean - rest;
  const priority = Math.max(0, baseline?.gap ?? gap) * share * own.importance * own.ease;
  return {
    name,
    values,
    rows,
    share,
    meanLoss: mean,
    restLoss: rest,
    gap,
    effect,
    pValue,
    adjustedP,
    ...own,
    ...(baseline !== undefined && { baseline }),
    priority,
    candidate,
  };
}

/** The first baseline that says something of every slice and is better somewhere: priorities are then in one unit. */
function baselineFor(
  kept: readonly Candidate[],
  rows: number,
  weights: ArrayLike<number>,
  beside: readonly SliceBaseline[],
): { readonly name: string; readonly loss: string; readonly gaps: readonly BaselineGap[] } | null {
  for (const one of beside) {
    const gaps = kept.flatMap((candidate) => baselineGap(one, rowsOf(candidate, rows), weights) ?? []);
    if (gaps.length === kept.length && gaps.some(({ gap }) => gap > 0)) return { name: one.name, loss: one.loss, gaps };
  }
  return null;
}

/** A misspelt name would weigh nothing, and nobody would see it. */
function refuseUnknown(key: string, columns: readonly string[]): void {
  if (columns.some((column) => key.includes(column))) return;
  throw new MillraceError("EVALUATE_SLICE_COLUMN_UNKNOWN", {
    message: `"${key}" names no column that is searched (${knownNames(key, columns)}).`,
    next: 'Name a column, or a slice as the report shows it: "plan = basic", "age < 27".',
    facts: { slice: key },
  });
}

/** What is said of the slice itself, else the greatest of what is said of its sides and their columns. */
function saidOf(
  said: Readonly<Record<string, number>>,
  name: string,
  sides: readonly (readonly [side: string, column: string])[],
): number {
  if (Object.hasOwn(said, name)) return said[name]!;
  const own = sides.flatMap((keys) => keys.filter((key) => Object.hasOwn(said, key)).slice(0, 1));
  return own.length === 0 ? 1 : Math.max(...own.map((key) => said[key]!));
}

const alike = 0.8;

/** The first of the list, each unless it holds nearly the same rows as one before it (Jaccard's index). */
function withoutAlike<T extends { readonly candidate: Candidate }>(
  ordered: readonly T[],
  rows: number,
  most: number,
): T[] {
  const kept: { readonly one: T; readonly holds: Uint8Array }[] = [];
  for (const one of ordered) {
    if (kept.length === most) break;
    const holds = new Uint8Array(rows);
    for (const row of rowsOf(one.candidate, rows)) holds[row] = 1;
    const repeats = kept.some(({ one: other, holds: held }) => {
      let both = 0;
      for (let row = 0; row < rows; row++) both += holds[row]! & held[row]!;
      return both / (one.candidate.rows + other.candidate.rows - both) >= alike;
    });
    if (!repeats) kept.push({ one, holds });
  }
  return kept.map(({ one }) => one);
}

function rowsOf({ columns, codes }: Candidate, rows: number): number[] {
  const found: number[] = [];
  for (let row = 0; row < rows; row++)
    if (columns.every((column, i) => column.codes[row] === codes[i])) found.push(row);
  return found;
}
