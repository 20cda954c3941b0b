import type { Column } from "@millrace/program";

/** The values of a column that may be a target. */
export interface ValueSummary {
  readonly type: Column["type"];
  readonly present: number;
  /** Rows by value as text, of at most `mostValues` values. */
  readonly counts: ReadonlyMap<string, number>;
  /** There are more values than were counted. */
  readonly full: boolean;
  readonly whole: boolean;
}

const mostValues = 10_000;

export function summarize(column: Column): ValueSummary {
  const counts = new Map<string, number>();
  let present = 0;
  let whole = column.type !== "string";
  let full = false;
  const rows = column.type === "string" ? column.codes.length : column.values.length;
  for (let row = 0; row < rows; row++) {
    const value = textAt(column, row);
    if (value === undefined) continue;
    present++;
    if (column.type === "number" && !Number.isInteger(column.values[row])) whole = false;
    const before = counts.get(value);
    if (before !== undefined || counts.size < mostValues) counts.set(value, (before ?? 0) + 1);
    else full = true;
  }
  return { type: column.type, present, counts, full, whole };
}

function textAt(column: Column, row: number): string | undefined {
  if (column.type === "string") return column.levels[column.codes[row]!];
  if (column.missing?.[row] === 1) return undefined;
  return column.type === "bool" ? String(column.values[row] === 1) : String(column.values[row]);
}
