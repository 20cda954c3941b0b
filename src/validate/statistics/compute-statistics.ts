import type { Frame } from "@millrace/program";
import { z } from "zod";
import { parseOptions } from "#kernel";
import { labelCrosses, numericCrosses } from "./cross/cross-statistics.ts";
import type { StatisticPlugin } from "./custom-statistic.ts";
import { finishOptionsSchema, finishStatistics } from "./finish/finish-statistics.ts";
import { sparseStatistics, weightedFeatureStatistics } from "./linked/linked-features.ts";
import { languageStatistics } from "./meaning/language.ts";
import { meaningOf } from "./meaning/meaning.ts";
import type { ColumnStatistics, CrossStatistics, DatasetStatistics } from "./model.ts";
import type { NestedFrame } from "./nested/model.ts";
import { selectNested } from "./nested/select-nested.ts";
import { partialOf } from "./partial/partial-statistics.ts";
import { sliceRows } from "./slices/slice-rows.ts";

const pluginSchema = z.custom<StatisticPlugin>(
  (value) =>
    typeof value === "object" &&
    value !== null &&
    (value as StatisticPlugin).kind === "statistic" &&
    typeof (value as StatisticPlugin).accumulate === "function" &&
    typeof (value as StatisticPlugin).result === "function",
  "must be a plug-in of the kind `statistic` with accumulate and result",
);

export const statisticsOptionsSchema = finishOptionsSchema.extend({
  columns: z.array(z.string()).optional().describe("Only these columns."),
  weight: z.string().optional().describe("The column that says how much each row counts; it is left out itself."),
  keepWeight: z.boolean().default(false).describe("Whether the weight has statistics of its own, too."),
  bytes: z.array(z.string()).default([]).describe("Columns of text that hold bytes, like images."),
  cross: z.boolean().default(false).describe("Also covariance and correlation of each pair of columns of numbers."),
  label: z.string().optional().describe("Also what each column says of this one: mutual information and lift."),
  semantic: z.boolean().default(false).describe("Also whether values look like language, times or images."),
  language: z
    .record(
      z.string(),
      z.strictObject({ vocabulary: z.array(z.string()).optional(), tokens: z.array(z.string()).optional() }),
    )
    .default({})
    .describe("Columns of tokens, with the tokens that are known and those to say more of."),
  sparseFeatures: z
    .array(z.strictObject({ name: z.string(), index: z.array(z.string()).min(1), value: z.string() }))
    .default([])
    .describe("Columns that together write sparse vectors."),
  weightedFeatures: z
    .array(z.strictObject({ name: z.string(), feature: z.string(), weight: z.string() }))
    .default([])
    .describe("Columns of lists whose values have weights in another."),
  plugins: z.array(pluginSchema).default([]).describe("Statistics of one's own."),
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

type Options = z.output<typeof statisticsOptionsSchema>;

function statisticsOf(frame: NestedFrame, options: Options): DatasetStatistics {
  const { topValues, rankLimit, columns, weight, keepWeight, bytes } = options;
  const partial = partialOf(frame, {
    limit: Number.POSITIVE_INFINITY,
    keepWeight,
    bytes,
    ...(columns && { columns }),
    ...(weight !== undefined && { weight }),
  });
  const statistics = finishStatistics(partial, { topValues, rankLimit });
  const cross = crossesOf(frame, options);
  return {
    ...statistics,
    columns: [
      ...statistics.columns.map((column) => withMore(column, frame, options)),
      ...options.sparseFeatures.map((feature) => sparseStatistics(frame, feature)),
      ...options.weightedFeatures.map((feature) => weightedFeatureStatistics(frame, feature)),
    ],
    ...(cross.length > 0 && { cross }),
  };
}

function crossesOf(frame: NestedFrame, { columns, cross, label }: Options): CrossStatistics[] {
  const kept = [...frame.columns].filter(([name]) => columns === undefined || columns.includes(name) || name === label);
  const wanted: NestedFrame = { rows: frame.rows, columns: new Map(kept) };
  return [...(label === undefined ? [] : labelCrosses(wanted, label)), ...(cross ? numericCrosses(wanted) : [])];
}

/** What is asked for beyond the common figures, of a column that stands in the frame itself. */
function withMore(statistics: ColumnStatistics, frame: NestedFrame, options: Options): ColumnStatistics {
  const column = frame.columns.get(statistics.name);
  if (column === undefined) return statistics;
  const meaning = options.semantic ? meaningOf(column) : {};
  const asked = options.language[statistics.name];
  const language =
    asked === undefined
      ? undefined
      : languageStatistics(column, frame.rows, {
          ...(asked.vocabulary && { vocabulary: asked.vocabulary }),
          ...(asked.tokens && { tokens: asked.tokens }),
        });
  const own = options.plugins
    .filter(({ traits }) => traits.types.includes(column.type))
    .flatMap((plugin) => plugin.result(plugin.accumulate(column, frame.rows)));
  const custom = [...(statistics.custom ?? []), ...(meaning.custom ?? []), ...own];
  return {
    ...statistics,
    ...meaning,
    ...(custom.length > 0 && { custom }),
    ...(language && { language }),
  };
}
