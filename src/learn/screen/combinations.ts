import { log } from "@millrace/program";
import { aucInterval, type Interval } from "./intervals.ts";
import { correlation, rankAuc } from "./column-power.ts";

/** Columns that together give the target away. */
export interface Combination {
  readonly columns: readonly string[];
  /** What is done with them, in words. */
  readonly how: string;
  readonly strength: Interval;
  /** The columns to leave out: without them the rest tells nothing more than usual. */
  readonly culprits: readonly string[];
}

interface Named {
  readonly name: string;
  readonly values: Float64Array;
}

const exact = 0.99995;

/**
 * Whether up to three numeric columns make up a regression target: as a sum with weights, as a product, or because one of
 * them is a total that the target is a part of.
 */
export function regressionCombinations(columns: readonly Named[], target: Float64Array): Combination[] {
  const whole = columns.filter(({ values }) => !values.includes(Number.NaN) && values.every(Number.isFinite));
  const found: Combination[] = [];
  const sum = pursue(whole, target, 3);
  if (sum !== undefined) found.push({ ...sum, how: "as a sum with weights" });
  const positive = whole.filter(({ values }) => values.every((value) => value > 0));
  if (found.length === 0 && positive.length > 1 && target.every((value) => value > 0)) {
    const logs = positive.map(({ name, values }) => ({ name, values: values.map(log) }));
    const product = pursue(logs, target.map(log), 3);
    if (product !== undefined) found.push({ ...product, how: "as a product of powers" });
  }
  const taken = new Set(found.flatMap(({ culprits }) => culprits));
  for (const column of whole) {
    if (taken.has(column.name)) continue;
    const total = totalOfParts(column, whole, target);
    if (total !== undefined) found.push(total);
  }
  return found;
}

/** Orthogonal matching pursuit: the column that explains most of what is left, again and again; only exact fits count. */
function pursue(columns: readonly Named[], target: Float64Array, most: number): Omit<Combination, "how"> | undefined {
  const chosen: Named[] = [];
  const basis: Float64Array[] = [];
  let rest = centred(target);
  const total = dot(rest, rest);
  if (total === 0) return undefined;
  for (let step = 0; step < most; step++) {
    let best: Named | undefined;
    let bestBasis: Float64Array | undefined;
    let bestGain = 0;
    for (const column of columns) {
      if (chosen.includes(column)) continue;
      const direction = centred(column.values);
      const before = dot(direction, direction);
      for (const b of basis) subtract(direction, b, dot(direction, b));
      const length = dot(direction, direction);
      if (!(length > 1e-9 * before) || !Number.isFinite(length)) continue;
      const gain = dot(rest, direction) ** 2 / length;
      if (gain > bestGain) {
        bestGain = gain;
        best = column;
        bestBasis = direction.map((value) => value / Math.sqrt(length));
      }
    }
    if (best === undefined || bestBasis === undefined) return undefined;
    chosen.push(best);
    basis.push(bestBasis);
    rest = rest.slice();
    subtract(rest, bestBasis, dot(rest, bestBasis));
    const explained = 1 - dot(rest, rest) / total;
    if (explained < exact) continue;
    const names = chosen.map(({ name }) => name);
    return { columns: names, culprits: names, strength: { value: explained, low: explained, high: explained } };
  }
  return undefined;
}

/**
 * Whether a column is a total: never below the target, and what is left of it after the target and other columns are taken
 * away is one of few amounts (fees, rounding).
 */
function totalOfParts(total: Named, columns: readonly Named[], target: Float64Array): Combination | undefined {
  const rows = target.length;
  if (!target.every((value, i) => value >= 0 && total.values[i]! >= value - 1e-9)) return undefined;
  if (distinctShare(target) < 0.01) return undefined;
  const parts: Named[] = [];
  let rest = Float64Array.from(total.values, (value, i) => value - target[i]!);
  for (let step = 0; step < 6; step++) {
    const covered = coveredByFew(rest);
    if (covered >= 0.8) {
      const without = Float64Array.from(rest, (value, i) => value + target[i]!);
      // The same must not hold without the target: then it is the other columns that make the total.
      if (coveredByFew(without) >= 0.8) return undefined;
      const names = [total.name, ...parts.map(({ name }) => name)];
      return {
        columns: names,
        how: `"${total.name}" is a total that holds the target: what is left without it${parts.length > 0 ? ` and ${parts.map(({ name }) => `"${name}"`).join(", ")}` : ""} is one of ten amounts in ${Math.round(100 * covered)} % of ${rows} rows`,
        strength: { value: covered, low: covered, high: covered },
        culprits: [total.name],
      };
    }
    let best: Named | undefined;
    let bestSpread = spread(rest) * 0.98;
    for (const column of columns) {
      if (column === total || parts.includes(column) || column.values.some((value) => value < 0)) continue;
      const after = spread(rest.map((value, i) => value - column.values[i]!));
      if (after < bestSpread) {
        bestSpread = after;
        best = column;
      }
    }
    if (best === undefined) return undefined;
    parts.push(best);
    rest = rest.map((value, i) => value - best.values[i]!);
  }
  return undefined;
}

