import { type Column, type InputType, Unreadable, valueReader } from "@millrace/program";
import { MillraceError } from "#kernel";

/**
 * Outcomes as they came over the wire, as a column of the target's type: `true` as text becomes true, `3` a number.
 *
 * Missing: stays missing. Errors: FACTORY_OUTCOME_TYPE: when an outcome cannot be read as the target's type.
 */
export function outcomeColumn(
  outcomes: Column,
  target: string,
  type: Exclude<InputType, "strings" | "vector">,
): Column {
  if (outcomes.type === type) return outcomes;
  const rows = outcomes.type === "string" ? outcomes.codes.length : outcomes.values.length;
  const read = valueReader({ name: target, type, missingAllowed: true });
  const values = Array.from({ length: rows }, (_, row) => {
    const text = textAt(outcomes, row);
    const value = text === null ? null : read(text);
    if (!(value instanceof Unreadable)) return value;
    throw new MillraceError("FACTORY_OUTCOME_TYPE", {
      message: `The outcome "${text}" cannot be read as ${type}, which "${target}" is in the data.`,
      next: "Send outcomes as the target is written in the data.",
      facts: { target, type },
    });
  });
  if (type === "string") return textColumn(values as (string | null)[]);
  const missing = Uint8Array.from(values, (value) => (value === null ? 1 : 0));
  const some = missing.includes(1) ? { missing } : {};
  const numbers = values.map((value) => Number(value ?? 0));
  return type === "bool"
    ? { type, values: Uint8Array.from(numbers), ...some }
    : { type, values: Float64Array.from(numbers), ...some };
}

function textAt(column: Column, row: number): string | null {
  if (column.type === "string") return column.levels[column.codes[row]!] ?? null;
  if (column.missing?.[row] === 1) return null;
  return column.type === "bool" ? String(column.values[row] === 1) : String(column.values[row]);
}

function textColumn(values: readonly (string | null)[]): Column {
  const levels = [...new Set(values.filter((value) => value !== null))];
  const codes = new Map(levels.map((level, code) => [level, code]));
  return {
    type: "string",
    levels,
    codes: Int32Array.from(values, (value) => (value === null ? -1 : codes.get(value)!)),
  };
}
