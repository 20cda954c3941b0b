import type { Bucket } from "./model.ts";

/** The quantile at share p of ascending values, by linear interpolation (type 7 of Hyndman and Fan, 1996). */
export function quantileOf(sorted: Float64Array, p: number): number {
  const position = (sorted.length - 1) * p;
  const below = Math.floor(position);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low === high ? low : low + (high - low) * (position - below);
}

/** Index of the first ascending value that is greater than x (`from` … length). */
export function upperBound(sorted: ArrayLike<number>, x: number, from = 0): number {
  let low = from;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! <= x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of the first ascending value that is not less than x. */
export function lowerBound(sorted: ArrayLike<number>, x: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Counts of ascending values in `buckets` buckets of equal width. */
export function equalWidthBuckets(sorted: Float64Array, buckets: number): Bucket[] {
  if (sorted.length === 0) return [];
  const low = sorted[0]!;
  const high = sorted[sorted.length - 1]!;
  if (low === high) return [{ low, high, count: sorted.length }];
  const width = high / buckets - low / buckets;
  const edges = Array.from({ length: buckets + 1 }, (_, i) => (i === buckets ? high : low + width * i));
  let from = 0;
  return Array.from({ length: buckets }, (_, i) => {
    const to = i === buckets - 1 ? sorted.length : Math.max(from, lowerBound(sorted, edges[i + 1]!));
    const count = to - from;
    from = to;
    return { low: edges[i]!, high: edges[i + 1]!, count };
  });
}

/** How many different values ascending values hold. */
export function countDistinct(sorted: Float64Array): number {
  let distinct = 0;
  for (let i = 0; i < sorted.length; i++) if (i === 0 || sorted[i] !== sorted[i - 1]) distinct++;
  return distinct;
}
