import type { Frame, ProgramInput, ValueRef } from "@millrace/program";
import type { TargetFolds } from "../categorical-features.ts";
import type { PlanFeature } from "../model.ts";
import { moments, scaledNumber, sortedPresent } from "../numeric-features.ts";
import type { TransformOptions } from "../options.ts";
import type { PlanBuilder } from "../plan-builder.ts";
import { type CellCodes, type CodedColumn, codeColumn } from "./cell-codes.ts";
import { type CellMeans, type Cells, cellMeans } from "./cell-means.ts";

/** Columns that are paired: more make too many pairs. */
const mostPaired = 24;
/** Rows that choose tables; the tables themselves are of all rows. */
const mostRows = 30_000;
/** A table must explain so much more of the target's variance than its columns apart, and be so sure of it. */
const leastGain = 0.002;
const leastCertainty = 4;
/** Tables that one column may be in. */
const mostOfOne = 3;
/** Beside so many classes a table for each would be too many features. */
const mostClasses = 6;
const smoothing = 10;

interface Candidate {
  readonly columns: readonly CellCodes[];
  readonly gain: number;
}

/**
 * Tables of the target: by the values of a number that its ranges do not tell (a number that is a name: a flight, a shop), and
 * by the values of two columns together where they tell what the two apart do not (a day: month and day). As many as
 * `tables`, those first that explain most beyond their columns, which out-of-fold means of the rows decide.
 *
 * With `tableFrequencies` also the share of training rows that have a row's values: how busy a day is tells what kind of day it is.
 * Values of a single training row, and unseen ones, are as frequent as none.
 *
 * `proceed` is called before each measurement, to throw. Missing and unseen values are a value. Training rows get out-of-fold means.
 * Source: as `targetTable`; a pair is measured beside the sum of its columns' effects, as in GA2M (Lou, Caruana, Gehrke,
 * Hooker, "Accurate intelligible models with pairwise interactions", KDD 2013).
 */
export function addTables(
  plan: PlanBuilder,
  inputs: readonly ProgramInput[],
  freeText: ReadonlySet<string>,
  frame: Frame,
  folds: readonly TargetFolds[],
  options: TransformOptions,
  proceed: () => void = () => undefined,
): void {
  if (options.tables === 0 || folds.length === 0 || folds.length > mostClasses) return;
  const coded = inputs.flatMap((input, ref) =>
    freeText.has(input.name) ? [] : (codeColumn(input, ref, frame.columns.get(input.name)!, frame) ?? []),
  );
  const measure = judgeOf(folds, options, frame.rows);
  const judge: Judge = (columns, beside) => {
    proceed();
    return measure(columns, beside);
  };
  const candidates: Candidate[] = [...valueTables(coded, judge), ...pairTables(coded, judge)];
  candidates.sort((a, b) => b.gain - a.gain);
  const uses = new Map<string, number>();
  let added = 0;
  for (const { columns } of candidates) {
    if (added === options.tables) break;
    if (columns.some(({ name }) => (uses.get(name) ?? 0) >= mostOfOne)) continue;
    for (const { name } of columns) uses.set(name, (uses.get(name) ?? 0) + 1);
    addTable(plan, columns, folds, options);
    added++;
  }
}

/** What may be known without a table: each is a sum of means, less of those that are in it twice. */
type Beside = readonly {
  readonly plus: readonly (readonly CellCodes[])[];
  readonly minus?: readonly (readonly CellCodes[])[];
}[];

type Judge = (columns: readonly CellCodes[], beside: Beside) => Candidate | undefined;

