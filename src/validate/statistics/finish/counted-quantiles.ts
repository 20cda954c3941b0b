import type { Bucket } from "../model.ts";
import type { CountedNumbers } from "../partial/counted-numbers.ts";

/** Values ascending with the weight up to and including each. */
export interface Ranked {
  readonly values: ArrayLike<number>;
  /** Running totals. */
  readonly upTo: Float64Array;
  readonly total: number;
}

export function ranked({ values, counts }: Pick<CountedNumbers, "values" | "counts">): Ranked {
  const upTo = new Float64Array(counts.length);
  let total = 0;
  for (let k = 0; k < counts.length; k++) {
    total += counts[k]!;
    upTo[k] = total;
  }
  return { values, upTo, total };
}

/** Index of the first value of which the running total is above `rank`. */
export function placeOf({ upTo }: Ranked, rank: number): number {
  let low = 0;
  let high = upTo.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (upTo[middle]! > rank) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The quantile at share p of values that occur as often as they are counted, by linear interpolation (type 7 of Hyndman and Fan, 1996). */
export function quantileOfCounts(of: Ranked, p: number): number {
  const position = (of.total - 1) * p;
  const below = Math.floor(position);
  const place = placeOf(of, below);
  const low = of.values[place]!;
  const high = of.upTo[place]! > below + 1 || place + 1 >= of.upTo.length ? low : of.values[place + 1]!;
  return low === high ? low : low + (high - low) * (position - below);
}

/** The least value up to which share p of the weight lies. */
export function weightedQuantile(of: Ranked, p: number): number {
  let place = placeOf(of, of.total * p);
  if (place > 0 && of.upTo[place - 1]! >= of.total * p) place--;
  return of.values[place]!;
}

/** `buckets` + 1 edges from low to high, evenly. */
export function evenEdges(low: number, high: number, buckets: number): number[] {
  const width = high / buckets - low / buckets;
  return Array.from({ length: buckets + 1 }, (_, i) => (i === buckets ? high : low + width * i));
}

/** Weight in buckets of equal width between the extremes. */
export function equalWidthOfCounts(of: Ranked, low: number, high: number, buckets: number): Bucket[] {
  if (of.total === 0) return [];
  if (low === high) return [{ low, high, count: of.total }];
  const edges = evenEdges(low, high, buckets);
  let at = 0;
  let before = 0;
  return Array.from({ length: buckets }, (_, i) => {
    while (at < of.upTo.length && (i === buckets - 1 || of.values[at]! < edges[i + 1]!)) at++;
    const upTo = at === 0 ? 0 : of.upTo[at - 1]!;
    const count = upTo - before;
    before = upTo;
    return { low: edges[i]!, high: edges[i + 1]!, count };
  });
}

/** Buckets of equal weight between quantiles. */
export function equalCountBuckets(quantiles: readonly number[], total: number): Bucket[] {
  const buckets = quantiles.length - 1;
  return Array.from({ length: buckets }, (_, i) => ({
    low: quantiles[i]!,
    high: quantiles[i + 1]!,
    count: total / buckets,
  }));
}
