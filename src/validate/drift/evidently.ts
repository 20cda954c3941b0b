import type { Column } from "@millrace/program";
import { log } from "@millrace/program";
import { chiSquareTail } from "../significance/gamma.ts";
import { kolmogorovDistance, kolmogorovPValue } from "../significance/kolmogorov.ts";
import { twoSidedNormal } from "../significance/normal.ts";
import { countDistinct, upperBound } from "../statistics/quantiles.ts";
import { countLevels, kindOf, sortedNumbers } from "./column-values.ts";
import type { DriftColumn } from "./model.ts";
import { meanMove, standardDeviation } from "./sample-tests.ts";

/*
 * The methods of Evidently 0.7.23 with its own binning, choice of method and thresholds, so that figures can be laid
 * beside it. Missing values are left out, as there.
 */

type Rows = { readonly reference: number; readonly current: number };
type Shares = { readonly reference: Float64Array; readonly current: Float64Array };

interface Method {
  readonly threshold: number;
  /** Whether the score is a p-value: drift is then a score *below* the threshold. */
  readonly pValue: boolean;
  score(reference: Column, current: Column, rows: Rows): number;
}

const methods: Readonly<Record<string, Method>> = {
  psi: { threshold: 0.1, pValue: false, score: (a, b, rows) => index(filled(binned(a, b, rows))) },
  kl_div: { threshold: 0.1, pValue: false, score: (a, b, rows) => divergence(filled(binned(a, b, rows))) },
  jensenshannon: { threshold: 0.1, pValue: false, score: (a, b, rows) => distance(binned(a, b, rows)) },
  wasserstein: { threshold: 0.1, pValue: false, score: normedMove },
  ks: { threshold: 0.05, pValue: true, score: kolmogorov },
  chisquare: { threshold: 0.05, pValue: true, score: chiSquare },
  z: { threshold: 0.05, pValue: true, score: proportions },
};

export const evidentlyMethods: readonly string[] = Object.keys(methods);
const ownNames: Readonly<Record<string, string>> = { js: "jensenshannon", chi2: "chisquare" };

/** One column under each method asked for; `auto` is the method that Evidently would choose. */
export function evidentlyColumns(
  name: string,
  reference: Column,
  current: Column,
  rows: Rows,
  tests: readonly string[],
  thresholds: Readonly<Record<string, number>>,
): DriftColumn[] {
  return tests.flatMap((asked) => {
    const test = asked === "auto" ? chooseMethod(reference, current, rows) : (ownNames[asked] ?? asked);
    const method = methods[test];
    if (method === undefined || (kindOf(reference) === "categorical" && (test === "ks" || test === "wasserstein")))
      return [];
    const value = method.score(reference, current, rows);
    const threshold = thresholds[asked] ?? method.threshold;
    const drifted = test === "ks" ? value <= threshold : method.pValue ? value < threshold : value >= threshold;
    return [{ name, test, value, threshold, drifted, detail: { compat: "evidently", pValue: method.pValue } }];
  });
}

function chooseMethod(reference: Column, current: Column, rows: Rows): string {
  const values = new Set([
    ...countLevels(reference, rows.reference).levels.keys(),
    ...countLevels(current, rows.current).levels.keys(),
  ]).size;
  const numeric = kindOf(reference) === "numeric";
  if (rows.reference > 1000) return numeric && values > 5 ? "wasserstein" : "jensenshannon";
  if (numeric && values > 5) return "ks";
  return values > 2 ? "chisquare" : "z";
}

/** Shares in Sturges' bins over both windows when the reference has more than 20 numbers, else by value. */
function binned(reference: Column, current: Column, rows: Rows): Shares {
  if (kindOf(reference) === "numeric") {
    const a = sortedNumbers(reference, rows.reference).filter(Number.isFinite);
    const b = sortedNumbers(current, rows.current).filter(Number.isFinite);
    if (countDistinct(a) > 20) {
      const edges = sturgesEdges(a, b);
      return { reference: histogram(a, edges), current: histogram(b, edges) };
    }
  }
  const { a, b, keys } = levelTable(reference, current, rows);
  const shares = (counts: ReadonlyMap<string, number>) => {
    const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
    return Float64Array.from(keys, (key) => (counts.get(key) ?? 0) / total);
  };
  return { reference: shares(a), current: shares(b) };
}

