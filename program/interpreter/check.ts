import type { InputDomain, ProgramInput } from "../model.ts";
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
  const levels = inputs.map(({ domain }) => domain?.levels && new Set(domain.levels));
  const promised = inputs.map(({ promise }) => promise?.levels && new Set(promise.levels));
  const names = new Set(inputs.map((input) => input.name));
  return (row) => {
    const problems: Problem[] = [];
    inputs.forEach((input, i) => {
      const problem = checkValue(
        input,
        readers[i]!,
        levels[i],
        promised[i],
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
  promised: ReadonlySet<string> | undefined,
  raw: unknown,
): Omit<Problem, "column"> | undefined {
  const value = read(raw);
  // by its policy such a row is still scored
  const severity = input.invalid === undefined ? "error" : "warning";
  if (value instanceof Unreadable)
    return { severity, kind: "unreadable", message: `The value of "${input.name}" ${value.reason}.` };
  const { promise } = input;
  const broken = (kind: Problem["kind"]) =>
    ({ severity: "warning", kind, message: `The schema of the data forbids this of "${input.name}".` }) as const;
  if (value === null)
    return input.missingAllowed
      ? promise?.required && broken("missing")
      : { severity, kind: "missing", message: `"${input.name}" may not be missing.` };
  const text = input.type === "bool" ? String(value === 1) : String(value);
  if (promised?.has(text) === false) return broken("unseenLevel");
  if (promise !== undefined && isOutside(value, promise)) return broken("outOfRange");
  if (levels?.has(text) === false)
    return {
      severity: "warning",
      kind: "unseenLevel",
      message: `Training saw no such value of "${input.name}", or hardly any.`,
    };
  const { low, high } = input.domain ?? {};
  if (isOutside(value, input.domain ?? {}))
    return {
      severity: "warning",
      kind: "outOfRange",
      message: `The value of "${input.name}" is outside ${shown(low, input) ?? "−∞"} … ${shown(high, input) ?? "∞"}, the range that training saw.`,
    };
  return undefined;
}

/** A time as its day. */
function shown(bound: number | undefined, { type }: ProgramInput): string | number | undefined {
  if (type !== "timestamp" || bound === undefined) return bound;
  return new Date(bound / 1000).toISOString().slice(0, 10);
}

function isOutside(value: unknown, { low = -Infinity, high = Infinity }: InputDomain): boolean {
  return typeof value === "number" && (value < low || value > high);
}
