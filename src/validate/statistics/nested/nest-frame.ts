import type { Column, Frame, StringColumn } from "@millrace/program";
import type { ListColumn, NestedColumn, NestedFrame, StructColumn } from "./model.ts";

/**
 * The frame with columns of JSON texts as the lists and structures that they write: where every value of a text column is
 * a JSON list, or every one an object.
 *
 * `wanted` names the columns to look at; by default all. Sources of nested values (JSON Lines, lists in Parquet) come as such texts. Values of mixed kinds become text.
 */
export function nestFrame(frame: Frame, wanted: (name: string) => boolean = () => true): NestedFrame {
  const columns = new Map<string, NestedColumn>(frame.columns);
  for (const [name, column] of frame.columns)
    if (column.type === "string" && wanted(name)) columns.set(name, nestColumn(column));
  return { rows: frame.rows, columns };
}

function nestColumn(column: StringColumn): NestedColumn {
  const { levels, codes } = column;
  if (levels.length === 0 || !levels.every((level) => /^[[{]/.test(level))) return column;
  const parsed: unknown[] = [];
  for (const level of levels) {
    const value = parseJson(level);
    if (value === undefined || Array.isArray(value) !== levels[0]!.startsWith("[")) return column;
    parsed.push(value);
  }
  return nestValues(Array.from(codes, (code) => (code < 0 ? null : parsed[code]!)));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Values as a column of the kind that they all are; null is missing. */
export function nestValues(values: readonly unknown[]): NestedColumn {
  const present = values.filter((value) => value !== null && value !== undefined);
  if (present.length > 0 && present.every((value) => Array.isArray(value)))
    return listOf(values as (unknown[] | null)[]);
  if (present.length > 0 && present.every((value) => typeof value === "object" && !Array.isArray(value)))
    return structOf(values as (Record<string, unknown> | null)[]);
  return scalarOf(values);
}

const missingOf = (values: readonly unknown[]) => Uint8Array.from(values, (value) => Number(value == null));

function listOf(rows: readonly (readonly unknown[] | null)[]): ListColumn {
  const offsets = new Int32Array(rows.length + 1);
  const values: unknown[] = [];
  for (const [row, list] of rows.entries()) {
    for (const value of list ?? []) values.push(value);
    offsets[row + 1] = values.length;
  }
  return { type: "list", offsets, missing: missingOf(rows), values: nestValues(values) };
}

function structOf(rows: readonly (Readonly<Record<string, unknown>> | null)[]): StructColumn {
  const names = new Set(rows.flatMap((row) => (row === null ? [] : Object.keys(row))));
  const fields = new Map<string, NestedColumn>();
  for (const name of names)
    fields.set(name, nestValues(rows.map((row) => (row !== null && Object.hasOwn(row, name) ? row[name] : null))));
  return { type: "struct", rows: rows.length, missing: missingOf(rows), fields };
}

function scalarOf(values: readonly unknown[]): Column {
  const missing = missingOf(values);
  const all = (test: (value: unknown) => boolean) => values.every((value, row) => missing[row] === 1 || test(value));
  if (missing.some((bit) => bit === 0)) {
    if (all((value) => typeof value === "boolean"))
      return { type: "bool", values: Uint8Array.from(values, (value) => Number(value === true)), missing };
    if (all((value) => typeof value === "number")) {
      const type = all((value) => Number.isSafeInteger(value)) ? "integer" : "number";
      return { type, values: Float64Array.from(values, (value) => (value as number) ?? 0), missing };
    }
  }
  const codes = new Map<string, number>();
  const coded = Int32Array.from(values, (value, row) => {
    if (missing[row] === 1) return -1;
    const text = typeof value === "string" ? value : JSON.stringify(value);
    const code = codes.get(text) ?? codes.size;
    codes.set(text, code);
    return code;
  });
  return { type: "string", codes: coded, levels: [...codes.keys()] };
}
