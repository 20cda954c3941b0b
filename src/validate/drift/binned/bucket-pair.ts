import { placeOf, ranked } from "../../statistics/finish/counted-quantiles.ts";
import { cellBits, cellNumbers } from "../../statistics/finish/number-cells.ts";
import type { Bucket } from "../../statistics/model.ts";
import { bucketNumbers, type CountedNumbers } from "../../statistics/partial/counted-numbers.ts";
import { lowerBound } from "../../statistics/quantiles.ts";

/** Histograms of a column whose rows are not at hand. */
export interface ColumnBuckets {
  /** Of equal count. */
  readonly quantiles: readonly Bucket[];
  readonly equalWidth: readonly Bucket[];
  /** Cells that those of another column can be put together with; absent from statistics of other makers. */
  readonly cells?: readonly Bucket[];
}

export interface BucketCells {
  readonly labels: readonly string[];
  readonly reference: Float64Array;
  readonly current: Float64Array;
}

/**
 * Two columns in the reference's quantile bins as their rows would fall, up to how fine their cells are: both in the
 * coarser of the two, and the cell in which a quantile lies whole on its lower side.
 */
function sharedCells(reference: readonly Bucket[], current: readonly Bucket[], bins: number): BucketCells {
  const kept = Math.min(cellBits(reference), cellBits(current));
  const a = bucketNumbers(cellNumbers(reference), kept);
  const b = bucketNumbers(cellNumbers(current), kept);
  const of = ranked(a);
  const tops = Array.from(
    { length: bins - 1 },
    (_, i) => a.values[placeOf(of, Math.floor(((of.total - 1) * (i + 1)) / bins))]!,
  );
  const edges = [...new Set(tops)];
  const deal = ({ values, counts }: CountedNumbers) => {
    const dealt = new Float64Array(edges.length + 1);
    const bounds = Float64Array.from(edges);
    for (let k = 0; k < values.length; k++) dealt[lowerBound(bounds, values[k]!)]! += counts[k]!;
    return dealt;
  };
  return { labels: labelsOf(edges), reference: deal(a), current: deal(b) };
}

const labelsOf = (edges: readonly number[]) =>
  Array.from({ length: edges.length + 1 }, (_, i) =>
    i === 0 ? `≤ ${edges[0]}` : i === edges.length ? `> ${edges[i - 1]}` : `${edges[i - 1]} – ${edges[i]}`,
  );

/**
 * Two histograms in shared cells, or `undefined` where they cannot tell. Cells are the reference's buckets of equal count;
 * a bucket of the other that lies across an edge is dealt by its width. Where a value fills a bucket of its own, how much
 * of it the neighbours hold is unknown, so the three are one cell. Where that leaves too few, buckets of equal width serve
 * if both sides have the same ones.
 */
export function bucketCells(reference: ColumnBuckets, current: ColumnBuckets, bins: number): BucketCells | undefined {
  if (reference.cells !== undefined && current.cells !== undefined)
    return sharedCells(reference.cells, current.cells, bins);
  const edges = cellEdges(reference.quantiles, current.quantiles);
  if (edges.length >= fewestCells - 1)
    return {
      labels: labelsOf(edges),
      reference: deal(reference.quantiles, edges),
      current: deal(current.quantiles, edges),
    };
  const [a, b] = [finite(reference.equalWidth), finite(current.equalWidth)];
  const same =
    a.length > 1 && a.length === b.length && a.every(({ low, high }, i) => low === b[i]!.low && high === b[i]!.high);
  if (!same) return undefined;
  const filled = a.map((_, i) => i).filter((i) => a[i]!.count > 0 || b[i]!.count > 0);
  return {
    labels: filled.map((i) => `${a[i]!.low} – ${a[i]!.high}`),
    reference: Float64Array.from(filled, (i) => a[i]!.count),
    current: Float64Array.from(filled, (i) => b[i]!.count),
  };
}

const fewestCells = 4;

const finite = (buckets: readonly Bucket[]) =>
  buckets.filter(({ low, high }) => Number.isFinite(low) && Number.isFinite(high));

/** Inner edges of the reference's buckets that touch no heavy value, nor cut a bucket that may hold a part of one. */
function cellEdges(reference: readonly Bucket[], current: readonly Bucket[]): number[] {
  const own = finite(reference);
  const both = [...own, ...finite(current)];
  const heavy = new Set(both.flatMap(({ low, high }) => (low === high ? [low] : [])));
  const mixed = both.filter(({ low, high }) => low < high && (heavy.has(low) || heavy.has(high)));
  const inner = new Set(own.slice(1).map(({ low }) => low));
  return [...inner]
    .filter((edge) => !heavy.has(edge) && !mixed.some(({ low, high }) => low < edge && edge < high))
    .sort((a, b) => a - b);
}

/** Whole rows of each cell; what an edge cuts in two is dealt by width. */
function deal(buckets: readonly Bucket[], edges: readonly number[]): Float64Array {
  const cumulative = edges.map((edge) => {
    let below = 0;
    for (const { low, high, count } of finite(buckets)) {
      if (high <= edge) below += count;
      else if (low < edge) below += count * ((edge - low) / (high - low));
    }
    return Math.round(below);
  });
  let all = 0;
  for (const { count } of finite(buckets)) all += count;
  return Float64Array.from([...cumulative, Math.round(all)], (count, i) => count - (i === 0 ? 0 : cumulative[i - 1]!));
}
