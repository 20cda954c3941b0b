import type { ProgramInput } from "../model.ts";
import type { RawRow } from "./row.ts";
import { Unreadable, type ValueReader } from "./values.ts";

/** What is wrong, or unusual, about one value of a row. `error`: the row cannot be scored. `warning`: it can be. */
export interface Problem {
  readonly severity: "error" | "warning";
  readonly column: string;
  readonly kind: "unreadable" | "missing" | "unseenLevel" | "outOfRange" | "unknownColumn";
  /** One sentence that does not repeat the value. */
  readonly message: string;
}

/** Checks a raw row against the inputs; a row without problems gives an empty list. */
export function rowChecker(
  inputs: readonly ProgramInput[],
  readers: readonly ValueReader[],
): (row: RawRow) => Problem[] {
  const levels = inputs.map((input) => (input.domain?.levels === undefined ? undefined : new Set(input.domain.levels)));
  const names = new Set(inputs.map((input) => input.name));
  return (row) => {
    const problems: Problem[] = [];
    inputs.forEach((input, i) => {
      const problem = checkValue(
        input,
        readers[i]!,
        levels[i],
        Object.hasOwn(row, input.name) ? row[input.name] : undefined,
      );
      if (problem !== undefined) problems.push({ column: input.name, ...problem });
    });
    for (const name of Object.keys(row))
      if (!names.has(name))
        problems.push({
          severity: "warning",
          column: name,
          kind: "unknownColumn",
          message: `The model has no input "${name.slice(0, 80)}".`,
        });
    return problems;
  };
}

function checkValue(
  input: ProgramInput,
  read: ValueReader,
  levels: ReadonlySet<string> | undefined,
  raw: unknown,
): Omit<Problem, "column"> | undefined {
  const value = read(raw);
  // by its policy such a row is still scored
  const severity = input.invalid === undefined ? "error" : "warning";
  if (value instanceof Unreadable)
    return { severity, kind: "unreadable", message: `The value of "${input.name}" ${value.reason}.` };
  if (value === null)
    return input.missingAllowed
      ? undefined
      : { severity, kind: "missing", message: `"${input.name}" may not be missing.` };
  if (levels !== undefined && !levels.has(input.type === "bool" ? String(value === 1) : String(value)))
    return { severity: "warning", kind: "unseenLevel", message: `Training saw no such value of "${input.name}".` };
  const { low, high } = input.domain ?? {};
  if (typeof value === "number" && ((low !== undefined && value < low) || (high !== undefined && value > high)))
    return {
      severity: "warning",
      kind: "outOfRange",
      message: `The value of "${input.name}" is outside ${low ?? "−∞"} … ${high ?? "∞"}, the range that training saw.`,
    };
  return undefined;
}
