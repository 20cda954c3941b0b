import type { Column, Frame } from "@millrace/program";
import { columnOf } from "../column-of.ts";

/** Rows by group: `of[row]` is the number of its group, from 0 in order of appearance. */
export interface Groups {
  readonly of: Int32Array;
  readonly count: number;
}

/**
 * Groups of rows that agree in all of the columns; missing agrees with missing.
 *
 * Errors: VALIDATE_COLUMN_UNKNOWN.
 */
export function groupRows(frame: Frame, columns: readonly string[]): Groups {
  return columns.reduce<Groups>((groups, name) => intersect(groups, groupsOf(frame, name)), {
    of: new Int32Array(frame.rows),
    count: 1,
  });
}

/** Groups of rows that agree in one column. */
export function groupsOf(frame: Frame, name: string): Groups {
  const column = columnOf(frame, name);
  return numbered(frame.rows, (row) => cellOf(column, row));
}

/** Groups of rows that agree in both. */
export function intersect(a: Groups, b: Groups): Groups {
  if (b.count === 1) return a;
  if (a.count === 1) return b;
  return numbered(a.of.length, (row) => a.of[row]! * b.count + b.of[row]!);
}

/** How many rows each group has. */
export function sizesOf(groups: Groups): Int32Array {
  const sizes = new Int32Array(groups.count);
  for (const group of groups.of) sizes[group]!++;
  return sizes;
}

function numbered(rows: number, keyOf: (row: number) => number | string): Groups {
  const numbers = new Map<number | string, number>();
  const of = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    const key = keyOf(row);
    let number = numbers.get(key);
    if (number === undefined) {
      number = numbers.size;
      numbers.set(key, number);
    }
    of[row] = number;
  }
  return { of, count: numbers.size };
}

function cellOf(column: Column, row: number): number | string {
  if (column.type === "string") return column.codes[row]!;
  if (column.missing?.[row] === 1) return "missing";
  if (column.type === "vector") return column.values.subarray(row * column.width, (row + 1) * column.width).join(" ");
  return column.values[row]!;
}
