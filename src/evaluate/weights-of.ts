import type { Frame, StringColumn } from "@millrace/program";
import { MillraceError } from "#kernel";

/**
 * The weights of the rows, from a column of the frame; `undefined` where none is named or the frame lacks it.
 *
 * Errors: EVALUATE_WEIGHT_INVALID: text, dates or vectors, or a row without a weight: 0 would leave it out unsaid.
 */
export function weightsOf(frame: Frame, name: string | undefined): ArrayLike<number> | undefined {
  const column = name === undefined ? undefined : frame.columns.get(name);
  if (column === undefined) return undefined;
  if (column.type !== "number" && column.type !== "integer" && column.type !== "bool")
    throw new MillraceError("EVALUATE_WEIGHT_INVALID", {
      message: `The weight column "${name}" holds ${column.type === "string" ? firstText(column) : `a ${column.type}`}, not numbers.`,
      next: "Name a column of numbers under roles.weight, or correct its values.",
      facts: { column: name!, type: column.type },
    });
  const without = column.missing?.subarray(0, frame.rows).reduce((sum, one) => sum + one, 0) ?? 0;
  if (without > 0)
    throw new MillraceError("EVALUATE_WEIGHT_INVALID", {
      message: `${without} of ${frame.rows} rows have no weight in "${name}"; the first is row ${column.missing!.indexOf(1) + 1}.`,
      next: "Fill the weights in; 0 leaves a row out.",
      facts: { column: name!, rows: without },
    });
  return column.values;
}

/** Where one text among numbers makes the column text, such as NaN, that one is named. */
function firstText({ codes, levels }: StringColumn): string {
  const row = codes.findIndex((code) => code >= 0 && !Number.isFinite(Number(levels[code])));
  return row < 0 ? "text" : `text ("${levels[codes[row]!]!.slice(0, 40)}" in row ${row + 1})`;
}
