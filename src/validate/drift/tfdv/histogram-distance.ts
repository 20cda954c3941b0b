import { log } from "@millrace/program";
import type { Bucket } from "../../statistics/model.ts";

/** A histogram as TensorFlow Metadata writes it: buckets with finite, equal (a point) or infinite edges, and the NaN beside them. */
export interface TfdvHistogram {
  readonly buckets: readonly Bucket[];
  readonly nans: number;
}

/**
 * Jensen–Shannon divergence in bits of two histograms as TensorFlow Data Validation 1.16 takes it, quirks included:
 * a bucket is spread evenly over its width, a point matches only the same point, and infinite or NaN mass of one side
 * never meets that of the other (equal columns with 20 % NaN are 0.2 apart).
 *
 * `null` where a side holds nothing.
 */
export function histogramDivergence(a: TfdvHistogram, b: TfdvHistogram): number | null {
  const [p, q] = alignHistograms(a, b);
  return divergence(p, q);
}

/** Both histograms over the same cells: shared intervals, points, then what never matches. */
export function alignHistograms(a: TfdvHistogram, b: TfdvHistogram): [Float64Array, Float64Array] {
  const first = partsOf(a);
  const second = partsOf(b);
  const edges = [...new Set([...first.edges, ...second.edges])].sort((x, y) => x - y);
  const points = [...new Set([...first.points.keys(), ...second.points.keys()])].sort((x, y) => x - y);
  const cells = (parts: Parts, alone: readonly number[]) =>
    Float64Array.of(...spread(parts.ranges, edges), ...points.map((point) => parts.points.get(point) ?? 0), ...alone);
  return [cells(first, [first.infinite, 0, a.nans, 0]), cells(second, [0, second.infinite, 0, b.nans])];
}

interface Parts {
  readonly ranges: readonly Bucket[];
  readonly edges: readonly number[];
  readonly points: ReadonlyMap<number, number>;
  readonly infinite: number;
}

function partsOf({ buckets }: TfdvHistogram): Parts {
  const points = new Map<number, number>();
  const ranges: Bucket[] = [];
  let infinite = 0;
  for (const bucket of buckets) {
    if (!Number.isFinite(bucket.low) || !Number.isFinite(bucket.high)) infinite += bucket.count;
    else if (bucket.low === bucket.high) points.set(bucket.low, (points.get(bucket.low) ?? 0) + bucket.count);
    else ranges.push(bucket);
  }
  return { ranges, edges: ranges.flatMap(({ low, high }) => [low, high]), points, infinite };
}

/** The mass of each interval between neighbouring edges. */
function spread(ranges: readonly Bucket[], edges: readonly number[]): Float64Array {
  const cells = new Float64Array(Math.max(0, edges.length - 1));
  const at = new Map(edges.map((edge, index) => [edge, index]));
  for (const { low, high, count } of ranges)
    for (let i = at.get(low)!; i < at.get(high)!; i++)
      cells[i]! += count * ((edges[i + 1]! - edges[i]!) / (high - low));
  return cells;
}

/** Jensen–Shannon divergence in bits of two vectors of mass, each normalised by its own sum; `null` where one is empty. */
export function divergence(a: Float64Array, b: Float64Array): number | null {
  const n = total(a);
  const m = total(b);
  if (!(n > 0) || !(m > 0)) return null;
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const p = a[i]! / n;
    const q = b[i]! / m;
    if (p > 0) sum += p * log((2 * p) / (p + q));
    if (q > 0) sum += q * log((2 * q) / (p + q));
  }
  return Math.min(1, Math.max(0, sum / (2 * Math.LN2)));
}

function total(mass: Float64Array): number {
  let sum = 0;
  for (const one of mass) sum += one;
  return sum;
}
