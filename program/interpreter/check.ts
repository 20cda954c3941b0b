import type { InputDomain, ProgramInput } from "../model.ts";
import { civil } from "../operators/dates.ts";
import type { RawRow } from "./row.ts";
import { Unreadable, type ValueReader } from "./values.ts";

/** What is wrong, or unusual, about one value of a row. `error`: the row cannot be scored. `warning`: it can be. */
export interface Problem {
  readonly severity: "error" | "warning";
  readonly column: string;
  readonly kind: "unreadable" | "missing" | "absent" | "unseenLevel" | "outOfRange" | "unknownColumn";
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
    const add = (column: string, [kind, message, severity = "warning"]: Found) =>
      problems.push({ severity, column, kind, message });
    inputs.forEach((input, i) => {
      const { name } = input;
      const raw = Object.hasOwn(row, name) ? row[name] : undefined;
      const found = checkValue(input, readers[i]!, levels[i], promised[i], raw);
      if (found) add(name, found);
      else if (raw === undefined) add(name, ["absent", `"${name}" (${input.type}) is absent; it counts as missing.`]);
    });
    for (const name of Object.keys(row))
      if (!names.has(name)) add(name, ["unknownColumn", `The model has no input "${name.slice(0, 80)}".`]);
    return problems;
  };
}

/** What a problem is, and its sentence; a warning unless it says otherwise. */
type Found = readonly [Problem["kind"], string, Problem["severity"]?];

function checkValue(
  input: ProgramInput,
  read: ValueReader,
  levels: ReadonlySet<string> | undefined,
  promised: ReadonlySet<string> | undefined,
  raw: unknown,
): Found | undefined {
  const { name, type, promise, domain } = input;
  const value = read(raw);
  // by its policy such a row is still scored
  const severity = input.invalid ? "warning" : "error";
  if (value instanceof Unreadable) return ["unreadable", `The value of "${name}" ${value.reason}.`, severity];
  const broken = (kind: Problem["kind"]): Found => [kind, `The schema forbids this of "${name}".`];
  if (value === null)
    return input.missingAllowed
      ? promise?.required
        ? broken("missing")
        : undefined
      : ["missing", `"${name}" may not be missing.`, severity];
  const text = type === "bool" ? String(value === 1) : String(value);
  if (promised?.has(text) === false) return broken("unseenLevel");
  if (isOutside(value, promise)) return broken("outOfRange");
  if (levels?.has(text) === false) return ["unseenLevel", `Training saw no such value of "${name}", or hardly any.`];
  if (isOutside(value, domain))
    return [
      "outOfRange",
      `The value of "${name}" is outside ${shown(domain?.low, input) ?? "−∞"} … ${shown(domain?.high, input) ?? "∞"}, the range that training saw.`,
    ];
  return undefined;
}

/** A time as its day. */
function shown(bound: number | undefined, { type }: ProgramInput): string | number | undefined {
  if (type !== "timestamp" || bound === undefined) return bound;
  const { year, month, day } = civil(Math.floor(bound / 86_400e6));
  return `${year * 10_000 + month * 100 + day}`.replace(/(..)(..)$/, "-$1-$2");
}

function isOutside(value: unknown, { low = -Infinity, high = Infinity }: InputDomain = {}): boolean {
  return typeof value === "number" && (value < low || value > high);
}
