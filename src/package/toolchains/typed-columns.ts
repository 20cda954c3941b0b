import { type InputType, type ProgramInput, Unreadable, valueReader } from "@millrace/program";
import { invariant } from "#kernel";
import type { GoldenRow } from "../golden/golden-rows.ts";
import type { ChildColumn } from "./child-job.ts";

/** Golden rows as columns: those of the given types as they stand, the others read by the rules of their input. */
export function typedColumns(
  inputs: readonly ProgramInput[],
  rows: readonly GoldenRow[],
  asText: readonly InputType[],
): readonly ChildColumn[] {
  return inputs.map((input) => {
    const { name, type } = input;
    if (asText.includes(type)) return { name, kind: "text", values: rows.map((row) => row[name] ?? null) };
    const read = valueReader(input);
    const values = rows.map((row) => {
      const value = read(row[name]);
      invariant(!(value instanceof Unreadable), `A golden row holds a value of "${name}" that cannot be read.`);
      return value === null ? null : String(value);
    });
    return { name, kind: type === "number" ? "number" : "integer", values };
  });
}