/** Measures how much more a table explains than means of the columns beside it, on some of the rows. */
function judgeOf(folds: readonly TargetFolds[], { targetFolds }: TransformOptions, rows: number): Judge {
  const step = Math.max(1, rows / mostRows);
  const places = Uint32Array.from({ length: Math.floor(rows / step) }, (_, i) => Math.floor(i * step));
  const some = folds.map((one) => foldsAt(one, places));
  const centres = some.map(({ target, order }) => centreOf(target, order));
  const whole = centres.reduce((sum, { squares }) => sum + squares, 0);
  const looked = new Map<CellCodes, CellCodes>();
  const few = (cells: CellCodes): CellCodes => {
    const made = looked.get(cells) ?? { ...cells, codes: Int32Array.from(places, (row) => cells.codes[row]!) };
    looked.set(cells, made);
    return made;
  };
  const apart = new Map<string, Float64Array[]>();
  const meansOf = (columns: readonly CellCodes[]) => {
    const key = columns.map(({ name, width }) => `${width}/${name}`).join("/");
    const made =
      apart.get(key) ?? some.map((one) => cellMeans(joined(columns.map(few)), one, targetFolds, smoothing).outOfFold);
    // Pairs are many, and asked for once.
    if (columns.length === 1) apart.set(key, made);
    return made;
  };
  return (columns, beside) => {
    const cells = joined(columns.map(few));
    const ways = [{ plus: [] }, ...beside].map(({ plus, minus = [] }: Beside[number]) => ({
      more: plus.map(meansOf),
      less: minus.map(meansOf),
      saved: 0,
      squares: 0,
    }));
    for (const [k, one] of some.entries()) {
      const { outOfFold } = cellMeans(cells, one, targetFolds, smoothing);
      const { mean } = centres[k]!;
      for (const way of ways)
        for (const row of one.order) {
          const y = one.target[row]!;
          let plain = mean;
          for (const own of way.more) plain += own[k]![row]! - mean;
          for (const own of way.less) plain -= own[k]![row]! - mean;
          const saved = (y - plain) ** 2 - (y - outOfFold[row]!) ** 2;
          way.saved += saved;
          way.squares += saved * saved;
        }
    }
    // Means of many small cells may be worse than none: the best of what is known counts.
    const { saved, squares } = ways.reduce((best, way) => (way.saved < best.saved ? way : best));
    const noise = Math.max(0, squares - (saved * saved) / places.length);
    if (!(saved > leastGain * whole) || saved < leastCertainty * Math.sqrt(noise)) return undefined;
    return { columns, gain: saved / whole };
  };
}

function foldsAt({ target, order, fold }: TargetFolds, places: Uint32Array): TargetFolds {
  if (places.length === target.length) return { target, order, fold };
  const own = new Int32Array(target.length).fill(-1);
  places.forEach((row, k) => {
    own[row] = k;
  });
  return {
    target: Float64Array.from(places, (row) => target[row]!),
    fold: Uint8Array.from(places, (row) => fold[row]!),
    order: order.map((row) => own[row]!).filter((_, k) => own[order[k]!]! >= 0),
  };
}

function centreOf(target: Float64Array, order: Uint32Array): { mean: number; squares: number } {
  let sum = 0;
  for (const row of order) sum += target[row]!;
  const mean = order.length > 0 ? sum / order.length : 0;
  let squares = 0;
  for (const row of order) squares += (target[row]! - mean) ** 2;
  return { mean, squares };
}

function valueTables(coded: readonly CodedColumn[], judge: Judge): Candidate[] {
  return coded.flatMap(({ fine, ranges }) => (fine === ranges ? [] : (judge([fine], [{ plus: [[ranges]] }]) ?? [])));
}

function pairTables(coded: readonly CodedColumn[], judge: Judge): Candidate[] {
  const few = coded.slice(0, mostPaired);
  return few.flatMap((a, i) => few.slice(i + 1).flatMap((b) => pairTable(a, b, judge) ?? []));
}

/** By values or by ranges, whichever tells more; beside what a few ranges of both tell together. */
function pairTable(a: CodedColumn, b: CodedColumn, judge: Judge): Candidate | undefined {
  const pairs = [[a.ranges, b.ranges] as const];
  if (a.fine !== a.ranges || b.fine !== b.ranges) pairs.push([a.fine, b.fine]);
  let best: Candidate | undefined;
  for (const [one, other] of pairs) {
    if (one === a.coarse && other === b.coarse) continue;
    const apart = [{ plus: [[one]] }, { plus: [[other]] }, { plus: [[one], [other]] }];
    const { coarse: few } = a;
    const { coarse: others } = b;
    const together =
      few === undefined || others === undefined
        ? []
        : [{ plus: [[one], [other], [few, others]], minus: [[few], [others]] }];
    const made = judge([one, other], [...apart, ...together]);
    if (made !== undefined && (best === undefined || made.gain > best.gain)) best = made;
  }
  return best;
}

