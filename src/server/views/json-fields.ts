import type { JsonObject, JsonValue } from "@millrace/program";

/*
 * Records are add-only and old ones stay readable, so a view takes each field only where it is there and has its type.
 */

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function object(from: unknown, ...keys: readonly string[]): JsonObject {
  const value = at(from, keys);
  return isObject(value) ? value : {};
}

export function text(from: unknown, ...keys: readonly string[]): string | null {
  const value = at(from, keys);
  return typeof value === "string" ? value : null;
}

export function number(from: unknown, ...keys: readonly string[]): number | null {
  const value = at(from, keys);
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

export function flag(from: unknown, ...keys: readonly string[]): boolean | null {
  const value = at(from, keys);
  return typeof value === "boolean" ? value : null;
}

export function list(from: unknown, ...keys: readonly string[]): readonly JsonValue[] {
  const value = at(from, keys);
  return Array.isArray(value) ? value : [];
}

export function texts(from: unknown, ...keys: readonly string[]): string[] {
  return list(from, ...keys).filter((value): value is string => typeof value === "string");
}

/** The members of an object that are numbers. */
export function numbers(from: unknown, ...keys: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    Object.entries(object(from, ...keys)).filter((entry): entry is [string, number] => typeof entry[1] === "number"),
  );
}

/** The first that is there. */
export function first<T>(...values: readonly (T | null | undefined)[]): T | null {
  return values.find((value): value is T => value !== null && value !== undefined) ?? null;
}

/** The object without the members that were shown elsewhere. */
export function without(from: JsonObject, ...keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(from).filter(([key]) => !keys.includes(key)));
}

function at(from: unknown, keys: readonly string[]): JsonValue | undefined {
  let value = from as JsonValue | undefined;
  for (const key of keys) value = isObject(value) ? value[key] : undefined;
  return value;
}
