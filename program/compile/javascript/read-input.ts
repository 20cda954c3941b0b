import { Unreadable, valueReader } from "../../interpreter/values.ts";
import type { InputType, ProgramInput } from "../../model.ts";

/**
 * The reader of one input's raw values: a number (NaN missing) or a text (null missing). It throws what cannot be read,
 * unless the policy for invalid values takes it for missing.
 */
export function inputReader(
  name: string,
  type: InputType,
  missingAllowed: boolean,
  {
    width,
    pattern,
    invalid,
    imputed,
    unread,
  }: {
    readonly width?: number;
    readonly pattern?: string;
    readonly invalid?: "impute" | "abstain";
    readonly imputed?: string[];
    readonly unread?: Map<string, number>;
  } = {},
): (raw: unknown) => number | string | Float64Array | null {
  const input: ProgramInput = { name, type, missingAllowed, ...(pattern && { pattern }), ...(width && { width }) };
  const read = valueReader(input);
  const missing = type === "string" || type === "strings" || type === "vector" ? null : Number.NaN;
  return (raw) => {
    const value = read(raw);
    if (value instanceof Unreadable) {
      if (invalid === undefined) throw new InputError(name, value.reason);
      if (invalid === "impute") imputed?.push(name);
      unread?.set(name, (unread.get(name) ?? 0) + 1);
      return missing;
    }
    if (value !== null) return value;
    if (missingAllowed || invalid === "abstain") return missing;
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
