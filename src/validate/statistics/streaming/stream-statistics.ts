import { z } from "zod";
import { parseOptions } from "#kernel";
import { finishOptionsSchema, finishStatistics } from "../finish/finish-statistics.ts";
import type { DatasetStatistics } from "../model.ts";
import { leavesOf } from "../nested/leaves-of.ts";
import type { NestedFrame } from "../nested/model.ts";
import { mergePartials } from "../partial/merge-partials.ts";
import type { PartialStatistics } from "../partial/model.ts";
import { partialOf, partialOptionsSchema } from "../partial/partial-statistics.ts";
import { levelCounts } from "../partial/partial-texts.ts";
import { FrequentTexts } from "./frequent-texts.ts";
import { type Recount, recountHistogram, recountTexts } from "./recount.ts";

export const streamOptionsSchema = z.object({ ...partialOptionsSchema.shape, ...finishOptionsSchema.shape });
export type StreamStatisticsOptions = z.input<typeof streamOptionsSchema>;

/** Gives the rows of a dataset once, part by part, each time it is called. */
export type Parts = (work: (frame: NestedFrame) => void) => Promise<void>;

/**
 * Statistics of a dataset that comes in parts, in memory that does not grow with it.
 *
 * Columns of at most `limit` distinct values come out exact. Of the others, counts, extremes, mean and deviation are exact,
 * and a second reading makes histograms and the most frequent texts so; `precision` bounds what is left.
 * Random: none; the result does not depend on where the parts are cut, but for texts at the brink of being listed.
 */
export async function streamStatistics(
  parts: Parts,
  options: StreamStatisticsOptions = {},
): Promise<DatasetStatistics> {
  const { topValues, rankLimit, ...how } = parseOptions(streamOptionsSchema, options, "statistics");
  const limits = { topValues, rankLimit };
  const merging = new Merging();
  const frequent = new Map<string, FrequentTexts>();
  await parts((frame) => {
    for (const { name, column } of leavesOf(frame)) {
      if (column.type !== "string") continue;
      const texts = frequent.get(name) ?? new FrequentTexts();
      frequent.set(name, texts);
      texts.add({ values: column.levels, counts: levelCounts(column, column.codes.length) });
    }
    merging.add(partialOf(frame, plain(how)));
  });
  const whole = merging.whole();
  if (whole === undefined) return { rows: 0, columns: [] };
  const statistics = finishStatistics(whole, limits);
  const recounts = new Map<string, Recount>();
  for (const column of statistics.columns) {
    if (column.precision === "exact") continue;
    const texts = column.type === "STRING" ? frequent.get(column.name) : undefined;
    if (texts === undefined && column.precision?.histogram === undefined) continue;
    const recount = texts === undefined ? recountHistogram(column) : recountTexts(texts, limits);
    if (recount !== undefined) recounts.set(column.name, recount);
  }
  if (recounts.size === 0) return statistics;
  await parts((frame) => {
    for (const { name, column } of leavesOf(frame)) recounts.get(name)?.add(column);
  });
  return {
    ...statistics,
    columns: statistics.columns.map((column) => recounts.get(column.name)?.finish(column) ?? column),
  };
}

/** Merges parts of like size, as a binary counter carries: each row is merged log(parts) times, not once a part. */
class Merging {
  readonly #held: { partial: PartialStatistics; parts: number }[] = [];

  add(partial: PartialStatistics): void {
    let carried = { partial, parts: 1 };
    while (this.#held.at(-1)?.parts === carried.parts) {
      const before = this.#held.pop()!;
      carried = { partial: mergePartials(before.partial, carried.partial), parts: before.parts + carried.parts };
    }
    this.#held.push(carried);
  }

  whole(): PartialStatistics | undefined {
    return this.#held
      .map(({ partial }) => partial)
      .reduceRight<PartialStatistics | undefined>(
        (after, part) => (after ? mergePartials(part, after) : part),
        undefined,
      );
  }
}

const plain = (options: Omit<z.output<typeof streamOptionsSchema>, "topValues" | "rankLimit">) => {
  const { columns, weight, ...rest } = options;
  return { ...rest, ...(columns && { columns }), ...(weight !== undefined && { weight }) };
};
