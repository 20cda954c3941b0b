import type { Column } from "@millrace/program";
import { compareBytes } from "../statistics/compare-bytes.ts";
import { countDistinct, quantileOf } from "../statistics/quantiles.ts";
import { countLevels, kindOf, presentNumbers } from "./column-values.ts";
import type { DriftTestContext } from "./model.ts";

/**
 * Two windows counted in the same cells. Cells that the reference does not fill (`unseen` levels) are one cell for a
 * distance: which levels are unseen is known only after the rows are dealt to the windows.
 */
export interface BinnedPair {
  readonly labels: readonly string[];
  readonly reference: Float64Array;
  readonly current: Float64Array;
  /** True where cells are levels: those without a reference row are pooled. */
  readonly pooledUnseen: boolean;
}

/**
 * Counts both windows: a numeric column in quantile bins of the reference (in its values where it has no more of them
 * than bins), a text column by level; missing is a cell of its own.
 */
export function binPair(reference: Column, current: Column, context: DriftTestContext): BinnedPair {
  const { rows, bins } = context;
  if (kindOf(reference) === "numeric") {
    const a = presentNumbers(reference, rows.reference);
    const sorted = a.slice().sort();
    if (countDistinct(sorted) > bins) return binByQuantiles(a, sorted, presentNumbers(current, rows.current), context);
  }
  const a = countLevels(reference, rows.reference);
  const b = countLevels(current, rows.current);
  const labels = [...new Set([...a.levels.keys(), ...b.levels.keys()])].sort(compareBytes);
  return withMissing(
    {
      labels,
      reference: Float64Array.from(labels, (label) => a.levels.get(label) ?? 0),
      current: Float64Array.from(labels, (label) => b.levels.get(label) ?? 0),
      pooledUnseen: true,
    },
    a.missing,
    b.missing,
  );
}

function binByQuantiles(
  a: Float64Array,
  sorted: Float64Array,
  b: Float64Array,
  { rows, bins }: DriftTestContext,
): BinnedPair {
  const inner = Array.from({ length: bins - 1 }, (_, i) => quantileOf(sorted, (i + 1) / bins));
  const edges = [...new Set(inner)];
  const labels = Array.from({ length: edges.length + 1 }, (_, i) =>
    i === 0 ? `≤ ${edges[0]}` : i === edges.length ? `> ${edges[i - 1]}` : `${edges[i - 1]} – ${edges[i]}`,
  );
  const pair = { labels, reference: countInBins(a, edges), current: countInBins(b, edges), pooledUnseen: false };
  return withMissing(pair, rows.reference - a.length, rows.current - b.length);
}

function countInBins(values: Float64Array, edges: readonly number[]): Float64Array {
  const counts = new Float64Array(edges.length + 1);
  for (const value of values) {
    let low = 0;
    let high = edges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (edges[middle]! < value) low = middle + 1;
      else high = middle;
    }
    counts[low]! += 1;
  }
  return counts;
}

function withMissing(pair: BinnedPair, reference: number, current: number): BinnedPair {
  if (reference === 0 && current === 0) return pair;
  return {
    ...pair,
    labels: [...pair.labels, "(missing)"],
    reference: Float64Array.of(...pair.reference, reference),
    current: Float64Array.of(...pair.current, current),
  };
}

/** The pair as a distance sees it: levels without a reference row pooled into one last cell. */
export function poolUnseen(
  reference: Float64Array,
  current: Float64Array,
): { reference: Float64Array; current: Float64Array; unseen: number } {
  const a = new Float64Array(reference.length + 1);
  const b = new Float64Array(reference.length + 1);
  let cells = 0;
  let unseen = 0;
  for (let i = 0; i < reference.length; i++) {
    if (reference[i] === 0) unseen += current[i]!;
    else {
      a[cells] = reference[i]!;
      b[cells++] = current[i]!;
    }
  }
  if (unseen > 0) b[cells++] = unseen;
  return { reference: a.subarray(0, cells), current: b.subarray(0, cells), unseen };
}

/** Whether every cell expects at least five rows in the smaller window, so that chi-square formulas hold. */
export function isDense({ reference, current }: BinnedPair, n: number, m: number): boolean {
  const share = Math.min(n, m) / (n + m);
  return reference.every((count, i) => (count + current[i]!) * share >= 5 && count > 0);
}
