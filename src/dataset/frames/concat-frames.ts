import type { Column, Frame, NumberColumn, StringColumn } from "@millrace/program";
import { MillraceError } from "#kernel";
import { columnNamed } from "./frame-columns.ts";

/**
 * The rows of `a`, then the rows of `b`. Both hold the same columns, in any order; the result keeps the order of `a`.
 *
 * Levels of text columns are joined (those of `a` first, in their order); `integer` and `number` join as `number`.
 *
 * Errors: DATASET_COLUMNS_DIFFER: when a column is in one frame only; DATASET_COLUMN_TYPE: when types do not join.
 */
export function concatFrames(a: Frame, b: Frame): Frame {
  const extra = [...b.columns.keys()].filter((name) => !a.columns.has(name));
  const lacking = [...a.columns.keys()].filter((name) => !b.columns.has(name));
  if (extra.length > 0 || lacking.length > 0)
    throw new MillraceError("DATASET_COLUMNS_DIFFER", {
      message: `Frames with different columns cannot be joined end to end: the second lacks [${lacking.slice(0, 5).join(", ")}] and adds [${extra.slice(0, 5).join(", ")}].`,
      next: "Select the same columns from both.",
      facts: { lacking, extra },
    });
  const columns = new Map<string, Column>();
  for (const [name, column] of a.columns) columns.set(name, concatColumns(name, column, columnNamed(b, name)));
  return { rows: a.rows + b.rows, columns };
}

function concatColumns(name: string, a: Column, b: Column): Column {
  if (a.type === "string" && b.type === "string") return concatStrings(a, b);
  if (a.type === "bool" && b.type === "bool")
    return {
      type: "bool",
      values: joined(a.values, b.values, new Uint8Array(a.values.length + b.values.length)),
      ...missing(a, b),
    };
  if (a.type === "vector" && b.type === "vector" && a.width === b.width)
    return {
      ...a,
      values: joined(a.values, b.values, new Float64Array(a.values.length + b.values.length)),
      ...missing(a, b),
    };
  if (isNumeric(a) && isNumeric(b)) {
    const values = joined(a.values, b.values, new Float64Array(a.values.length + b.values.length));
    if (a.type === b.type) return { type: a.type, values, ...missing(a, b) };
    if (a.type !== "timestamp" && b.type !== "timestamp") return { type: "number", values, ...missing(a, b) };
  }
  throw new MillraceError("DATASET_COLUMN_TYPE", {
    message: `The column "${name}" is ${a.type} in one part and ${b.type} in the other.`,
    next: `Declare one type for "${name}" in \`types\` on the source.`,
    facts: { column: name, types: [a.type, b.type] },
  });
}

const isNumeric = (column: Column): column is NumberColumn =>
  column.type === "number" || column.type === "integer" || column.type === "timestamp";

function concatStrings(a: StringColumn, b: StringColumn): StringColumn {
  const levels = a.levels.slice();
  const codeOf = new Map(levels.map((level, code) => [level, code]));
  const map = Int32Array.from(b.levels, (level) => {
    let code = codeOf.get(level);
    if (code === undefined) {
      code = levels.length;
      levels.push(level);
      codeOf.set(level, code);
    }
    return code;
  });
  const codes = new Int32Array(a.codes.length + b.codes.length);
  codes.set(a.codes);
  for (let row = 0; row < b.codes.length; row++) {
    const code = b.codes[row]!;
    codes[a.codes.length + row] = code === -1 ? -1 : map[code]!;
  }
  return { type: "string", codes, levels };
}

type WithMissing = Exclude<Column, StringColumn>;

function missing(a: WithMissing, b: WithMissing): { missing?: Uint8Array } {
  if (a.missing === undefined && b.missing === undefined) return {};
  const rowsOf = (column: WithMissing) =>
    column.type === "vector" ? column.values.length / Math.max(1, column.width) : column.values.length;
  const out = new Uint8Array(rowsOf(a) + rowsOf(b));
  if (a.missing !== undefined) out.set(a.missing);
  if (b.missing !== undefined) out.set(b.missing, rowsOf(a));
  return { missing: out };
}

function joined<T extends Uint8Array | Float64Array>(a: T, b: T, out: T): T {
  out.set(a as never);
  out.set(b as never, a.length);
  return out;
}
