import type { Frame } from "@millrace/program";
import { knownNames, MillraceError } from "#kernel";

/**
 * The query of each row as a number: rows of one value of the column belong together.
 *
 * Missing: a query of its own. Errors: LEARN_COLUMN_UNKNOWN.
 */
export function queryCodes(frame: Frame, name: string): Uint32Array {
  const column = frame.columns.get(name);
  if (column === undefined || column.type === "vector")
    throw new MillraceError("LEARN_COLUMN_UNKNOWN", {
      message: `The data have no query column "${name}" (${knownNames(name, [...frame.columns.keys()])}).`,
      next: "Name the column whose rows form one ranking as the group.",
      facts: { column: name },
    });
  const values = column.type === "string" ? column.codes : column.values;
  const missing = column.type === "string" ? undefined : column.missing;
  const codes = new Map<number, number>();
  return Uint32Array.from({ length: frame.rows }, (_, row) => {
    const value = missing?.[row] === 1 ? Number.NaN : values[row]!;
    const known = codes.get(value) ?? codes.size;
    codes.set(value, known);
    return known;
  });
}
