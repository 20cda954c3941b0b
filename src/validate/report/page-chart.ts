import type { Column } from "@millrace/program";
import type { ColumnSample } from "../drift/column-sample.ts";
import { compareBytes } from "../statistics/compare-bytes.ts";
import type { Bucket } from "../statistics/model.ts";
import { lowerBound } from "../statistics/quantiles.ts";
import type { PageChart } from "./model.ts";
import { shortText, sixDigits } from "./short-values.ts";

const bins = 20;

/** The same cells for every data set: equal-width bins over all of them, or their values where these are few or texts. */
export function pageChart(
  type: Exclude<Column["type"], "vector">,
  samples: readonly (ColumnSample | null)[],
  most: { readonly values: number; readonly length: number },
): PageChart | undefined {
  const present = samples.filter((sample) => sample !== null);
  if (type !== "string" && type !== "bool") {
    const different = Math.max(...present.map(({ distinct }) => distinct));
    if (different === 0) return undefined;
    if (type !== "integer" || different > bins) return binned(type, samples);
  }
  return valued(samples, most, type === "integer");
}

function binned(type: "number" | "integer" | "timestamp", samples: readonly (ColumnSample | null)[]): PageChart {
  const filled = samples.flatMap((sample) => (sample === null ? [] : extremesOf(sample)));
  const low = Math.min(...filled);
  const high = Math.max(...filled);
  const count = low === high ? 1 : bins;
  const edges = Array.from({ length: count + 1 }, (_, i) =>
    i === count ? high : low * (1 - i / count) + high * (i / count),
  );
  return {
    kind: "bins",
    edges: edges.map(sixDigits),
    counts: samples.map((sample) => (sample === null ? null : countBetween(sample, edges))),
    ...(type === "timestamp" && { time: true as const }),
  };
}

function extremesOf({ sorted, buckets }: ColumnSample): number[] {
  if (buckets === undefined) return sorted.length === 0 ? [] : [sorted[0]!, sorted[sorted.length - 1]!];
  const { equalWidth } = buckets;
  return equalWidth.length === 0 ? [] : [equalWidth[0]!.low, equalWidth.at(-1)!.high];
}

/** Ascending values in [edge, next edge); the last bin includes its end. */
function countBetween(sample: ColumnSample, edges: readonly number[]): number[] {
  const { sorted, sortedWeights, buckets } = sample;
  if (buckets !== undefined) return countCells(buckets.cells ?? buckets.equalWidth, edges);
  const starts = edges.slice(0, -1).map((edge) => lowerBound(sorted, edge));
  return starts.map((start, i) => {
    const end = i + 1 < starts.length ? starts[i + 1]! : sorted.length;
    if (sortedWeights === undefined) return end - start;
    return inWeights(
      sample,
      sortedWeights.subarray(start, end).reduce((sum, one) => sum + one, 0),
    );
  });
}

/** Cells narrow enough to lie whole where their middle does. */
function countCells(cells: readonly Bucket[], edges: readonly number[]): number[] {
  const counts = new Array<number>(edges.length - 1).fill(0);
  const starts = Float64Array.from(edges.slice(1, -1));
  for (const { low, high, count } of cells) {
    const place = lowerBound(starts, low / 2 + high / 2);
    counts[place + (starts[place] === low ? 1 : 0)]! += count;
  }
  return counts;
}

/** A sample's counts are scaled to the rows that it is worth; the page shows sums of weights as they are. */
function inWeights({ size, weight }: ColumnSample, count: number): number {
  return weight === undefined ? count : sixDigits((count * weight) / size);
}

function valued(
  samples: readonly (ColumnSample | null)[],
  most: { readonly values: number; readonly length: number },
  numeric: boolean,
): PageChart | undefined {
  const shares = new Map<string, number>();
  for (const sample of samples)
    for (const [value, count] of sample?.levels ?? [])
      shares.set(value, (shares.get(value) ?? 0) + count / Math.max(1, sample!.size));
  if (shares.size === 0) return undefined;
  const frequent = [...shares].sort((a, b) => b[1] - a[1] || compareBytes(a[0], b[0])).map(([value]) => value);
  // Few whole numbers are shown all, in their order.
  const labels = frequent.slice(0, numeric ? 2 * bins : most.values);
  if (numeric) labels.sort((a, b) => Number(a) - Number(b));
  return {
    kind: "values",
    labels: labels.map((label) => shortText(label, most.length)),
    counts: samples.map((sample) => sample && labels.map((label) => inWeights(sample, sample.levels.get(label) ?? 0))),
    others: samples.map(
      (sample) =>
        sample &&
        inWeights(
          sample,
          Math.max(0, totalOf(sample) - labels.reduce((sum, label) => sum + (sample.levels.get(label) ?? 0), 0)),
        ),
    ),
    ranks: samples.map((sample) => sample && cumulativeRanks(sample)),
  };
}

function totalOf({ levels }: ColumnSample): number {
  let total = 0;
  for (const count of levels.values()) total += count;
  return total;
}

function cumulativeRanks(sample: ColumnSample): number[] {
  const { levels } = sample;
  const counts = Float64Array.from(levels.values()).sort().reverse();
  const found: number[] = [];
  let sum = 0;
  for (let rank = 1, next = 1; rank <= counts.length; rank++) {
    sum += counts[rank - 1]!;
    if (rank !== next && rank !== counts.length) continue;
    found.push(inWeights(sample, sum));
    next *= 2;
  }
  return found;
}

/** 0 for equally frequent cells, 1 for a single one: 1 − entropy over its greatest possible. */
export function nonUniformity(counts: Iterable<number>): number {
  const all = [...counts];
  const total = all.reduce((sum, count) => sum + count, 0);
  if (total === 0) return 0;
  if (all.length === 1) return 1;
  const entropy = all.reduce((sum, count) => (count > 0 ? sum - (count / total) * Math.log2(count / total) : sum), 0);
  return Math.max(0, 1 - entropy / Math.log2(all.length));
}
