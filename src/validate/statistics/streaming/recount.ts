import { evenEdges } from "../finish/counted-quantiles.ts";
import { rankValues } from "../finish/rank-values.ts";
import type { Bucket, ColumnStatistics, ValueCount } from "../model.ts";
import type { LeafColumn } from "../nested/leaves-of.ts";
import { levelCounts } from "../partial/partial-texts.ts";
import type { FrequentTexts } from "./frequent-texts.ts";

/** A second count over all parts of what the first could only estimate: with the edges of the whole it is exact. */
export interface Recount {
  add(column: LeafColumn): void;
  /** The column with the exact figures in place of the estimates. */
  finish(column: ColumnStatistics): ColumnStatistics;
}

const buckets = 10;

/** Recounts the histogram of a column of numbers between the extremes that the whole has. */
export function recountHistogram({ min, max }: ColumnStatistics): Recount | undefined {
  if (min === undefined || max === undefined) return undefined;
  const edges = evenEdges(min, max, buckets);
  const counts = new Float64Array(buckets);
  return {
    add: (column) => {
      if (column.type === "string" || column.type === "bytes") return;
      const { values, missing } = column;
      for (let at = 0; at < values.length; at++)
        if (missing?.[at] !== 1 && Number.isFinite(values[at]!)) counts[placeOf(edges, values[at]!)]!++;
    },
    finish: (column) => ({
      ...column,
      histogram: Array.from(counts, (count, k): Bucket => ({ low: edges[k]!, high: edges[k + 1]!, count })),
      precision: without(column, "histogram"),
    }),
  };
}

/** Index of the bucket that holds x: [low, high), the last with its high. */
function placeOf(edges: readonly number[], x: number): number {
  const width = edges[buckets]! / buckets - edges[0]! / buckets;
  let place = Math.min(Math.max(Math.floor((x - edges[0]!) / width), 0), buckets - 1);
  // Division may land beside the edge that the bucket states.
  while (place > 0 && x < edges[place]!) place--;
  while (place < buckets - 1 && x >= edges[place + 1]!) place++;
  return place;
}

/** Recounts the texts that may be the most frequent; only those that surely are get listed. */
export function recountTexts(
  frequent: FrequentTexts,
  limits: { readonly topValues: number; readonly rankLimit: number },
): Recount {
  const candidates = frequent.candidates();
  const counts = new Map<string, number>();
  return {
    add: (column) => {
      if (column.type !== "string") return;
      const seen = levelCounts(column, column.codes.length);
      for (const [k, level] of column.levels.entries())
        if (seen[k]! > 0 && candidates.has(level)) counts.set(level, (counts.get(level) ?? 0) + seen[k]!);
    },
    finish: (column) => {
      const all = rankValues({ values: [...counts.keys()], counts: [...counts.values()] }, limits.rankLimit);
      const sure: ValueCount[] = all.filter(({ count }) => count > frequent.lost);
      return { ...column, topValues: sure.slice(0, limits.topValues), rankedValues: sure };
    },
  };
}

function without({ precision }: ColumnStatistics, figure: string): NonNullable<ColumnStatistics["precision"]> {
  if (precision === undefined || precision === "exact") return "exact";
  const { [figure]: _, ...rest } = precision;
  return rest;
}
