import { cellBits, cellNumbers } from "../../statistics/finish/number-cells.ts";
import type { ColumnStatistics } from "../../statistics/model.ts";
import { allBits } from "../../statistics/partial/counted-numbers.ts";
import type { ColumnSample } from "../column-sample.ts";

/** What statistics know of a window's column: every level and count of texts, only buckets of numbers. */
export function sampleOfStatistics(column: ColumnStatistics, rows: number): ColumnSample {
  const categorical = column.type === "STRING" || column.type === "BYTES" || column.type === "BOOL";
  const {
    missing,
    nans = 0,
    negativeInfinities = 0,
    positiveInfinities = 0,
    quantileHistogram = [],
    histogram = [],
    cells,
  } = column;
  const ranked = column.rankedValues ?? column.topValues ?? [];
  const levels = new Map(categorical ? ranked.map(({ value, count }) => [value, count]) : numberLevels(column));
  const counted = [...levels.values()].reduce((sum, count) => sum + count, 0);
  // A file of statistics may hold only the most frequent values; the others are one level.
  if (categorical && column.present > counted) levels.set(otherLevels, column.present - counted);
  return {
    kind: categorical ? "categorical" : "numeric",
    rows,
    size: rows,
    special: { missing, nan: nans, negativeInfinity: negativeInfinities, positiveInfinity: positiveInfinities },
    finite: new Float64Array(),
    sorted: new Float64Array(),
    sortedWeights: undefined,
    distinct: column.unique ?? 0,
    finiteSize: column.present - nans - negativeInfinities - positiveInfinities,
    levels,
    ...(!categorical && { buckets: { quantiles: quantileHistogram, equalWidth: histogram, ...(cells && { cells }) } }),
  };
}

/** Numbers as levels where each has a cell of its own; none where there are too many. */
function numberLevels({
  cells,
  unique,
  nans = 0,
  positiveInfinities = 0,
  negativeInfinities = 0,
}: ColumnStatistics): [string, number][] {
  if (cells === undefined || cells.length !== unique || cellBits(cells) < allBits) return [];
  const { values, counts } = cellNumbers(cells);
  const special: [string, number][] = [
    ["NaN", nans],
    ["Infinity", positiveInfinities],
    ["-Infinity", negativeInfinities],
  ];
  return [
    ...Array.from(values, (value, k): [string, number] => [String(value), counts[k]!]),
    ...special.filter(([, count]) => count > 0),
  ];
}

/** Values that the statistics do not name. */
export const otherLevels = "(other values)";

/** Whether every level is named, so that one that is not there is new. */
export function namesEveryLevel({ levels }: ColumnSample): boolean {
  return !levels.has(otherLevels);
}
