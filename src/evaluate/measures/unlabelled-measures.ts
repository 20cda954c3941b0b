import { bootstrap, centralInterval } from "../intervals/bootstrap.ts";
import type { ModelComparison } from "../model.ts";
import { type MeasureSet, measureSet } from "./measure-set.ts";

/**
 * How well clusters set rows apart: the mean silhouette, and how alike the clusters are that other rows gave.
 *
 * Shapes: `points` row-major, `width` numbers a row, on one scale; `clusters` and `others` a number a row.
 * Missing: a cluster of one row has the silhouette 0. Cost: rows². Source: Rousseeuw, "Silhouettes", J. Comput. Appl. Math.
 * 20, 1987; Hubert, Arabie, "Comparing partitions", J. Classification 2, 1985 (adjusted Rand index).
 */
export function clusterMeasures(
  points: Float64Array,
  width: number,
  clusters: ArrayLike<number>,
  others: ArrayLike<number>,
): MeasureSet {
  const silhouettes = silhouettesOf(points, width, clusters);
  return measureSet(clusters.length, (weights) => weights, [
    {
      name: "silhouetteScore",
      direction: "up",
      value: (weights) => weightedMean(silhouettes, weights),
      reason: "all rows lie in one cluster",
    },
    {
      name: "stabilityScore",
      direction: "up",
      value: (weights) => adjustedRand(clusters, others, weights),
      reason: "all rows lie in one cluster",
    },
  ]);
}

/**
 * How alike two models find rows strange (Spearman's correlation of their scores), and how far the share of rows that are
 * called strange lies from the promised one.
 */
export function anomalyMeasures(
  scores: Float64Array,
  others: Float64Array,
  { threshold, share }: { readonly threshold: number; readonly share: number },
): MeasureSet {
  const [a, b] = [ranksOf(scores), ranksOf(others)];
  const called = scores.map((score) => (score >= threshold ? 1 : 0));
  return measureSet(scores.length, (weights) => weights, [
    {
      name: "stabilityScore",
      direction: "up",
      value: (weights) => correlation(a, b, weights),
      reason: "all rows are equally strange",
    },
    {
      name: "alarmShareError",
      direction: "down",
      value: (weights) => Math.abs(weightedMean(called, weights) - share),
      reason: "there are no rows",
    },
  ]);
}

/**
 * A measure of a set beside that of another one on as many rows, or beside 0, where there is no other; the rows are drawn
 * anew, the same for both. What a set does not define counts as 0.
 */
export function compareSets(
  [set, other]: readonly [MeasureSet, MeasureSet?],
  name: string,
  { seed, draws, confidence = 0.95 }: { readonly seed: number; readonly draws: number; readonly confidence?: number },
): ModelComparison {
  const weights = new Float64Array(set.rows).fill(1);
  const sets = other === undefined ? [set] : [set, other];
  const measured = (own: MeasureSet, values: Float64Array, at: number) => {
    const value = values[at * own.names.length + own.names.indexOf(name)]!;
    return Number.isFinite(value) ? value : 0;
  };
  const [first = 0, second = 0] = sets.map((own) => {
    const out = new Float64Array(own.names.length).fill(Number.NaN);
    if (own.rows > 0) own.measure(weights, out);
    return measured(own, out, 0);
  });
  const drawn = bootstrap(sets, weights, draws, seed);
  const sign = set.directions[set.names.indexOf(name)] === "down" ? -1 : 1;
  const differences = Float64Array.from({ length: draws }, (_, draw) =>
    sets.reduce((sum, own, k) => sum + (k === 0 ? 1 : -1) * measured(own, drawn[k]!.values, draw), 0),
  );
  const better = differences.reduce((sum, value) => sum + (sign * value > 0 ? 1 : value === 0 ? 0.5 : 0), 0);
  const interval = centralInterval(differences.sort(), draws, confidence);
  return {
    metric: name,
    direction: sign === 1 ? "up" : "down",
    rows: set.rows,
    first,
    second,
    difference: first - second,
    low: interval?.low ?? null,
    high: interval?.high ?? null,
    pBetter: better / draws,
    draws,
    confidence,
  };
}