/** The share of rows that the ten most frequent amounts cover; 0 where the amounts are not many more than ten anyway. */
function coveredByFew(values: Float64Array): number {
  const counts = new Map<number, number>();
  for (const value of values) {
    const rounded = Math.round(value * 1e4) / 1e4;
    counts.set(rounded, (counts.get(rounded) ?? 0) + 1);
  }
  const most = [...counts.values()].sort((a, b) => b - a).slice(0, 10);
  return most.reduce((sum, count) => sum + count, 0) / values.length;
}

function distinctShare(values: Float64Array): number {
  return new Set(values).size / values.length;
}

function spread(values: Float64Array): number {
  const c = centred(values);
  return dot(c, c);
}

/** Whether the ratio, difference, sum or product of two numeric columns separates the classes that neither separates alone. */
export function pairCombination(
  columns: readonly Named[],
  labels: Float64Array,
  block: number,
): Combination | undefined {
  let best: (Combination & { readonly auc: number }) | undefined;
  for (let a = 0; a < columns.length; a++)
    for (let b = a + 1; b < columns.length; b++)
      for (const [how, make] of pairings) {
        const scored = scorePair(columns[a]!, columns[b]!, labels, make);
        if (scored === undefined || scored.strength.value < block || scored.strength.low < block - 0.01) continue;
        if (best !== undefined && scored.strength.value <= best.auc) continue;
        const names = [columns[a]!.name, columns[b]!.name];
        const powers = [columns[a]!, columns[b]!].map((column) => soloPower(column, labels));
        const culprit = powers[0]! >= powers[1]! ? names[0]! : names[1]!;
        best = { columns: names, how, strength: scored.strength, culprits: [culprit], auc: scored.strength.value };
      }
  return best;
}

const pairings: readonly (readonly [string, (x: number, y: number) => number])[] = [
  ["by their ratio", (x, y) => (y === 0 ? 0 : x / y)],
  ["by their ratio", (x, y) => (x === 0 ? 0 : y / x)],
  ["by their difference", (x, y) => x - y],
  ["by their sum", (x, y) => x + y],
];

function scorePair(a: Named, b: Named, labels: Float64Array, make: (x: number, y: number) => number) {
  const scores: number[] = [];
  const known: number[] = [];
  for (let i = 0; i < labels.length; i++) {
    const score = make(a.values[i]!, b.values[i]!);
    if (Number.isNaN(score)) continue;
    scores.push(score);
    known.push(labels[i]!);
  }
  if (scores.length < 0.5 * labels.length) return undefined;
  const { auc, positives, negatives } = rankAuc(Float64Array.from(scores), Float64Array.from(known));
  if (Math.min(positives, negatives) < 10) return undefined;
  return { strength: aucInterval(Math.max(auc, 1 - auc), positives, negatives) };
}

function soloPower({ values }: Named, labels: Float64Array): number {
  const rows: number[] = [];
  for (let i = 0; i < labels.length; i++) if (!Number.isNaN(values[i]!)) rows.push(i);
  const x = Float64Array.from(rows, (row) => values[row]!);
  const y = Float64Array.from(rows, (row) => labels[row]!);
  return Math.abs(rankAuc(x, y).auc - 0.5) + 1e-6 * Math.abs(correlation(x, y));
}

function centred(values: Float64Array): Float64Array {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  return Float64Array.from(values, (value) => value - mean);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function subtract(target: Float64Array, direction: Float64Array, times: number): void {
  for (let i = 0; i < target.length; i++) target[i]! -= times * direction[i]!;
}
