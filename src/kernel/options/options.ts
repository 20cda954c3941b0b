import type { z } from "zod";
import { MillraceError } from "../errors/millrace-error.ts";
import { knownNames } from "../errors/nearest-name.ts";
import type { ErrorCode } from "../errors/table.ts";
import { unknownKeys } from "./unknown-keys.ts";

/**
 * Options checked against their schema, with defaults filled in, frozen to the bottom. Unknown keys are errors at any depth,
 * also where the schema itself would drop them.
 *
 * Errors: KERNEL_OPTION_INVALID (or the code given): names each wrong option, and for an unknown one the nearest known.
 */
export function parseOptions<S extends z.ZodObject>(
  schema: S,
  value: unknown,
  what: string,
  code: ErrorCode = "KERNEL_OPTION_INVALID",
): Readonly<z.output<S>> {
  const given = value ?? {};
  const parsed = schema.safeParse(given);
  const unknown = unknownKeys(schema, given);
  if (parsed.success && unknown.length === 0) return freezeAll(parsed.data) as Readonly<z.output<S>>;
  const issues = parsed.success ? [] : parsed.error.issues;
  const wrong = issues.filter((issue) => issue.code !== "unrecognized_keys" || unknown.length === 0);
  const problems = [
    ...unknown.map(
      ({ path, key, known }) => `unknown option "${[...path, key].join(".")}" (${knownNames(key, known)})`,
    ),
    ...wrong.map((issue) => `${issue.path.length === 0 ? what : issue.path.join(".")}: ${issue.message}`),
  ];
  throw new MillraceError(code, {
    message: `The options of ${what} are not valid: ${problems.join("; ")}.`,
    next: `Correct ${what} and run again.`,
    facts: { what, problems },
  });
}

/** Freezes plain objects and lists; anything else (dates, typed arrays, functions) stays as it is. */
function freezeAll(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  const prototype = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) return value;
  for (const part of Object.values(value)) freezeAll(part);
  return Object.freeze(value);
}
