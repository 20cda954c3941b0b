import type { Frame } from "@millrace/program";
import { z } from "zod";
import { parseOptions } from "#kernel";
import { finishOptionsSchema, finishStatistics } from "./finish/finish-statistics.ts";
import type { DatasetStatistics } from "./model.ts";
import type { NestedFrame } from "./nested/model.ts";
import { selectNested } from "./nested/select-nested.ts";
import { partialOf } from "./partial/partial-statistics.ts";
import { sliceRows } from "./slices/slice-rows.ts";

export const statisticsOptionsSchema = finishOptionsSchema.extend({
  columns: z.array(z.string()).optional().describe("Only these columns."),
  weight: z.string().optional().describe("The column that says how much each row counts; it is left out itself."),
  bytes: z.array(z.string()).default([]).describe("Columns of text that hold bytes, like images."),
  slices: z
    .array(z.array(z.string()).min(1))
    .default([])
    .describe(
      "Columns by whose values the rows are cut into slices, each with statistics of its own; several are crossed.",
    ),
  maxSlices: z.int().min(1).max(100_000).default(1000).describe("How many slices one entry of `slices` may give."),
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
 * not marked missing is counted as `nans`, infinities as such, and neither enters a mean. Random: none; sums are exact and
 * rounded once, so the order of rows is nothing.
 * Source: the words and the ten-bucket histograms of TensorFlow Metadata's statistics; exact where the reference sketches.
 */
export function computeStatistics(frame: Frame | NestedFrame, options: StatisticsOptions = {}): DatasetStatistics {
  const resolved = parseOptions(statisticsOptionsSchema, options, "statistics");
  const whole = statisticsOf(frame, resolved);
  const slices = resolved.slices.flatMap((spec) =>
    sliceRows(frame, spec, resolved.maxSlices).map(({ name, rows }) => ({
      name,
      ...statisticsOf(selectNested(frame, rows), resolved),
    })),
  );
  return slices.length === 0 ? whole : { ...whole, slices };
}

function statisticsOf(frame: NestedFrame, options: z.output<typeof statisticsOptionsSchema>): DatasetStatistics {
  const { topValues, rankLimit, columns, weight, bytes } = options;
  const partial = partialOf(frame, {
    limit: Number.POSITIVE_INFINITY,
    bytes,
    ...(columns && { columns }),
    ...(weight !== undefined && { weight }),
  });
  return finishStatistics(partial, { topValues, rankLimit });
}
