import type { Column, Frame } from "@millrace/program";
import { columnNamed, isMissing } from "../frames/frame-columns.ts";
import { selectRows } from "../frames/select-rows.ts";
import { invalidOperation, type Operation } from "./operations.ts";
import { groupRows, type RowGroups } from "./row-groups.ts";

type Aggregate = Extract<Operation, { op: "aggregate" }>;
export type How = Aggregate["compute"][number]["how"];

/** One row a group, in order of first rows: the group's columns, then what is computed. Missing values do not count. */
export function aggregate(frame: Frame, operation: Aggregate): Frame {
  const groups = groupRows(frame, operation.by);
  const keys = selectRows({ rows: frame.rows, columns: pick(frame, operation.by) }, groups.firstRows);
  const columns = new Map<string, Column>(keys.columns);
  for (const { name, how, column } of operation.compute) {
    if (columns.has(name)) throw invalidOperation(`The aggregate makes two columns called "${name}".`);
    columns.set(name, computeBy(frame, groups, how, column));
  }
  return { rows: groups.firstRows.length, columns };
}

/**
 * One value a group. Sums run in row order, so they repeat; `std` is the sample's, by Welford's updates.
 *
 * Source: B. P. Welford, "Note on a Method for Calculating Corrected Sums of Squares and Products", Technometrics 1962.
 */
export function computeBy(frame: Frame, groups: RowGroups, how: How, name: string | undefined): Column {
  const n = groups.firstRows.length;
  if (name === undefined) {
    if (how !== "count") throw invalidOperation(`An aggregate of ${how} needs a column.`);
    const values = new Float64Array(n);
    for (const code of groups.codes) values[code]!++;
    return { type: "integer", values };
  }
  const column = columnNamed(frame, name);
  if (how === "count") return counts(column, groups, n);
  if (how === "countDistinct") return distinctCounts(column, groups, n);
  if (how === "first" || how === "last") return picked(column, groups, n, how);
  if (column.type === "string" || column.type === "vector")
    throw invalidOperation(
      `The ${how} of "${name}" cannot be taken: it is ${column.type === "string" ? "text" : "a vector"}.`,
    );
  const values = new Float64Array(n);
  const seen = new Float64Array(n);
  const squares = new Float64Array(how === "std" ? n : 0);
  for (let row = 0; row < frame.rows; row++) {
    if (column.missing?.[row] === 1) continue;
    const code = groups.codes[row]!;
    const value = column.values[row]!;
    const count = ++seen[code]!;
    if (how === "sum" || how === "mean") values[code]! += value;
    else if (how === "min") values[code] = count === 1 ? value : Math.min(values[code]!, value);
    else if (how === "max") values[code] = count === 1 ? value : Math.max(values[code]!, value);
    else {
      const step = value - values[code]!;
      values[code]! += step / count;
      squares[code]! += step * (value - values[code]!);
    }
  }
  const missing = new Uint8Array(n);
  for (let code = 0; code < n; code++) {
    if (seen[code]! < (how === "std" ? 2 : 1) && how !== "sum") missing[code] = 1;
    else if (how === "mean") values[code]! /= seen[code]!;
    else if (how === "std") values[code] = Math.sqrt(squares[code]! / (seen[code]! - 1));
    if (missing[code] === 1) values[code] = 0;
  }
  const keeps = how === "min" || how === "max";
  const whole = how === "sum" && column.type !== "number" && values.every((value) => Number.isSafeInteger(value));
  const type = keeps && column.type !== "bool" ? column.type : keeps || whole ? "integer" : "number";
  return { type, values, ...(missing.includes(1) ? { missing } : {}) };
}

export function pick(frame: Frame, names: readonly string[]): Map<string, Column> {
  return new Map(names.map((name) => [name, columnNamed(frame, name)]));
}

function counts(column: Column, groups: RowGroups, n: number): Column {
  const values = new Float64Array(n);
  for (const [row, code] of groups.codes.entries()) if (!isMissing(column, row)) values[code]!++;
  return { type: "integer", values };
}

function distinctCounts(column: Column, groups: RowGroups, n: number): Column {
  const sets = Array.from({ length: n }, () => new Set<number>());
  for (const [row, code] of groups.codes.entries()) {
    if (isMissing(column, row)) continue;
    sets[code]!.add(column.type === "string" ? column.codes[row]! : column.values[row]!);
  }
  return { type: "integer", values: Float64Array.from(sets, (set) => set.size) };
}

/** The first or last value of each group that is not missing. */
function picked(column: Column, groups: RowGroups, n: number, how: "first" | "last"): Column {
  const rows = new Int32Array(n).fill(-1);
  for (const [row, code] of groups.codes.entries())
    if (!isMissing(column, row) && (how === "last" || rows[code] === -1)) rows[code] = row;
  return rowsOrMissing(column, rows);
}

/** The column's values at the given rows; −1 gives missing. */
export function rowsOrMissing(column: Column, rows: Int32Array): Column {
  const selected = selectRows(
    { rows: 0, columns: new Map([["x", column]]) },
    Uint32Array.from(rows, (row) => Math.max(row, 0)),
  ).columns.get("x")!;
  if (!rows.includes(-1)) return selected;
  if (selected.type === "string")
    return { ...selected, codes: selected.codes.map((code, k) => (rows[k] === -1 ? -1 : code)) };
  const missing = Uint8Array.from(rows, (row, k) => (row === -1 || selected.missing?.[k] === 1 ? 1 : 0));
  const values = selected.values.slice();
  const width = selected.type === "vector" ? selected.width : 1;
  for (let k = 0; k < rows.length; k++) if (missing[k] === 1) values.fill(0 as never, k * width, (k + 1) * width);
  return { ...selected, values, missing } as Column;
}
