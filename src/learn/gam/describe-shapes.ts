import type { JsonObject } from "@millrace/program";
import type { LearningData, LearningTask } from "../model.ts";
import type { FeatureTable } from "../tables/feature-table.ts";

const mostPoints = 32;

/**
 * Each curve in words and as points for a picture, the weightiest first: `weight` is the mean amount by which the feature
 * moves the margin over the training rows.
 */
export function describeShapes(
  tables: readonly (readonly FeatureTable[])[],
  train: LearningData,
  steps: readonly Uint16Array[],
  task: LearningTask,
): JsonObject[] {
  const shapes = tables.map((own, f) => {
    const rows = new Float64Array(own[0]!.values.length + 1);
    for (const step of steps[f]!) rows[step]!++;
    const weight = own.reduce((sum, table) => sum + meanAmount(table, rows), 0) / own.length;
    const { name, kind } = train.features[f]!;
    const words = task === "multiclass" ? undefined : wordsOf(own[0]!, rows, kind === "numeric");
    const points = own.map((table) => pointsOf(table, rows));
    return { name, weight, words, kind, points };
  });
  return shapes
    .filter(({ weight }) => weight > 0)
    .toSorted((a, b) => b.weight - a.weight)
    .slice(0, 64)
    .map(({ name, weight, words, kind, points }) => ({
      feature: name,
      kind,
      weight: rounded(weight),
      ...(words === undefined ? {} : { words: `${name}: ${words}` }),
      points: points as never,
    }));
}

function meanAmount({ values, missing }: FeatureTable, rows: Float64Array): number {
  let [sum, total] = [0, 0];
  rows.forEach((count, k) => {
    sum += count * Math.abs(k < values.length ? values[k]! : missing);
    total += count;
  });
  return total > 0 ? sum / total : 0;
}

/** Steps that rows reach, thinned to a picture's resolution: `[upper bound, value]`; null is the unbounded last step. */
function pointsOf({ bounds, values, missing }: FeatureTable, rows: Float64Array): JsonObject {
  const used = Array.from(values.keys()).filter((k) => rows[k]! > 0);
  const stride = Math.max(1, Math.ceil(used.length / mostPoints));
  const kept = used.filter((_, k) => k % stride === 0 || k === used.length - 1);
  return {
    upTo: kept.map((k) => (Number.isFinite(bounds[k]!) ? bounds[k]! : null)),
    adds: kept.map((k) => rounded(values[k]!)),
    ...(rows[values.length]! > 0 ? { missing: rounded(missing) } : {}),
  };
}

function wordsOf({ bounds, values, missing }: FeatureTable, rows: Float64Array, ordered: boolean): string {
  const used = Array.from(values.keys()).filter((k) => rows[k]! > 0);
  const gap = rows[values.length]! > 0 ? `; missing adds ${signed(missing)}` : "";
  if (used.length === 0) return `always missing${gap}`;
  const least = used.reduce((a, b) => (values[b]! < values[a]! ? b : a));
  const most = used.reduce((a, b) => (values[b]! > values[a]! ? b : a));
  const [low, high] = [values[least]!, values[most]!];
  if (!ordered) return `level ${most} adds most (${signed(high)}), level ${least} least (${signed(low)})${gap}`;
  const range = high - low;
  if (range === 0) return `flat${gap}`;
  const falls = (from: number, to: number) => {
    const part = used.filter((k) => k >= from && k <= to);
    return part.some((k, at) => at > 0 && values[k]! < values[part[at - 1]!]! - 0.05 * range);
  };
  const [first, last] = [used[0]!, used.at(-1)!];
  const end = (k: number) => (Number.isFinite(bounds[k]!) ? String(shortened(bounds[k]!)) : "the top");
  const ends = `from ${signed(values[first]!)} to ${signed(values[last]!)}`;
  if (!falls(first, last)) return `rises ${ends}${gap}`;
  const rises = used.some((k, at) => at > 0 && values[k]! > values[used[at - 1]!]! + 0.05 * range);
  if (!rises) return `falls ${ends}${gap}`;
  return `rises and falls: greatest near ${end(most)} (${signed(high)}), least near ${end(least)} (${signed(low)})${gap}`;
}

const rounded = (value: number) => Math.round(value * 1e6) / 1e6;
const shortened = (value: number) => Number(value.toPrecision(4));
const signed = (value: number) => `${value < 0 ? "−" : "+"}${Math.abs(shortened(value))}`;
