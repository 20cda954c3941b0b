import type { Histogram } from "./model.ts";

const bins = 20;

/** Counts of values in 20 bins of equal width, one series for each group of rows. */
export function histogramOf(
  values: Float64Array,
  groups: readonly { readonly name: string; readonly holds: (row: number) => boolean }[],
  range?: readonly [number, number],
): Histogram {
  const [low, high] = range ?? rangeOf(values);
  const width = high > low ? (high - low) / bins : 1;
  const series = groups.map(({ name, holds }) => {
    const counts = new Array<number>(bins).fill(0);
    values.forEach((value, row) => {
      if (holds(row)) counts[Math.min(bins - 1, Math.max(0, Math.floor((value - low) / width)))]!++;
    });
    return { name, counts };
  });
  return { edges: Array.from({ length: bins + 1 }, (_, i) => low + i * width), series };
}

function rangeOf(values: Float64Array): readonly [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}
