import type { JsonObject, JsonValue } from "@millrace/program";
import { MillraceError, nearestName } from "#kernel";
import { enums, type FieldSpec, jsonName, messages } from "./fields.ts";
import type { Schema, UnknownField } from "./model.ts";

/**
 * The schema in protocol buffers' JSON mapping: camelCase names, 64-bit integers as text, enums by name.
 *
 * Unknown fields that came from JSON are written back under their own names; those that came from text-proto are kept
 * under `unknownFields`, so that reading the JSON again loses nothing.
 */
export function schemaToJson(schema: Schema): JsonObject {
  return writeMessage(schema as Record<string, unknown>, "Schema");
}

function writeMessage(fields: Record<string, unknown>, type: string): JsonObject {
  const out: Record<string, JsonValue> = {};
  for (const spec of messages[type]!) {
    const key = jsonName(spec.name);
    const held = fields[key];
    if (held === undefined) continue;
    if (spec.map) out[key] = writeMap(held as Record<string, unknown>[], spec.type);
    else
      out[key] = spec.repeated ? (held as unknown[]).map((value) => writeValue(value, spec)) : writeValue(held, spec);
  }
  const texts: JsonValue[] = [];
  for (const unknown of (fields.unknownFields as UnknownField[] | undefined) ?? []) {
    if ("json" in unknown) out[unknown.name] = unknown.json;
    else texts.push({ name: unknown.name, text: unknown.text });
  }
  if (texts.length > 0) out.unknownFields = texts;
  if (fields.comments !== undefined) out.comments = fields.comments as JsonValue;
  return out;
}

function writeMap(entries: readonly Record<string, unknown>[], type: string): JsonObject {
  const valueSpec = messages[type]![1]!;
  return Object.fromEntries(
    entries.map(({ key, value }) => [String(key ?? ""), writeValue(value ?? {}, valueSpec) as JsonValue]),
  );
}

function writeValue(value: unknown, spec: FieldSpec): JsonValue {
  if (spec.kind === "message") return writeMessage(value as Record<string, unknown>, spec.type);
  return spec.kind === "int" ? String(value) : (value as JsonValue);
}

/**
 * Reads a schema from its JSON mapping; snake_case names and plain numbers are read too.
 *
 * Errors: VALIDATE_SCHEMA_JSON_INVALID: when the JSON does not parse or a known field has the wrong type; names its path.
 */
export function schemaFromJson(source: string | JsonValue): Schema {
  let value: JsonValue;
  try {
    value = typeof source === "string" ? (JSON.parse(source) as JsonValue) : source;
  } catch (cause) {
    throw new MillraceError("VALIDATE_SCHEMA_JSON_INVALID", {
      message: `The schema is not JSON: ${(cause as Error).message}.`,
      next: "Correct the file, or write it anew with `millrace data infer-schema`.",
      cause,
    });
  }
  return readMessage(value, "Schema", "schema") as Schema;
}

function readMessage(value: JsonValue, type: string, path: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return wrong(path, "an object");
  const fields: Record<string, unknown> = {};
  const unknownFields: UnknownField[] = [];
  const chosen = new Map<string, string>();
  for (const [key, held] of Object.entries(value as JsonObject)) {
    if (held === null) continue;
    const spec = messages[type]!.find(({ name }) => name === key || jsonName(name) === key);
    if (spec !== undefined && spec.kind !== "opaque") {
      const name = jsonName(spec.name);
      const place = `${path}.${name}`;
      const other = spec.choice === "" ? undefined : chosen.get(spec.choice);
      if (other !== undefined) wrong(place, `allowed beside ${other}: only one of them may be there`);
      if (spec.choice !== "") chosen.set(spec.choice, name);
      if (fields[name] !== undefined) wrong(place, "there once: it is written in both spellings");
      if (spec.map) fields[name] = readMap(held, spec.type, place);
      else if (!spec.repeated) fields[name] = readValue(held, spec, place);
      else if (!Array.isArray(held)) wrong(place, "a list");
      else fields[name] = held.map((item, index) => readValue(item as JsonValue, spec, `${place}[${index}]`));
    } else if (key === "unknownFields" && Array.isArray(held)) {
      for (const item of held as JsonObject[]) unknownFields.push({ name: String(item.name), text: String(item.text) });
    } else if (key === "comments" && Array.isArray(held)) fields.comments = held.map(String);
    else {
      if (spec === undefined) refuseMisspelt(key, type, path);
      unknownFields.push({ name: key, json: held });
    }
  }
  if (unknownFields.length > 0) fields.unknownFields = unknownFields;
  return fields;
}

/** A member of a later version is kept; one that looks like a known field is a mistake. */
function refuseMisspelt(key: string, type: string, path: string): void {
  const names = messages[type]!.flatMap(({ name }) => (/_/.test(key) ? [name] : [jsonName(name)]));
  const near = nearestName(key, names);
  if (near !== undefined) wrong(`${path}.${key}`, `a field; did you mean ${near}`);
}

function readMap(value: JsonValue, type: string, path: string): unknown[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return wrong(path, "an object");
  const valueSpec = messages[type]![1]!;
  return Object.entries(value as JsonObject).map(([key, held]) => ({
    key,
    value: readValue(held as JsonValue, valueSpec, `${path}[${JSON.stringify(key)}]`),
  }));
}

function readValue(value: JsonValue, spec: FieldSpec, path: string): unknown {
  switch (spec.kind) {
    case "message":
      return readMessage(value, spec.type, path);
    case "bool":
      return typeof value === "boolean" ? value : wrong(path, "true or false");
    case "int": {
      const number = typeof value === "string" && /^-?\d+$/.test(value) ? Number(value) : value;
      return Number.isSafeInteger(number) ? number : wrong(path, "a whole number within ±2^53");
    }
    case "enum": {
      const names = enums[spec.type]!;
      const named = typeof value === "number" ? names[value] : value;
      return Object.values(names).includes(named as string)
        ? named
        : wrong(path, `one of ${Object.values(names).join(", ")}`);
    }
    case "double":
    case "float":
      if (value === "Infinity" || value === "-Infinity" || value === "NaN") return Number(value);
      return typeof value === "number" ? value : wrong(path, "a number");
    default:
      return typeof value === "string" ? value : wrong(path, "a text");
  }
}

function wrong(path: string, expected: string): never {
  throw new MillraceError("VALIDATE_SCHEMA_JSON_INVALID", {
    message: `${path} of the schema's JSON is not ${expected}.`,
    next: `Correct ${path} in the schema.`,
    facts: { path },
  });
}
