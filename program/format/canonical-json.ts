import type { JsonValue } from "../json.ts";
import { ProgramError } from "../problem.ts";

const deepest = 512;

/**
 * The canonical text of a JSON value: keys sorted by UTF-16 code units, no spaces, shortest numbers.
 *
 * ```ts
 * canonicalJson({ b: 1.0, a: [true, "é"] }); // '{"a":[true,"é"],"b":1}'
 * ```
 *
 * Missing: a property that is `undefined` is left out, as JSON.stringify does; `undefined` in an array is refused.
 * Errors: PROGRAM_JSON_INVALID: a number that is not finite, a lone surrogate, a value that is not JSON, or more than
 * 512 levels.
 * Source: RFC 8785, JSON Canonicalization Scheme, 2020.
 */
export function canonicalJson(value: JsonValue): string {
  return write(value, 0);
}

function write(value: unknown, depth: number): string {
  if (depth > deepest) throw invalid(`A JSON value is nested more than ${deepest} levels deep`);
  if (value === null || value === true || value === false) return String(value);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw invalid(`JSON cannot carry the number ${value}`);
    return JSON.stringify(value);
  }
  if (typeof value === "string") return quote(value);
  if (Array.isArray(value)) {
    const parts: string[] = [];
    for (let i = 0; i < value.length; i++) parts.push(write(value[i], depth + 1));
    return `[${parts.join(",")}]`;
  }
  if (typeof value === "object") {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== null && Object.getPrototypeOf(prototype) !== null)
      throw invalid(`JSON cannot carry an object of class ${value.constructor?.name ?? "unknown"}`);
    const object = value as Record<string, unknown>;
    const parts: string[] = [];
    for (const key of Object.keys(object).sort())
      if (object[key] !== undefined) parts.push(`${quote(key)}:${write(object[key], depth + 1)}`);
    return `{${parts.join(",")}}`;
  }
  throw invalid(`JSON cannot carry a value of type ${typeof value}`);
}

function quote(text: string): string {
  if (!text.isWellFormed()) throw invalid("JSON text holds a lone surrogate");
  return JSON.stringify(text);
}

function invalid(problem: string): ProgramError {
  return new ProgramError("PROGRAM_JSON_INVALID", `${problem}.`, "Give only what JSON holds.");
}
