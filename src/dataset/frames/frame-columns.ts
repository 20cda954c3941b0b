import type { Column, Frame, StringColumn } from "@millrace/program";
import { knownNames, MillraceError } from "#kernel";
import { sortedLevels } from "./level-order.ts";

/** A column of a frame by name, or `DATASET_COLUMN_UNKNOWN` with the nearest name. */
export function columnNamed(frame: Frame, name: string): Column {
  const column = frame.columns.get(name);
  if (column !== undefined) return column;
  throw unknownColumn(name, [...frame.columns.keys()]);
}

export function unknownColumn(name: string, known: readonly string[]): MillraceError {
  return new MillraceError("DATASET_COLUMN_UNKNOWN", {
    message: `There is no column "${name}": ${knownNames(name, known)}.`,
    next: "Correct the name; `millrace data inspect` lists the columns.",
    facts: { column: name },
  });
}

/** Whether a row of a column is missing. */
export function isMissing(column: Column, row: number): boolean {
  return column.type === "string" ? column.codes[row] === -1 : column.missing?.[row] === 1;
}

/**
 * A string column with its levels in order of their UTF-8 bytes and none unused.
 *
 * ```ts
 * withSortedLevels({ type: "string", codes: Int32Array.of(0, 1), levels: ["b", "a", "c"] });
 * // { type: "string", codes: [1, 0], levels: ["a", "b"] }
 * ```
 */
export function withSortedLevels(column: StringColumn): StringColumn {
  const used = new Uint8Array(column.levels.length);
  for (const code of column.codes) if (code !== -1) used[code] = 1;
  const levels = sortedLevels(column.levels.filter((_, k) => used[k] === 1));
  const position = new Map(levels.map((level, k) => [level, k]));
  const map = Int32Array.from(column.levels, (level) => position.get(level) ?? -1);
  if (map.every((code, k) => code === k)) return column;
  return { type: "string", codes: column.codes.map((code) => (code === -1 ? -1 : map[code]!)), levels };
}
