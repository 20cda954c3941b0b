import type { BoolColumn, Column, Frame, NumberColumn, StringColumn, VectorColumn } from "@millrace/program";
import { z } from "zod";
import { parseOptions } from "#kernel";
import { compareBytes } from "./compare-bytes.ts";
import { fixedOrderSum } from "./fixed-order-sum.ts";
import type { ColumnStatistics, DatasetStatistics, ValueCount } from "./model.ts";
import { countDistinct, equalWidthBuckets, quantileOf } from "./quantiles.ts";

export const statisticsOptionsSchema = z.object({
  topValues: z.int().min(1).max(1000).default(20).describe("How many most frequent texts to list for each column."),
  rankLimit: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(10_000)
    .describe("How many texts to keep for domains and their checks."),
  columns: z.array(z.string()).optional().describe("Only these columns."),
});
export type StatisticsOptions = z.input<typeof statisticsOptionsSchema>;

/**
 * Exact statistics of every column of a frame.
 *
 * ```ts
 * const age = { type: "integer", values: Float64Array.of(31, 45, 27), missing: Uint8Array.of(0, 0, 0) } as const;
 * computeStatistics({ rows: 3, columns: new Map([["age", age]]) }).columns[0]?.median; // 31
 * ```
 *
 * Shapes: one entry a column, in the frame's order. Missing: counted and left out of every other figure; a NaN that is
 * not marked missing is counted as `nans`, infinities as such, and neither enters a mean. Random: none; sums run in
 * chunks of 65,536 rows in row order.
 * Source: the words and the ten-bucket histograms of TensorFlow Metadata's statistics; exact where the reference sketches.
 */
export function computeStatistics(frame: Frame, options: StatisticsOptions = {}): DatasetStatistics {
  const { topValues, rankLimit, columns } = parseOptions(statisticsOptionsSchema, options, "statistics");
  const wanted = [...frame.columns].filter(([name]) => columns === undefined || columns.includes(name));
  return {
    rows: frame.rows,
    columns: wanted.map(([name, column]) => summarize(name, column, frame.rows, topValues, rankLimit)),
  };
}

function summarize(name: string, column: Column, rows: number, topValues: number, rankLimit: number): ColumnStatistics {
  switch (column.type) {
    case "string":
      return summarizeText(name, column, rows, topValues, rankLimit);
    case "bool":
      return summarizeBool(name, column, rows);
    case "vector":
      return summarizeVector(name, column, rows);
    default:
      return summarizeNumbers(name, column, rows);
  }
}

function summarizeNumbers(name: string, column: NumberColumn, rows: number): ColumnStatistics {
  const finite = new Float64Array(rows);
  let count = 0;
  let missing = 0;
  let zeros = 0;
  let nans = 0;
  let negativeInfinities = 0;
  let positiveInfinities = 0;
  for (let row = 0; row < rows; row++) {
    const value = column.values[row]!;
    if (column.missing?.[row] === 1) missing++;
    else if (Number.isNaN(value)) nans++;
    else if (value === Infinity) positiveInfinities++;
    else if (value === -Infinity) negativeInfinities++;
    else {
      if (value === 0) zeros++;
      finite[count++] = value === 0 ? 0 : value;
    }
  }
  const values = finite.subarray(0, count);
  const present = rows - missing;
  const type = column.type === "integer" ? "INT" : column.type === "timestamp" ? "TIMESTAMP" : "FLOAT";
  const counted = {
    name,
    type,
    present,
    missing,
    minValues: present > 0 ? 1 : 0,
    maxValues: present > 0 ? 1 : 0,
    zeros,
    ...(nans > 0 && { nans }),
    ...(negativeInfinities > 0 && { negativeInfinities }),
    ...(positiveInfinities > 0 && { positiveInfinities }),
  } as const;
  if (count === 0) return { ...counted, unique: 0 };
  const mean = fixedOrderSum(count, (i) => values[i]!) / count;
  const variance = fixedOrderSum(count, (i) => (values[i]! - mean) * (values[i]! - mean)) / count;
  const sorted = values.slice().sort();
  const quantiles = Array.from({ length: 11 }, (_, i) => quantileOf(sorted, i / 10));
  return {
    ...counted,
    mean,
    std: Math.sqrt(variance),
    min: sorted[0]!,
    median: quantileOf(sorted, 0.5),
    max: sorted[count - 1]!,
    unique: countDistinct(sorted),
    histogram: equalWidthBuckets(sorted, 10),
    quantileHistogram: Array.from({ length: 10 }, (_, i) => ({
      low: quantiles[i]!,
      high: quantiles[i + 1]!,
      count: count / 10,
    })),
    quantiles,
    ...(type === "TIMESTAMP" && { earliest: instant(sorted[0]!), latest: instant(sorted[count - 1]!) }),
  };
}

function instant(micros: number): string {
  const ms = Math.floor(micros / 1000);
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : `${micros} µs`;
}

function summarizeText(
  name: string,
  column: StringColumn,
  rows: number,
  topValues: number,
  rankLimit: number,
): ColumnStatistics {
  const counts = levelCounts(column, rows);
  let present = 0;
  let bytes = 0;
  const ranked: ValueCount[] = [];
  column.levels.forEach((value, level) => {
    const count = counts[level]!;
    if (count === 0) return;
    present += count;
    bytes += count * Buffer.byteLength(value);
    ranked.push({ value, count });
  });
  ranked.sort((a, b) => b.count - a.count || compareBytes(b.value, a.value));
  return {
    name,
    type: "STRING",
    present,
    missing: rows - present,
    minValues: present > 0 ? 1 : 0,
    maxValues: present > 0 ? 1 : 0,
    unique: ranked.length,
    ...(present > 0 && { avgLength: bytes / present }),
    topValues: ranked.slice(0, topValues),
    rankedValues: ranked.slice(0, rankLimit),
  };
}

/** How often each level occurs. */
export function levelCounts(column: StringColumn, rows: number): Float64Array {
  const counts = new Float64Array(column.levels.length);
  for (let row = 0; row < rows; row++) {
    const code = column.codes[row]!;
    if (code >= 0) counts[code]! += 1;
  }
  return counts;
}

function summarizeBool(name: string, column: BoolColumn, rows: number): ColumnStatistics {
  let missing = 0;
  let ones = 0;
  for (let row = 0; row < rows; row++) {
    if (column.missing?.[row] === 1) missing++;
    else if (column.values[row] === 1) ones++;
  }
  const present = rows - missing;
  const zeros = present - ones;
  const seen = [
    { value: "true", count: ones },
    { value: "false", count: zeros },
  ].filter(({ count }) => count > 0);
  return {
    name,
    type: "BOOL",
    present,
    missing,
    minValues: present > 0 ? 1 : 0,
    maxValues: present > 0 ? 1 : 0,
    zeros,
    unique: seen.length,
    topValues: seen.sort((a, b) => b.count - a.count),
    ...(present > 0 && { mean: ones / present, min: zeros > 0 ? 0 : 1, max: ones > 0 ? 1 : 0 }),
  };
}

function summarizeVector(name: string, column: VectorColumn, rows: number): ColumnStatistics {
  let missing = 0;
  for (let row = 0; row < rows; row++) if (column.missing?.[row] === 1) missing++;
  const width = rows > missing ? column.width : 0;
  return { name, type: "VECTOR", present: rows - missing, missing, minValues: width, maxValues: width };
}
