import { knownNames, MillraceError } from "#kernel";
import { isMissingAt, type NestedColumn, type NestedFrame } from "../nested/model.ts";

/** Columns whose values cut a dataset into slices: one, or several crossed. */
export type SliceSpec = readonly string[];

/** A slice's name, as the reference writes it (`carrier_UA_origin_EWR`), and its rows. */
export interface Slice {
  readonly name: string;
  readonly rows: readonly number[];
}

/**
 * The slices of a dataset by the values of some columns, the largest first. A row with a list is in the slice of each of
 * its values; a row where a column is missing is in none.
 *
 * Errors: VALIDATE_COLUMN_UNKNOWN; VALIDATE_SLICES_TOO_MANY: the columns have more values together than `maxSlices`.
 */
export function sliceRows(frame: NestedFrame, spec: SliceSpec, maxSlices: number): Slice[] {
  const names = spec.toSorted();
  const columns = names.map((name) => columnOf(frame, name));
  const found = new Map<string, number[]>();
  for (let row = 0; row < frame.rows; row++) {
    let keys = [""];
    for (const [k, column] of columns.entries()) {
      const values = textsAt(column, row);
      keys = keys.flatMap((key) => values.map((value) => `${key}${key === "" ? "" : "_"}${names[k]}_${value}`));
    }
    for (const key of keys) {
      const rows = found.get(key);
      if (rows !== undefined) rows.push(row);
      else if (found.size < maxSlices) found.set(key, [row]);
      else throw tooMany(spec, maxSlices);
    }
  }
  return [...found]
    .map(([name, rows]) => ({ name, rows }))
    .sort((a, b) => b.rows.length - a.rows.length || (a.name < b.name ? -1 : 1));
}

function columnOf(frame: NestedFrame, name: string): NestedColumn {
  const column = frame.columns.get(name);
  if (column !== undefined) return column;
  throw new MillraceError("VALIDATE_COLUMN_UNKNOWN", {
    message: `There is no column "${name}" to slice by: ${knownNames(name, [...frame.columns.keys()])}.`,
    next: "Name columns of the data with --slices, crosses as a*b.",
    facts: { column: name },
  });
}

/** The distinct values of a row as text. */
function textsAt(column: NestedColumn, row: number): string[] {
  if (isMissingAt(column, row)) return [];
  switch (column.type) {
    case "string":
      return [column.levels[column.codes[row]!]!];
    case "bool":
      return [String(column.values[row] === 1)];
    case "list": {
      const values = new Set<string>();
      for (let at = column.offsets[row]!; at < column.offsets[row + 1]!; at++)
        for (const text of textsAt(column.values, at)) values.add(text);
      return [...values];
    }
    case "timestamp": {
      const ms = column.values[row]! / 1000;
      return [Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString().replace(/T00:00:00\.000Z$/, "") : String(ms)];
    }
    case "integer":
    case "number":
      return [String(column.values[row])];
    default:
      return [];
  }
}

function tooMany(spec: SliceSpec, maxSlices: number): MillraceError {
  return new MillraceError("VALIDATE_SLICES_TOO_MANY", {
    message: `${spec.join(" × ")} has more than ${maxSlices} values; each would be a slice.`,
    next: "Slice by a column of fewer values, or by a condition with --slice-where.",
    facts: { columns: [...spec], maxSlices },
  });
}
