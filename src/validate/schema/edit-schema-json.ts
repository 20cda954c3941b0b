import type { JsonObject, JsonValue } from "@millrace/program";
import { jsonName } from "./fields.ts";
import type { Schema } from "./model.ts";
import { schemaFromJson, schemaToJson } from "./schema-json.ts";

/** The JSON of a schema changed into another schema, with the order, the spelling and the indentation of the first. */
export function editSchemaJson(text: string, schema: Schema): string {
  schemaFromJson(text);
  const indent = /\n([ \t]+)"/.exec(text)?.[1] ?? 2;
  const merged = merge(JSON.parse(text) as JsonValue, schemaToJson(schema));
  return `${JSON.stringify(merged, null, text.includes("\n") ? indent : 0)}${text.endsWith("\n") ? "\n" : ""}`;
}

function merge(source: JsonValue, target: JsonValue): JsonValue {
  if (Array.isArray(source) && Array.isArray(target)) {
    const named = (value: JsonValue) => (value as JsonObject | null)?.name;
    return target.map((value, index) => {
      const name = named(value as JsonValue);
      const match = name === undefined ? source[index] : source.find((one) => named(one as JsonValue) === name);
      return match === undefined ? value : merge(match as JsonValue, value as JsonValue);
    });
  }
  if (!isObject(source) || !isObject(target)) {
    // Whole numbers stay numbers where they were written so.
    return typeof source === "number" && typeof target === "string" && /^-?\d+$/.test(target) ? Number(target) : target;
  }
  const left = new Map(Object.entries(target));
  const out: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(source)) {
    const name = left.has(key) ? key : jsonName(key);
    if (!left.has(name)) continue;
    out[key] = merge(value as JsonValue, left.get(name) as JsonValue);
    left.delete(name);
  }
  for (const [key, value] of left) out[key] = value as JsonValue;
  return out;
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
