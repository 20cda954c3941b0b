import type { Column } from "@millrace/program";

/** The text of a row's value; `null` is missing. */
export type CellText = (row: number) => string | null;

/** Values as texts: numbers in their shortest form, instants in ISO 8601. */
export function cellTexts(column: Exclude<Column, { type: "vector" }>): CellText {
  if (column.type === "string") return (row) => column.levels[column.codes[row]!] ?? null;
  const say = sayer(column.type);
  return (row) => {
    const value = column.values[row]!;
    return column.missing?.[row] === 1 || Number.isNaN(value) ? null : say(value);
  };
}

function sayer(type: "bool" | "number" | "integer" | "timestamp"): (value: number) => string {
  if (type === "bool") return (value) => (value === 1 ? "true" : "false");
  if (type !== "timestamp") return (value) => String(value + 0);
  return (micros) => {
    const ms = Math.floor(micros / 1000);
    const rest = micros - ms * 1000;
    if (Math.abs(ms) > 8.64e15) return `${micros} µs`;
    return rest === 0
      ? new Date(ms).toISOString()
      : new Date(ms).toISOString().replace("Z", `${String(rest).padStart(3, "0")}Z`);
  };
}
