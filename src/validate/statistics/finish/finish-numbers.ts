import type { ColumnStatistics, Precision, StatisticsType } from "../model.ts";
import { allBits, bucketError } from "../partial/counted-numbers.ts";
import { distinctError, estimateDistinct } from "../partial/distinct-sketch.ts";
import type { PartialNumbers } from "../partial/model.ts";
import { unit } from "../sums/exact-sum.ts";
import { roundedRatio } from "../sums/ratio.ts";
import { equalCountBuckets, equalWidthOfCounts, quantileOfCounts, ranked } from "./counted-quantiles.ts";
import { numberCells } from "./number-cells.ts";

type Figures = Partial<ColumnStatistics>;

/** The figures of numbers. Mean and variance are those of the exact sums, rounded once. */
export function finishNumbers(numbers: PartialNumbers, type: StatisticsType): Figures {
  const { count, zeros, nans, negativeInfinities, positiveInfinities, min, max, hashes } = numbers;
  const counted: Figures = {
    zeros,
    ...(nans > 0 && { nans }),
    ...(negativeInfinities > 0 && { negativeInfinities }),
    ...(positiveInfinities > 0 && { positiveInfinities }),
  };
  if (count === 0) return type === "BOOL" ? counted : { ...counted, unique: 0 };
  const mean = meanOf(numbers);
  if (type === "BOOL") return { ...counted, ...finishBool(zeros, count - zeros), mean, min, max };
  const of = ranked({ values: middles(numbers), counts: numbers.counted.counts });
  const quantiles = Array.from({ length: 11 }, (_, i) => quantileOfCounts(of, i / 10));
  return {
    ...counted,
    mean,
    std: deviationOf(numbers),
    min,
    median: quantileOfCounts(of, 0.5),
    max,
    unique: hashes === undefined ? numbers.counted.values.length : estimateDistinct(hashes),
    histogram: equalWidthOfCounts(of, min, max, 10),
    quantileHistogram: equalCountBuckets(quantiles, count),
    quantiles,
    cells: numberCells(numbers.counted, numbers.bits),
    ...(type === "TIMESTAMP" && { earliest: instant(min), latest: instant(max) }),
  };
}

function finishBool(zeros: number, ones: number): Figures {
  const seen = [
    { value: "true", count: ones },
    { value: "false", count: zeros },
  ].filter(({ count }) => count > 0);
  return { unique: seen.length, topValues: seen.sort((a, b) => b.count - a.count) };
}

export function meanOf({ sum, count }: Pick<PartialNumbers, "sum" | "count">): number {
  return roundedRatio(sum.scaled(), unit * BigInt(count));
}

/** Of the population: √((n Σx² − (Σx)²) / n²). */
function deviationOf({ sum, squares, count }: PartialNumbers): number {
  const n = BigInt(count);
  const total = sum.scaled();
  return Math.sqrt(roundedRatio(n * squares.scaled() * unit - total * total, n * n * unit * unit));
}

/** Where numbers are in buckets, the middle of each stands for them. */
export function middles({ bits, counted, hashes, min, max }: PartialNumbers): Float64Array {
  if (hashes === undefined || bits === allBits) return counted.values;
  return counted.values.map((low) => Math.min(Math.max(low * (1 + bucketError(bits)), min), max));
}

/** What of a column of buckets is not exact. */
export function numbersPrecision({ bits, hashes }: PartialNumbers): Readonly<Record<string, Precision>> | undefined {
  if (hashes === undefined) return undefined;
  const unique = { relativeError: 3 * distinctError, confidence: 0.997 };
  if (bits === allBits) return { unique };
  const near = { relativeError: bucketError(bits) };
  return {
    unique,
    median: near,
    quantiles: near,
    quantileHistogram: near,
    histogram: near,
  };
}

function instant(micros: number): string {
  const ms = Math.floor(micros / 1000);
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : `${micros} µs`;
}
