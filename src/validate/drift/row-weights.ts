import type { Frame } from "@millrace/program";
import { knownNames, MillraceError } from "#kernel";

/** The weights of a window's rows, checked. Errors: VALIDATE_COLUMN_UNKNOWN, VALIDATE_WEIGHT_INVALID. */
export function rowWeights(frame: Frame, name: string | undefined): Float64Array | undefined {
  if (name === undefined) return undefined;
  const column = frame.columns.get(name);
  if (column === undefined)
    throw new MillraceError("VALIDATE_COLUMN_UNKNOWN", {
      message: `A window has no weight column "${name}" (${knownNames(name, [...frame.columns.keys()])}).`,
      next: "Name a weight column that both windows have.",
      facts: { column: name },
    });
  if (column.type !== "number" && column.type !== "integer") throw invalid(name, `is ${column.type}, not numeric`);
  let sum = 0;
  for (let row = 0; row < frame.rows; row++) {
    const weight = column.values[row]!;
    if (column.missing?.[row] === 1 || !(weight >= 0 && weight < Infinity))
      throw invalid(name, `is ${column.missing?.[row] === 1 ? "missing" : weight} in row ${row + 1}`);
    sum += weight;
  }
  if (!(sum > 0)) throw invalid(name, "is 0 in every row");
  return column.values;
}

function invalid(name: string, problem: string): MillraceError {
  return new MillraceError("VALIDATE_WEIGHT_INVALID", {
    message: `The weight column "${name}" ${problem}; a weight is a finite number from 0 up.`,
    next: "Mend the weights, or leave --weight away.",
    facts: { column: name },
  });
}