function levelTable(reference: Column, current: Column, rows: Rows) {
  const a = countLevels(reference, rows.reference).levels;
  const b = countLevels(current, rows.current).levels;
  const order = kindOf(reference) === "numeric" ? (x: string, y: string) => Number(x) - Number(y) : undefined;
  return { a, b, keys: [...new Set([...a.keys(), ...b.keys()])].sort(order) };
}

/** numpy's `histogram_bin_edges(…, "sturges")`. */
function sturgesEdges(a: Float64Array, b: Float64Array): number[] {
  const low = Math.min(a[0]!, b[0]!);
  const high = Math.max(a[a.length - 1]!, b[b.length - 1]!);
  const width = (high - low) / (log(a.length + b.length) / Math.LN2 + 1);
  const bins = width > 0 ? Math.ceil((high - low) / width) : 1;
  return Array.from({ length: bins + 1 }, (_, i) => (i === bins ? high : low + (i * (high - low)) / bins));
}

function histogram(sorted: Float64Array, edges: readonly number[]): Float64Array {
  const shares = new Float64Array(edges.length - 1);
  for (const value of sorted) shares[Math.min(upperBound(edges, value) - 1, shares.length - 1)]! += 1;
  return shares.map((count) => count / sorted.length);
}

function filled({ reference, current }: Shares): Shares {
  const fill = (shares: Float64Array) => {
    const least = shares.reduce((min, share) => (share > 0 && share < min ? share : min), Infinity);
    const floor = least <= 0.0001 ? least / 1_000_000 : 0.0001;
    return shares.map((share) => (share === 0 ? floor : share));
  };
  return { reference: fill(reference), current: fill(current) };
}

function index({ reference, current }: Shares): number {
  return reference.reduce((sum, r, i) => sum + (r - current[i]!) * log(r / current[i]!), 0);
}

function divergence(shares: Shares): number {
  const p = normalized(shares.reference);
  const q = normalized(shares.current);
  return p.reduce((sum, share, i) => sum + (share > 0 ? share * log(share / q[i]!) : 0), 0);
}

function normalized(shares: Float64Array): Float64Array {
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share) => share / total);
}

/** scipy's `jensenshannon`: the root of the divergence, natural logarithm. */
function distance({ reference, current }: Shares): number {
  const p = normalized(reference);
  const q = normalized(current);
  let sum = 0;
  for (let i = 0; i < p.length; i++) {
    const middle = (p[i]! + q[i]!) / 2;
    if (p[i]! > 0) sum += p[i]! * log(p[i]! / middle);
    if (q[i]! > 0) sum += q[i]! * log(q[i]! / middle);
  }
  return Math.sqrt(Math.max(0, sum / 2));
}

function normedMove(reference: Column, current: Column, rows: Rows): number {
  const a = sortedNumbers(reference, rows.reference).filter(Number.isFinite);
  const b = sortedNumbers(current, rows.current).filter(Number.isFinite);
  return meanMove(a, b) / Math.max(standardDeviation(a), 0.001);
}

function kolmogorov(reference: Column, current: Column, rows: Rows): number {
  const a = sortedNumbers(reference, rows.reference);
  const b = sortedNumbers(current, rows.current);
  return kolmogorovPValue(kolmogorovDistance(a, b), a.length, b.length);
}

function chiSquare(reference: Column, current: Column, rows: Rows): number {
  const { a, b, keys } = levelTable(reference, current, rows);
  const total = (counts: ReadonlyMap<string, number>) => [...counts.values()].reduce((sum, count) => sum + count, 0);
  const scale = total(b) / total(a);
  let statistic = 0;
  for (const key of keys) {
    const expected = (a.get(key) ?? 0) * scale;
    const difference = (b.get(key) ?? 0) - expected;
    statistic += difference === 0 ? 0 : (difference * difference) / expected;
  }
  return chiSquareTail(statistic, keys.length - 1);
}

function proportions(reference: Column, current: Column, rows: Rows): number {
  const { a, b, keys } = levelTable(reference, current, rows);
  if (keys.length < 2) return 1;
  const total = (counts: ReadonlyMap<string, number>) => [...counts.values()].reduce((sum, count) => sum + count, 0);
  const [n, m] = [total(a), total(b)];
  const [k, l] = [a.get(keys[0]!) ?? 0, b.get(keys[0]!) ?? 0];
  const pooled = (k + l) / (n + m);
  return twoSidedNormal((k / n - l / m) / Math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m)));
}
