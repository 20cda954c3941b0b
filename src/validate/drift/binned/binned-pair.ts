import { compareBytes } from "../../statistics/compare-bytes.ts";
import { lowerBound, quantileOf } from "../../statistics/quantiles.ts";
import type { ColumnSample } from "../column-sample.ts";
import { bucketCells } from "./bucket-pair.ts";

/**
 * Two windows counted in the same cells. Cells that the reference does not fill (`unseen` levels) are one cell for a
 * distance: which levels are unseen is known only after the rows are dealt to the windows.
 */
export interface BinnedPair {
  readonly labels: readonly string[];
  readonly reference: Float64Array;
  readonly current: Float64Array;
  /** True where cells are levels: those without a reference row are pooled. */
  readonly pooledUnseen: boolean;
}

/**
 * Counts both windows in shared cells: a numeric column in quantile bins of the reference (in its values where it has no
 * more of them than bins), a text column by level; NaN, either infinity and missing are cells of their own.
 */
export function binPair(reference: ColumnSample, current: ColumnSample, bins: number): BinnedPair {
  const known = reference.kind === "numeric" && reference.levels.size > 0 && reference.distinct <= bins;
  if (reference.buckets !== undefined && current.buckets !== undefined && !(known && current.levels.size > 0)) {
    const cells = bucketCells(reference.buckets, current.buckets, bins);
    if (cells !== undefined) return withSpecial({ ...cells, pooledUnseen: false }, reference, current);
  }
  if (reference.kind === "numeric" && reference.distinct > bins) return binByQuantiles(reference, current, bins);
  const [a, b] = [reference.levels, current.levels];
  const labels = [...new Set([...a.keys(), ...b.keys()])].sort(compareBytes);
  const pair = {
    labels,
    reference: Float64Array.from(labels, (label) => a.get(label) ?? 0),
    current: Float64Array.from(labels, (label) => b.get(label) ?? 0),
    pooledUnseen: true,
  };
  return withCell(pair, "(missing)", reference.special.missing, current.special.missing);
}

function binByQuantiles(a: ColumnSample, b: ColumnSample, bins: number): BinnedPair {
  const edges = [...new Set(Array.from({ length: bins - 1 }, (_, i) => quantileOf(a.sorted, (i + 1) / bins)))];
  const labels = Array.from({ length: edges.length + 1 }, (_, i) =>
    i === 0 ? `≤ ${edges[0]}` : i === edges.length ? `> ${edges[i - 1]}` : `${edges[i - 1]} – ${edges[i]}`,
  );
  const pair = { labels, reference: countInBins(a, edges), current: countInBins(b, edges), pooledUnseen: false };
  return withSpecial(pair, a, b);
}

function withSpecial(cells: BinnedPair, a: ColumnSample, b: ColumnSample): BinnedPair {
  let pair = cells;
  pair = withCell(pair, "-∞", a.special.negativeInfinity, b.special.negativeInfinity);
  pair = withCell(pair, "∞", a.special.positiveInfinity, b.special.positiveInfinity);
  pair = withCell(pair, "NaN", a.special.nan, b.special.nan);
  return withCell(pair, "(missing)", a.special.missing, b.special.missing);
}

function countInBins({ finite, sorted, sortedWeights }: ColumnSample, edges: readonly number[]): Float64Array {
  const counts = new Float64Array(edges.length + 1);
  const bounds = Float64Array.from(edges);
  if (sortedWeights === undefined) for (const value of finite) counts[lowerBound(bounds, value)]! += 1;
  else for (let i = 0; i < sorted.length; i++) counts[lowerBound(bounds, sorted[i]!)]! += sortedWeights[i]!;
  return counts;
}

function withCell(pair: BinnedPair, label: string, reference: number, current: number): BinnedPair {
  if (reference === 0 && current === 0) return pair;
  return {
    ...pair,
    labels: [...pair.labels, label],
    reference: Float64Array.of(...pair.reference, reference),
    current: Float64Array.of(...pair.current, current),
  };
}

/** The pair as a distance sees it: levels without a reference row pooled into one last cell. */
export function poolUnseen(
  reference: Float64Array,
  current: Float64Array,
): { reference: Float64Array; current: Float64Array; unseen: number } {
  const a = new Float64Array(reference.length + 1);
  const b = new Float64Array(reference.length + 1);
  let cells = 0;
  let unseen = 0;
  for (let i = 0; i < reference.length; i++) {
    if (reference[i] === 0) unseen += current[i]!;
    else {
      a[cells] = reference[i]!;
      b[cells++] = current[i]!;
    }
  }
  if (unseen > 0) b[cells++] = unseen;
  return { reference: a.subarray(0, cells), current: b.subarray(0, cells), unseen };
}

/** Whether every cell expects at least five rows in the smaller window, so that chi-square formulas hold. */
export function isDense({ reference, current }: BinnedPair, n: number, m: number): boolean {
  const share = Math.min(n, m) / (n + m);
  return reference.every((count, i) => (count + current[i]!) * share >= 5 && count > 0);
}
