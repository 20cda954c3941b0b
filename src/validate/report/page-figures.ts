import type { Column } from "@millrace/program";
import type { ColumnStatistics, WeightedStatistics } from "../statistics/model.ts";
import type { PageFigures } from "./model.ts";
import { shortText, sixDigits } from "./short-values.ts";

/** How many values of a column are listed, and how long each may be. */
export type Most = { readonly values: number; readonly length: number };

/** A column's figures as they are shown; where rows have weights, `weighted` takes the place of what they change. */
export function pageFigures(
  statistics: ColumnStatistics,
  column: Column | undefined,
  most: Most,
  weights?: Float64Array,
): PageFigures {
  const { type, present, missing, zeros, nans, unique, mean, std, quantiles, topValues, earliest, latest } = statistics;
  const infinities = (statistics.negativeInfinities ?? 0) + (statistics.positiveInfinities ?? 0);
  const lengths = lengthsOf(statistics, column);
  const varies = statistics.minValues !== 1 || statistics.maxValues !== 1;
  const isTime = type === "TIMESTAMP";
  return {
    type,
    present,
    missing,
    ...(zeros !== undefined && !isTime && { zeros }),
    ...(nans !== undefined && { nans }),
    ...(infinities > 0 && { infinities }),
    ...(unique !== undefined && { unique }),
    ...(mean !== undefined && !isTime && { mean: sixDigits(mean) }),
    ...(std !== undefined && !isTime && { std: sixDigits(std) }),
    ...(quantiles !== undefined && { quantiles }),
    ...(earliest !== undefined && latest !== undefined && { range: [earliest, latest] as const }),
    ...(topValues !== undefined && {
      top: topValues.slice(0, most.values).map(({ value, count }) => [shortText(value, most.length), count] as const),
    }),
    ...(lengths !== undefined && { lengths }),
    ...(present > 0 && varies && { valency: [statistics.minValues, statistics.maxValues] as const }),
    ...(statistics.weighted !== undefined && weighedFigures(statistics, statistics.weighted, column, most, weights)),
  };
}

/** The figures in which each row counts with its weight. */
function weighedFigures(
  { zeros, type }: ColumnStatistics,
  { present, missing, mean, std, median, topValues, quantileHistogram }: WeightedStatistics,
  column: Column | undefined,
  most: Most,
  weights: Float64Array | undefined,
): Partial<PageFigures> {
  const isTime = type === "TIMESTAMP";
  const deciles = quantileHistogram?.length === 10 ? [...quantileHistogram.map(({ low }) => low)] : undefined;
  return {
    present: sixDigits(present),
    missing: sixDigits(missing),
    ...(zeros !== undefined && !isTime && { zeros: sixDigits(weightOfZeros(column, weights)) }),
    ...(mean !== undefined && !isTime && { mean: sixDigits(mean) }),
    ...(std !== undefined && !isTime && { std: sixDigits(std) }),
    ...(deciles !== undefined && {
      quantiles: [...deciles, quantileHistogram![9]!.high].map((value, k) => (k === 5 ? (median ?? value) : value)),
    }),
    ...(topValues !== undefined && {
      top: topValues
        .slice(0, most.values)
        .map(({ value, count }) => [shortText(value, most.length), sixDigits(count)] as const),
    }),
  };
}

function weightOfZeros(column: Column | undefined, weights: Float64Array | undefined): number {
  if (column === undefined || weights === undefined || column.type === "string" || column.type === "vector") return 0;
  let sum = 0;
  for (let row = 0; row < weights.length; row++)
    if (column.values[row] === 0 && column.missing?.[row] !== 1) sum += weights[row]!;
  return sum;
}

function lengthsOf(statistics: ColumnStatistics, column: Column | undefined): PageFigures["lengths"] {
  const { avgLength, minLength, maxLength } = statistics;
  if (avgLength === undefined) return undefined;
  if (minLength !== undefined && maxLength !== undefined) return [minLength, sixDigits(avgLength), maxLength];
  if (column?.type !== "string") return undefined;
  let least = Infinity;
  let greatest = 0;
  for (const code of new Set(column.codes)) {
    if (code < 0) continue;
    const length = Buffer.byteLength(column.levels[code]!);
    least = Math.min(least, length);
    greatest = Math.max(greatest, length);
  }
  return [least, sixDigits(avgLength), greatest];
}
