import type { JsonObject, JsonValue } from "@millrace/program";
import { MillraceError } from "#kernel";

/**
 * Options as JSON. Keys with `undefined` are left out.
 *
 * Errors: PIPELINE_OPTION_NOT_PORTABLE: names the option that holds a function, a class instance, or a number that is not finite.
 */
export function portableOptions(options: unknown, node: string): JsonObject {
  return portable(options ?? {}, node, "") as JsonObject;
}

function portable(value: unknown, node: string, path: string): JsonValue {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (Array.isArray(value)) return value.map((item, index) => portable(item, node, join(path, String(index))));
  if (typeof value === "object" && isPlain(value))
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .map(([key, item]) => [key, portable(item, node, join(path, key))]),
    );
  const what =
    typeof value === "object"
      ? `a ${value.constructor?.name ?? "foreign object"}`
      : `a ${typeof value} (${String(value).slice(0, 40)})`;
  throw new MillraceError("PIPELINE_OPTION_NOT_PORTABLE", {
    message: `The option "${path}" of "${node}" holds ${what}, which JSON cannot carry to a worker.`,
    next:
      typeof value === "function"
        ? 'Export the function from a module of the project and name it as "file.ts#export".'
        : "Give a value of text, finite numbers, booleans, lists and plain objects.",
    facts: { node, option: path },
  });
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function join(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}

const referencePattern = /^(?:\.{1,2}\/|[\w@-])[\w@./-]*\.[cm]?[jt]s#[A-Za-z_$][\w$]*$/;

/** The `file#export` references among the options' texts, in order of the keys. */
export function codeReferences(options: JsonValue): readonly string[] {
  if (typeof options === "string") return referencePattern.test(options) ? [options] : [];
  if (typeof options !== "object" || options === null) return [];
  return Object.values(options).flatMap((value: JsonValue) => codeReferences(value));
}
