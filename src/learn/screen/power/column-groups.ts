import type { Column, Frame } from "@millrace/program";
import { selectRows } from "#dataset";

/** A column's values as groups of rows, for counting: −1 is missing. */
export interface Groups {
  readonly codes: Int32Array;
  readonly names: readonly string[];
}

const mostDistinct = 50;
const bins = 20;

/** Levels of text and truth values, distinct values of numbers with few of them, else 20 bins of about equal counts. */
export function groupsOf(column: Column, rows: number): Groups {
  if (column.type === "string") return { codes: column.codes, names: column.levels };
  if (column.type === "bool")
    return {
      codes: Int32Array.from({ length: rows }, (_, i) => (column.missing?.[i] === 1 ? -1 : column.values[i]!)),
      names: ["false", "true"],
    };
  if (column.type === "vector") return { codes: new Int32Array(rows).fill(-1), names: [] };
  const sorted = presentOf(column, rows).sort();
  // One more than are told apart is enough to know.
  const distinct: number[] = [];
  for (let i = 0; i < sorted.length && distinct.length <= mostDistinct; i++)
    if (i === 0 || sorted[i] !== sorted[i - 1]) distinct.push(sorted[i]!);
  const edges =
    distinct.length <= mostDistinct
      ? distinct
      : [...new Set(Array.from({ length: bins }, (_, k) => sorted[Math.floor(((k + 1) * sorted.length) / bins) - 1]!))];
  const codes = new Int32Array(rows);
  for (let i = 0; i < rows; i++) codes[i] = column.missing?.[i] === 1 ? -1 : lowerBound(edges, column.values[i]!);
  return { codes, names: edges.map((edge) => (distinct.length <= mostDistinct ? String(edge) : `up to ${edge}`)) };
}

function lowerBound(edges: readonly number[], value: number): number {
  let low = 0;
  let high = edges.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (edges[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The numeric values of a column with NaN for missing; undefined for other types. */
export function numbersOf(column: Column, rows: number): Float64Array | undefined {
  if (column.type === "string" || column.type === "vector" || column.type === "bool") return undefined;
  const numbers = new Float64Array(rows);
  for (let i = 0; i < rows; i++) numbers[i] = column.missing?.[i] === 1 ? Number.NaN : column.values[i]!;
  return numbers;
}

type Numbers = Pick<Exclude<Column, { type: "string" | "vector" }>, "values" | "missing">;

function presentOf({ values, missing }: Numbers, rows: number): Float64Array {
  const present = new Float64Array(rows);
  let count = 0;
  for (let i = 0; i < rows; i++) if (missing?.[i] !== 1) present[count++] = values[i]!;
  return present.subarray(0, count);
}

/** Every k-th row, so that at most `most` are looked at. */
export function thinned(frame: Frame, values: Float64Array, most: number): { frame: Frame; values: Float64Array } {
  const kept: number[] = [];
  for (let i = 0; i < frame.rows; i++) if (!Number.isNaN(values[i]!)) kept.push(i);
  const rows =
    kept.length <= most
      ? kept
      : kept.filter((_, k) => Math.floor((k * most) / kept.length) !== Math.floor(((k - 1) * most) / kept.length));
  if (rows.length === frame.rows) return { frame, values };
  const picked = Uint32Array.from(rows);
  return { frame: selectRows(frame, picked), values: Float64Array.from(picked, (row) => values[row]!) };
}
