import type { Column, Frame } from "@millrace/program";
import { knownNames, MillraceError } from "#kernel";

/** The column of a name. Errors: VALIDATE_COLUMN_UNKNOWN, with the nearest name. */
export function columnOf(frame: Frame, name: string): Column {
  const column = frame.columns.get(name);
  if (column !== undefined) return column;
  throw new MillraceError("VALIDATE_COLUMN_UNKNOWN", {
    message: `There is no column "${name}": ${knownNames(name, [...frame.columns.keys()])}.`,
    next: "Name a column of the data.",
    facts: { column: name },
  });
}
