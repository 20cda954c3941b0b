import type { Column } from "@millrace/program";
import type { DriftColumnKind } from "./model.ts";

export function kindOf(column: Column): DriftColumnKind | null {
  if (column.type === "vector") return null;
  return column.type === "string" || column.type === "bool" ? "categorical" : "numeric";
}

/** The numbers of a column in row order; missing values and NaN left out. */
export function presentNumbers(column: Column, rows: number): Float64Array {
  if (column.type === "string" || column.type === "vector") return new Float64Array();
  const out = new Float64Array(rows);
  let count = 0;
  for (let row = 0; row < rows; row++) {
    const value = column.values[row]!;
    if (column.missing?.[row] !== 1 && !Number.isNaN(value)) out[count++] = value;
  }
  return out.subarray(0, count);
}

/** The numbers ascending. */
export function sortedNumbers(column: Column, rows: number): Float64Array {
  return presentNumbers(column, rows).slice().sort();
}

/** How often each level occurs in a text or boolean column, and how many rows are missing. */
export function countLevels(column: Column, rows: number): { levels: Map<string, number>; missing: number } {
  const levels = new Map<string, number>();
  if (column.type === "string") {
    const counts = new Float64Array(column.levels.length);
    let missing = 0;
    for (let row = 0; row < rows; row++) {
      const code = column.codes[row]!;
      if (code < 0) missing++;
      else counts[code]! += 1;
    }
    column.levels.forEach((level, code) => {
      if (counts[code]! > 0) levels.set(level, counts[code]!);
    });
    return { levels, missing };
  }
  const values = presentNumbers(column, rows);
  for (const value of values) {
    const key = column.type === "bool" ? (value === 1 ? "true" : "false") : String(value);
    levels.set(key, (levels.get(key) ?? 0) + 1);
  }
  return { levels, missing: rows - values.length };
}

/** Rows without a value. */
export function countMissing(column: Column, rows: number): number {
  if (column.type === "string") {
    let missing = 0;
    for (let row = 0; row < rows; row++) if (column.codes[row]! < 0) missing++;
    return missing;
  }
  if (column.type === "vector") return column.missing?.reduce((sum, bit) => sum + bit, 0) ?? 0;
  return rows - presentNumbers(column, rows).length;
}
