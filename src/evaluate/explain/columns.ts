import type { Column, Frame } from "@millrace/program";
import { knownNames, MillraceError } from "#kernel";

/** A value as a person says it; `null` is missing. */
export type CellValue = number | string | boolean | null;

/** The column of an input. Errors: EVALUATE_INPUT_UNKNOWN. */
export function columnNamed(frame: Frame, name: string): Column {
  const column = frame.columns.get(name);
  if (column !== undefined) return column;
  const known = [...frame.columns.keys()];
  throw new MillraceError("EVALUATE_INPUT_UNKNOWN", {
    message: `There is no column "${name.slice(0, 80)}" (${knownNames(name.slice(0, 80), known)}).`,
    next: "Name a column of the rows.",
    facts: { column: name },
  });
}

/** The frame with one column in the place of another. */
export function withColumn(frame: Frame, name: string, column: Column): Frame {
  return { rows: frame.rows, columns: new Map(frame.columns).set(name, column) };
}

/** A column's values in another order, with rows left out or repeated. */
export function takeRows(column: Column, rows: ArrayLike<number>): Column {
  const at = (from: number) => rows[from]!;
  if (column.type === "string")
    return { ...column, codes: Int32Array.from({ length: rows.length }, (_, i) => column.codes[at(i)]!) };
  const missing =
    column.missing === undefined
      ? {}
      : { missing: Uint8Array.from({ length: rows.length }, (_, i) => column.missing![at(i)]!) };
  if (column.type === "bool")
    return {
      type: "bool",
      values: Uint8Array.from({ length: rows.length }, (_, i) => column.values[at(i)]!),
      ...missing,
    };
  if (column.type === "vector") {
    const { width } = column;
    const values = new Float64Array(rows.length * width);
    for (let i = 0; i < rows.length; i++)
      values.set(column.values.subarray(at(i) * width, (at(i) + 1) * width), i * width);
    return { type: "vector", width, values, ...missing };
  }
  return {
    type: column.type,
    values: Float64Array.from({ length: rows.length }, (_, i) => column.values[at(i)]!),
    ...missing,
  };
}

/** A column of one type from plain values. */
export function columnOf(type: Column["type"], values: readonly CellValue[]): Column {
  if (type === "string") {
    const levels = [...new Set(values.filter((value) => value !== null).map(String))];
    const codes = new Map(levels.map((level, code) => [level, code]));
    return { type, levels, codes: Int32Array.from(values, (one) => (one === null ? -1 : codes.get(String(one))!)) };
  }
  if (type === "vector") throw new TypeError("A vector has no plain values.");
  const missing = Uint8Array.from(values, (value) => (value === null ? 1 : 0));
  const mask = missing.includes(1) ? { missing } : {};
  const numbers = values.map((value) => Number(value ?? 0));
  if (type === "bool") return { type, values: Uint8Array.from(numbers), ...mask };
  return { type, values: Float64Array.from(numbers), ...mask };
}

/** A row's plain value; vectors have none. */
export function cellOf(column: Column, row: number): CellValue {
  if (column.type === "string") return column.levels[column.codes[row]!] ?? null;
  if (column.missing?.[row] === 1 || column.type === "vector") return null;
  return column.type === "bool" ? column.values[row] === 1 : column.values[row]!;
}

/** The rows of a frame, in an order. */
export function takeFrame(frame: Frame, rows: ArrayLike<number>): Frame {
  return {
    rows: rows.length,
    columns: new Map([...frame.columns].map(([name, column]) => [name, takeRows(column, rows)])),
  };
}