/** The cells of one column, or of two, by those that occur: `keys` are their numbers. */
function joined(columns: readonly CellCodes[]): { codes: Int32Array; width: number; keys: Float64Array | undefined } {
  const [one, other] = columns;
  if (other === undefined) return { codes: one!.codes, width: one!.width, keys: undefined };
  const place = new Map<number, number>();
  const codes = Int32Array.from(one!.codes, (code, row) => {
    const key = code * other.width + other.codes[row]!;
    const known = place.get(key) ?? place.size;
    if (known === place.size) place.set(key, known);
    return known;
  });
  return { codes, width: place.size, keys: Float64Array.from(place.keys()) };
}

function addTable(
  plan: PlanBuilder,
  columns: readonly CellCodes[],
  folds: readonly TargetFolds[],
  options: TransformOptions,
): void {
  const cells = joined(columns);
  const title = columns.map(({ name }) => name).join(" × ");
  const codes = columns.map(({ node }) => node(plan));
  const cell =
    codes.length === 1
      ? codes[0]!
      : plan.node("combine", codes, { weights: [columns[1]!.width, 1] }, `cell of ${title}`);
  const steps = ({ edges, values }: ReturnType<typeof stepsOf>, label: string) =>
    plan.node("steps", [cell], { edges: plan.tensor(edges), values: plan.tensor(values) }, label);
  for (const [k, own] of folds.entries()) {
    const made = cellMeans(cells, own, options.targetFolds, smoothing);
    const name = folds.length === 1 ? `${title}:target` : `${title}:target:${k}`;
    const node = steps(stepsOf(cells.keys, made), `mean target of ${title}`);
    feature(plan, { name, node, table: true }, title, made.outOfFold, options);
  }
  if (!options.tableFrequencies) return;
  const { counts, shares } = sharesOf(cells);
  const node = steps(stepsOf(cells.keys, { counts, values: shares, prior: 0 }), `how frequent ${title} is`);
  const training = Float64Array.from(cells.codes, (code) => (counts[code]! > 1 ? shares[code]! : 0));
  feature(plan, { name: `${title}:frequency`, node, frequency: true }, title, training, options);
}

/** Training rows of each cell, labelled or not, and what share of all they are. */
function sharesOf({ codes, width }: Cells): { counts: Float64Array; shares: Float64Array } {
  const counts = new Float64Array(width);
  for (const code of codes) counts[code]! += 1;
  return { counts, shares: counts.map((count) => count / codes.length) };
}

/** Cells that occur as a step function of their numbers: what lies between them gets the mean of all rows. */
function stepsOf(
  keys: Float64Array | undefined,
  { values, counts, prior }: Omit<CellMeans, "outOfFold">,
): { edges: Float64Array; values: Float64Array } {
  const cells = Array.from(values, (value, k) => ({ key: keys?.[k] ?? k, value, rows: counts[k]! }))
    .filter(({ rows }) => rows > 1)
    .sort((a, b) => a.key - b.key);
  const edges: number[] = [];
  const levels: number[] = [prior];
  for (const { key, value } of cells) {
    if (edges.at(-1) !== key - 0.5) {
      edges.push(key - 0.5);
      levels.push(value);
    } else levels[levels.length - 1] = value;
    edges.push(key + 0.5);
    levels.push(prior);
  }
  return { edges: Float64Array.from(edges), values: Float64Array.from(levels) };
}

function feature(
  plan: PlanBuilder,
  {
    name,
    node,
    ...kind
  }: { readonly name: string; readonly node: ValueRef } & Pick<PlanFeature, "table" | "frequency">,
  from: string,
  training: Float64Array,
  options: TransformOptions,
): void {
  plan.feature({ name, ref: node, kind: "numeric", from, for: ["trees"], ...kind }, training);
  const sorted = sortedPresent(training, undefined);
  const scaled = scaledNumber(plan, name, node, sorted, options);
  if (scaled === undefined) return;
  const { mean, deviation } = moments(sorted);
  const bound = options.linearClip;
  const linear = training.map((value) => Math.min(bound, Math.max(-bound, (value - mean) / deviation)));
  plan.feature({ name: `${name}:scaled`, ref: scaled, kind: "numeric", from, for: ["linear"], ...kind }, linear);
}
