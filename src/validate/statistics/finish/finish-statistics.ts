import { z } from "zod";
import { parseOptions } from "#kernel";
import type { Bucket, ColumnStatistics, CustomStatistic, DatasetStatistics } from "../model.ts";
import type { CountedNumbers } from "../partial/counted-numbers.ts";
import type { PartialColumn, PartialStatistics } from "../partial/model.ts";
import { equalCountBuckets, equalWidthOfCounts, ranked, weightedQuantile } from "./counted-quantiles.ts";
import { finishNumbers, numbersPrecision } from "./finish-numbers.ts";
import { finishTexts, textsPrecision } from "./finish-texts.ts";
import { finishWeights } from "./finish-weights.ts";

export const finishOptionsSchema = z.object({
  topValues: z.int().min(1).max(1000).default(20).describe("How many most frequent texts to list for each column."),
  rankLimit: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(10_000)
    .describe("How many texts to keep for domains and their checks."),
});
export type FinishOptions = z.input<typeof finishOptionsSchema>;

/**
 * The statistics that partial ones stand for. `precision` says of each column whether all is exact.
 *
 * Shapes: one entry a column, fields of structures behind their column.
 */
export function finishStatistics(partial: PartialStatistics, options: FinishOptions = {}): DatasetStatistics {
  const limits = parseOptions(finishOptionsSchema, options, "statistics");
  return {
    rows: partial.rows,
    columns: partial.columns.map((column) => finishColumn(column, limits)),
    ...(partial.weightedRows && { weightedRows: partial.weightedRows.value() }),
  };
}

/** As `finishStatistics`, of one column. */
export function finishColumn(
  column: PartialColumn,
  limits: { readonly topValues: number; readonly rankLimit: number },
): ColumnStatistics {
  const { name, path, type, present, missing, lengths, levels, numbers, texts } = column;
  const weighted = finishWeights(column, limits);
  const precision = (numbers && numbersPrecision(numbers)) ?? (texts && textsPrecision(texts)) ?? "exact";
  const nested = (levels ?? []).slice(1).flatMap((level, k) => lengthStatistics(level.lengths, k + 2));
  return {
    name,
    ...(path && { path }),
    type,
    present,
    missing,
    ...valuesARow(present, lengths),
    ...(levels && {
      levels: levels.map((level) => ({
        present: level.present,
        missing: level.missing,
        ...extremes(level.lengths),
        totalValues: totalOf(level.lengths),
      })),
    }),
    ...(numbers && finishNumbers(numbers, type)),
    ...(texts && finishTexts(texts, type, limits)),
    ...(weighted && { weighted }),
    ...(nested.length > 0 && { custom: nested }),
    precision,
  };
}

function valuesARow(present: number, lengths: CountedNumbers | undefined) {
  if (lengths === undefined) return { minValues: present > 0 ? 1 : 0, maxValues: present > 0 ? 1 : 0 };
  return { ...extremes(lengths), totalValues: totalOf(lengths), valuesHistogram: tenths(lengths) };
}

const extremes = ({ values }: CountedNumbers) => ({
  minValues: values[0] ?? 0,
  maxValues: values[values.length - 1] ?? 0,
});

const totalOf = ({ values, counts }: CountedNumbers) =>
  values.reduce((total, length, k) => total + length * counts[k]!, 0);

/** Ten buckets of equal count over whole numbers, bounded by numbers that occur. */
function tenths(lengths: CountedNumbers): Bucket[] {
  const of = ranked(lengths);
  if (of.total === 0) return [];
  return equalCountBuckets(
    Array.from({ length: 11 }, (_, i) => weightedQuantile(of, i / 10)),
    of.total,
  );
}

function lengthStatistics(lengths: CountedNumbers, level: number): CustomStatistic[] {
  if (lengths.values.length === 0) return [];
  const { minValues, maxValues } = extremes(lengths);
  return [
    { name: `level_${level}_value_list_length_quantiles`, histogram: tenths(lengths) },
    {
      name: `level_${level}_value_list_length_standard`,
      histogram: equalWidthOfCounts(ranked(lengths), minValues, maxValues, 10),
    },
  ];
}
