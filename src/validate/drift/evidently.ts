import { log } from "@millrace/program";
import { chiSquareTail } from "../significance/gamma.ts";
import { kolmogorovDistance, kolmogorovPValue } from "../significance/kolmogorov.ts";
import { twoSidedNormal } from "../significance/normal.ts";
import { upperBound } from "../statistics/quantiles.ts";
import type { ColumnSample } from "./column-sample.ts";
import type { DriftColumn, DriftTest } from "./model.ts";
import { meanMove } from "./tests/mean-move.ts";
import { standardDeviation } from "./tests/sample-tests.ts";

/*
 * The methods of Evidently 0.7.23 with its own binning, choice of method and thresholds, so that figures can be laid
 * beside it. Missing values are left out, as there.
 */

type Shares = { readonly reference: Float64Array; readonly current: Float64Array };

interface Method {
  readonly threshold: number;
  /** Whether the score is a p-value: drift is then a score *below* the threshold. */
  readonly pValue: boolean;
  score(reference: ColumnSample, current: ColumnSample): number;
}

const methods: Readonly<Record<string, Method>> = {
  psi: { threshold: 0.1, pValue: false, score: (a, b) => index(filled(binned(a, b))) },
  kl_div: { threshold: 0.1, pValue: false, score: (a, b) => divergence(filled(binned(a, b))) },
  jensenshannon: { threshold: 0.1, pValue: false, score: (a, b) => distance(binned(a, b)) },
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
  reference: ColumnSample,
  current: ColumnSample,
  tests: readonly (string | DriftTest)[],
  thresholds: Readonly<Record<string, number>>,
): DriftColumn[] {
  return tests.flatMap((asked) => {
    if (typeof asked !== "string") return [];
    const test = asked === "auto" ? chooseMethod(reference, current) : (ownNames[asked] ?? asked);
    const method = methods[test];
    if (method === undefined || (reference.kind === "categorical" && (test === "ks" || test === "wasserstein")))
      return [];
    const value = method.score(reference, current);
    const threshold = thresholds[asked] ?? method.threshold;
    const drifted = test === "ks" ? value <= threshold : method.pValue ? value < threshold : value >= threshold;
    return [{ name, test, value, threshold, drifted, detail: { compat: "evidently", pValue: method.pValue } }];
  });
}

function chooseMethod(reference: ColumnSample, current: ColumnSample): string {
  const values = new Set([...levelsOf(reference).keys(), ...levelsOf(current).keys()]).size;
  const numeric = reference.kind === "numeric";
  if (reference.rows > 1000) return numeric && values > 5 ? "wasserstein" : "jensenshannon";
  if (numeric && values > 5) return "ks";
  return values > 2 ? "chisquare" : "z";
}

/** Shares in Sturges' bins over both windows when the reference has more than 20 numbers, else by value. */
function binned(reference: ColumnSample, current: ColumnSample): Shares {
  if (reference.kind === "numeric") {
    const a = reference.sorted;
    const b = current.sorted;
    if (reference.distinct > 20) {
      const edges = sturgesEdges(a, b);
      return { reference: histogram(a, edges), current: histogram(b, edges) };
    }
  }
  const { a, b, keys } = levelTable(reference, current);
  const shares = (counts: ReadonlyMap<string, number>) => {
    const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
    return Float64Array.from(keys, (key) => (counts.get(key) ?? 0) / total);
  };
  return { reference: shares(a), current: shares(b) };
}

function levelTable(reference: ColumnSample, current: ColumnSample) {
  const a = levelsOf(reference);
  const b = levelsOf(current);
  const order = reference.kind === "numeric" ? (x: string, y: string) => Number(x) - Number(y) : undefined;
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

function normedMove(reference: ColumnSample, current: ColumnSample): number {
  const a = reference.sorted;
  const b = current.sorted;
  return meanMove(a, b) / Math.max(standardDeviation(a), 0.001);
}

function kolmogorov(reference: ColumnSample, current: ColumnSample): number {
  const a = reference.sorted;
  const b = current.sorted;
  return kolmogorovPValue(kolmogorovDistance(a, b), a.length, b.length);
}

function chiSquare(reference: ColumnSample, current: ColumnSample): number {
  const { a, b, keys } = levelTable(reference, current);
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

function proportions(reference: ColumnSample, current: ColumnSample): number {
  const { a, b, keys } = levelTable(reference, current);
  if (keys.length < 2) return 1;
  const total = (counts: ReadonlyMap<string, number>) => [...counts.values()].reduce((sum, count) => sum + count, 0);
  const [n, m] = [total(a), total(b)];
  const [k, l] = [a.get(keys[0]!) ?? 0, b.get(keys[0]!) ?? 0];
  const pooled = (k + l) / (n + m);
  return twoSidedNormal((k / n - l / m) / Math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m)));
}

/** The reference turns infinities into missing values. */
function levelsOf({ kind, levels }: ColumnSample): ReadonlyMap<string, number> {
  if (kind === "categorical") return levels;
  return new Map([...levels].filter(([level]) => Number.isFinite(Number(level))));
}
