import { compareBytes } from "../../statistics/compare-bytes.ts";
import { equalWidthBuckets } from "../../statistics/quantiles.ts";
import type { ColumnSample } from "../column-sample.ts";
import { practicalThresholds } from "../drift-tests.ts";
import type { DriftColumn, DriftTest } from "../model.ts";
import { histogramDivergence, type TfdvHistogram } from "./histogram-distance.ts";
import { infinityNorm, normalizedAbsoluteDifference, type ValueCounts, valueDivergence } from "./value-distances.ts";

/*
 * Distances of TensorFlow Data Validation 1.16 over exact statistics of two windows: ten buckets of equal width for each
 * window by itself, or its 1,000 most frequent values. A greater value than the threshold is drift; chance is not asked.
 */

const rankLimit = 1000;

/** One column under each distance asked for that the reference defines for it; `auto` is all of them. */
export function tfdvColumns(
  name: string,
  reference: ColumnSample,
  current: ColumnSample,
  tests: readonly (string | DriftTest)[],
  thresholds: Readonly<Record<string, number>>,
): DriftColumn[] {
  const asked = tests.flatMap((test) => (test === "auto" ? ["linf", "nad", "js"] : [test]));
  return asked.flatMap((test): DriftColumn[] => {
    if (typeof test !== "string") return [];
    const found = distanceOf(test, reference, current);
    if (found === null) return [];
    const threshold = thresholds[test] ?? practicalThresholds[test] ?? 0.1;
    const detail = { compat: "tfdv", ...(found.value !== undefined && { furthest: found.value }) };
    return [{ name, test, value: found.distance, threshold, drifted: found.distance > threshold, detail }];
  });
}

function distanceOf(
  test: string,
  a: ColumnSample,
  b: ColumnSample,
): { distance: number; value?: string | null } | null {
  const texts = a.kind === "categorical";
  if (test === "linf" && texts) return infinityNorm(ranked(b), ranked(a));
  if (test === "nad" && texts) return normalizedAbsoluteDifference(ranked(b), ranked(a));
  if (test !== "js") return null;
  const distance = texts ? valueDivergence(ranked(b), ranked(a)) : histogramDivergence(histogramOf(b), histogramOf(a));
  return distance === null ? null : { distance };
}

function ranked({ levels }: ColumnSample): ValueCounts {
  const sorted = [...levels].sort((x, y) => y[1] - x[1] || compareBytes(y[0], x[0]));
  return new Map(sorted.slice(0, rankLimit));
}

function histogramOf({ sorted, sortedWeights, special }: ColumnSample): TfdvHistogram {
  const buckets = equalWidthBuckets(sorted, 10);
  const { negativeInfinity, positiveInfinity } = special;
  return {
    nans: special.nan,
    buckets: [
      ...(sortedWeights === undefined ? buckets : weighted(buckets, sortedWeights)),
      ...(negativeInfinity > 0 ? [{ low: -Infinity, high: -Infinity, count: negativeInfinity }] : []),
      ...(positiveInfinity > 0 ? [{ low: Infinity, high: Infinity, count: positiveInfinity }] : []),
    ],
  };
}

/** The buckets with the weights of their values, which lie in the same order. */
function weighted(buckets: TfdvHistogram["buckets"], weights: Float64Array): TfdvHistogram["buckets"] {
  let at = 0;
  return buckets.map(({ low, high, count }) => {
    let mass = 0;
    for (const end = at + count; at < end; at++) mass += weights[at]!;
    return { low, high, count: mass };
  });
}