/** Of each row: (distance to the nearest other cluster − distance within its own) / the greater of both. */
export function silhouettesOf(points: Float64Array, width: number, clusters: ArrayLike<number>): Float64Array {
  const rows = clusters.length;
  const count = Math.max(0, ...Array.from(clusters)) + 1;
  const sizes = new Float64Array(count);
  for (let i = 0; i < rows; i++) sizes[clusters[i]!]! += 1;
  if (sizes.filter((size) => size > 0).length < 2) return new Float64Array(rows).fill(Number.NaN);
  const sums = new Float64Array(count);
  return Float64Array.from({ length: rows }, (_, i) => {
    const own = clusters[i]!;
    if (sizes[own]! < 2) return 0;
    sums.fill(0);
    for (let j = 0; j < rows; j++) {
      let squares = 0;
      for (let k = 0; k < width; k++) {
        const difference = points[i * width + k]! - points[j * width + k]!;
        squares += difference * difference;
      }
      sums[clusters[j]!]! += Math.sqrt(squares);
    }
    const within = sums[own]! / (sizes[own]! - 1);
    let nearest = Number.POSITIVE_INFINITY;
    for (let c = 0; c < count; c++) if (c !== own && sizes[c]! > 0) nearest = Math.min(nearest, sums[c]! / sizes[c]!);
    const most = Math.max(within, nearest);
    return most === 0 ? 0 : (nearest - within) / most;
  });
}

/** Of two partitions of weighted rows; 1: the same, 0: as chance would have it. */
export function adjustedRand(a: ArrayLike<number>, b: ArrayLike<number>, weights: Float64Array): number {
  const cells = new Map<string, number>();
  const [left, right] = [new Map<number, number>(), new Map<number, number>()];
  let total = 0;
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i]!;
    if (weight === 0) continue;
    total += weight;
    left.set(a[i]!, (left.get(a[i]!) ?? 0) + weight);
    right.set(b[i]!, (right.get(b[i]!) ?? 0) + weight);
    const key = `${a[i]}/${b[i]}`;
    cells.set(key, (cells.get(key) ?? 0) + weight);
  }
  const pairs = (counts: Iterable<number>) => [...counts].reduce((sum, n) => sum + (n * (n - 1)) / 2, 0);
  const both = pairs(cells.values());
  const [ofLeft, ofRight] = [pairs(left.values()), pairs(right.values())];
  const expected = (ofLeft * ofRight) / ((total * (total - 1)) / 2);
  const most = (ofLeft + ofRight) / 2;
  // one cluster on both sides, or every row its own
  return most === expected ? 1 : (both - expected) / (most - expected);
}

/** Places of values in ascending order, equal ones at the mean of theirs. */
function ranksOf(values: Float64Array): Float64Array {
  const order = Uint32Array.from({ length: values.length }, (_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const ranks = new Float64Array(values.length);
  for (let at = 0; at < order.length; ) {
    let end = at;
    while (end < order.length && values[order[end]!] === values[order[at]!]) end++;
    for (let k = at; k < end; k++) ranks[order[k]!] = (at + end - 1) / 2;
    at = end;
  }
  return ranks;
}

function correlation(a: Float64Array, b: Float64Array, weights: Float64Array): number {
  const [meanA, meanB] = [weightedMean(a, weights), weightedMean(b, weights)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i]! - meanA, b[i]! - meanB];
    ab += weights[i]! * x * y;
    aa += weights[i]! * x * x;
    bb += weights[i]! * y * y;
  }
  return ab / Math.sqrt(aa * bb);
}

function weightedMean(values: ArrayLike<number>, weights: Float64Array): number {
  let [sum, total] = [0, 0];
  for (let i = 0; i < weights.length; i++) {
    sum += weights[i]! * values[i]!;
    total += weights[i]!;
  }
  return sum / total;
}
