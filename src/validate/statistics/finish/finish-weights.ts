import type { Bucket, WeightedStatistics } from "../model.ts";
import { bucketError } from "../partial/counted-numbers.ts";
import type { PartialColumn } from "../partial/model.ts";
import { ExactSum } from "../sums/exact-sum.ts";
import { equalCountBuckets, equalWidthOfCounts, ranked, weightedQuantile } from "./counted-quantiles.ts";
import { rankValues } from "./rank-values.ts";

/** The figures of a column in which each row counts with its weight. */
export function finishWeights(
  { weights, numbers, type }: PartialColumn,
  { topValues, rankLimit }: { topValues: number; rankLimit: number },
): WeightedStatistics | undefined {
  if (weights === undefined) return undefined;
  const present = weights.present.value();
  const totalValues = weights.total.value();
  const shared = {
    present,
    missing: weights.missing.value(),
    totalValues,
    avgValues: present > 0 ? totalValues / present : 0,
  };
  const keys = [...weights.values.keys()];
  if (keys.length === 0) return shared;
  if (type === "STRING" || type === "BYTES") {
    const counts = keys.map((key) => weights.values.get(key)!.value());
    const all = rankValues({ values: keys as string[], counts }, rankLimit);
    return { ...shared, topValues: all.slice(0, topValues), rankedValues: all };
  }
  const values = Float64Array.from(keys as number[]).sort();
  const counts = values.map((value) => weights.values.get(value)!.value());
  const shown = numbers?.hashes === undefined ? values : values.map((value) => value * (1 + bucketError(numbers.bits)));
  return { ...shared, ...moments(shown, counts), ...histograms(shown, counts) };
}

function moments(values: Float64Array, counts: Float64Array): { mean?: number; std?: number } {
  const weight = sumOf(counts.length, (sum, k) => sum.add(counts[k]!));
  if (weight === 0) return {};
  const mean = sumOf(counts.length, (sum, k) => sum.addProduct(values[k]!, counts[k]!)) / weight;
  const squares = sumOf(counts.length, (sum, k) => sum.addProduct((values[k]! - mean) ** 2, counts[k]!));
  return { mean, std: Math.sqrt(squares / weight) };
}

function sumOf(n: number, add: (sum: ExactSum, k: number) => void): number {
  const sum = new ExactSum();
  for (let k = 0; k < n; k++) add(sum, k);
  return sum.value();
}

function histograms(
  values: Float64Array,
  counts: Float64Array,
): { median?: number; histogram?: Bucket[]; quantileHistogram?: Bucket[] } {
  const of = ranked({ values, counts });
  if (of.total === 0) return {};
  const quantiles = Array.from({ length: 11 }, (_, i) => weightedQuantile(of, i / 10));
  return {
    median: weightedQuantile(of, 0.5),
    histogram: equalWidthOfCounts(of, values[0]!, values[values.length - 1]!, 10),
    quantileHistogram: equalCountBuckets(quantiles, of.total),
  };
}
