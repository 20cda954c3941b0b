import type { Column, Frame, ProgramOutputs } from "@millrace/program";
import { knownNames, MillraceError } from "#kernel";

/** True values as a program's outputs count them, and which rows have one. */
export interface Labels {
  /** Class index, or the value of a regression; NaN where the row has no label, or one that the program doesn't know. */
  readonly values: Float64Array;
  readonly labelled: number;
  /** Labels that are no class of the program. */
  readonly unknown: number;
}

/**
 * The labels of a frame's rows in the terms of a program: an index into its classes, or the number itself.
 *
 * Errors: FACTORY_COLUMN_UNKNOWN: when the target is no column of the frame.
 */
export function readLabels(frame: Frame, target: string, outputs: Pick<ProgramOutputs, "task" | "classes">): Labels {
  const column = frame.columns.get(target);
  if (column === undefined)
    throw new MillraceError("FACTORY_COLUMN_UNKNOWN", {
      message: `The data have no column "${target}" (${knownNames(target, [...frame.columns.keys()])}).`,
      next: "Name the column of true values.",
      facts: { target },
    });
  return columnLabels(column, outputs);
}

/** As `readLabels`, of one column. */
export function columnLabels(column: Column, { task, classes = [] }: Pick<ProgramOutputs, "task" | "classes">): Labels {
  const rows = column.type === "string" ? column.codes.length : column.values.length;
  const values = new Float64Array(rows).fill(Number.NaN);
  const index = new Map(classes.map((name, k) => [name, k]));
  let labelled = 0;
  let unknown = 0;
  for (let row = 0; row < rows; row++) {
    const text = textAt(column, row);
    if (text === undefined) continue;
    const value = task === "regression" ? Number(text) : (index.get(text) ?? Number.NaN);
    if (Number.isNaN(value)) unknown++;
    else labelled++;
    values[row] = value;
  }
  return { values, labelled, unknown };
}

function textAt(column: Column, row: number): string | undefined {
  if (column.type === "string") return column.levels[column.codes[row]!];
  if (column.missing?.[row] === 1) return undefined;
  return column.type === "bool" ? String(column.values[row] === 1) : String(column.values[row]);
}
