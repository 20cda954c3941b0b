import { isMissingAt, type NestedColumn } from "../nested/model.ts";

/** A column as few whole numbers, one a row; −1 is missing. */
export interface Codes {
  readonly codes: Int32Array;
  readonly labels: readonly string[];
  /** Bounds of each code where they are ranges of numbers. */
  readonly ranges?: readonly { readonly low: number; readonly high: number }[];
}

/**
 * Values of a column as codes: texts and booleans as they are, numbers too where there are few, else by ten ranges of equal
 * count. Lists have none.
 */
export function codesOf(column: NestedColumn, rows: number, mostDistinct = 100): Codes | undefined {
  if (column.type === "string") return { codes: column.codes, labels: column.levels };
  if (column.type === "bool") {
    const codes = Int32Array.from(column.values, (value, row) => (isMissingAt(column, row) ? -1 : value));
    return { codes, labels: ["false", "true"] };
  }
  if (column.type !== "integer" && column.type !== "number" && column.type !== "timestamp") return undefined;
  const present: number[] = [];
  const usable = (row: number) => !isMissingAt(column, row) && Number.isFinite(column.values[row]!);
  for (let row = 0; row < rows; row++) if (usable(row)) present.push(column.values[row]!);
  const sorted = Float64Array.from(present).sort();
  const distinct = [...new Set(sorted)];
  const few = distinct.length <= mostDistinct && column.type === "integer";
  const edges = few ? distinct : cuts(sorted);
  const codes = Int32Array.from({ length: rows }, (_, row) => (usable(row) ? placeOf(edges, column.values[row]!) : -1));
  if (few) return { codes, labels: distinct.map(String) };
  const ranges = edges.map((low, k) => ({ low, high: edges[k + 1] ?? sorted[sorted.length - 1]! }));
  return { codes, labels: ranges.map(({ low, high }) => `[${low}, ${high}]`), ranges };
}

function cuts(sorted: Float64Array): number[] {
  const edges = Array.from({ length: 10 }, (_, k) => sorted[Math.floor((sorted.length * k) / 10)]!);
  return [...new Set(edges)].filter((edge) => edge !== undefined);
}

/** Index of the last edge that is not above x. */
function placeOf(edges: readonly number[], x: number): number {
  let low = 0;
  let high = edges.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (edges[middle]! <= x) low = middle;
    else high = middle;
  }
  return low;
}

/** How often each pair of codes occurs, over the rows that have both. */
export interface JointCounts {
  readonly total: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** `x · y.length + y` → count, where it is not 0, in order of x, then y. */
  readonly pairs: readonly (readonly [x: number, y: number, count: number])[];
}

export function jointCounts(x: Codes, y: Codes, rows: number): JointCounts {
  const width = y.labels.length;
  const counts = new Map<number, number>();
  const byX = new Float64Array(x.labels.length);
  const byY = new Float64Array(width);
  let total = 0;
  for (let row = 0; row < rows; row++) {
    const a = x.codes[row]!;
    const b = y.codes[row]!;
    if (a < 0 || b < 0) continue;
    total++;
    byX[a]!++;
    byY[b]!++;
    counts.set(a * width + b, (counts.get(a * width + b) ?? 0) + 1);
  }
  const pairs = [...counts]
    .sort(([a], [b]) => a - b)
    .map(([key, count]) => [Math.floor(key / width), key % width, count] as const);
  return { total, x: byX, y: byY, pairs };
}
