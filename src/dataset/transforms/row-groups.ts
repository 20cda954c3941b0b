import type { Column, Frame } from "@millrace/program";
import { columnNamed } from "../frames/frame-columns.ts";

/** Rows by equal values of some columns. Groups are numbered by their first row. */
export interface RowGroups {
  readonly codes: Int32Array;
  readonly firstRows: readonly number[];
}

/** Missing is a value of its own here, as in SQL's GROUP BY. */
export function groupRows(frame: Frame, by: readonly string[]): RowGroups {
  const codes = new Int32Array(frame.rows);
  let firstRows: number[] = frame.rows > 0 ? [0] : [];
  for (const name of by) {
    const keyOf = cellKey(columnNamed(frame, name));
    const seen = new Map<string | number, Map<number, number>>();
    firstRows = [];
    for (let row = 0; row < frame.rows; row++) {
      const key = keyOf(row) ?? "missing";
      let within = seen.get(key);
      if (within === undefined) {
        within = new Map();
        seen.set(key, within);
      }
      let code = within.get(codes[row]!);
      if (code === undefined) {
        code = firstRows.length;
        firstRows.push(row);
        within.set(codes[row]!, code);
      }
      codes[row] = code;
    }
  }
  return { codes, firstRows };
}

/** A value to compare a column's rows by: numbers for typed values and codes, null where missing. */
export function cellKey(column: Column): (row: number) => number | null {
  if (column.type === "string") return (row) => (column.codes[row] === -1 ? null : column.codes[row]!);
  return (row) => (column.missing?.[row] === 1 ? null : column.values[row]! + 0);
}
