import { Unreadable, valueReader } from "../../interpreter/values.ts";
import type { InputType, ProgramInput } from "../../model.ts";

/** The reader of one input's raw values: a number (NaN missing) or a text (null missing). It throws what cannot be read. */
export function inputReader(
  name: string,
  type: InputType,
  missingAllowed: boolean,
  pattern?: string,
  width?: number,
): (raw: unknown) => number | string | Float64Array | null {
  const input: ProgramInput = { name, type, missingAllowed, ...(pattern && { pattern }), ...(width && { width }) };
  const read = valueReader(input);
  const missing = type === "string" || type === "strings" || type === "vector" ? null : Number.NaN;
  return (raw) => {
    const value = read(raw);
    if (value instanceof Unreadable) throw new InputError(name, value.reason);
    if (value !== null) return value;
    if (missingAllowed) return missing;
    throw new InputError(name, "may not be missing");
  };
}

export class InputError extends Error {
  readonly code = "PROGRAM_INPUT_INVALID";
  readonly column: string;
  readonly reason: string;
  constructor(column: string, reason: string) {
    super(`The value of "${column}" ${reason}.`);
    this.column = column;
    this.reason = reason;
  }
}
