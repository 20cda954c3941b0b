import type { JsonObject, JsonValue } from "@millrace/program";
import { decodeMessage, encodeMessage, shortest } from "./binary.ts";
import { statisticsInvalid } from "./invalid.ts";
import { enums, languageUrl, messages, type ProtoField, type ProtoMessage, type ProtoValue } from "./messages.ts";

/** A message in protocol buffers' JSON mapping under its proto names: zeros left out, 64-bit integers as text. */
export function messageToJson(message: ProtoMessage, type: string): JsonObject {
  const out: Record<string, JsonValue> = {};
  for (const field of messages[type]!) {
    const held = message[field.name];
    if (held === undefined) continue;
    if (!field.repeated) {
      // A member of a `oneof` is written even where it is zero: that it is there says something.
      if (field.type === "message" || !isZero(held, field) || oneofs.has(`${type}.${field.name}`))
        out[field.name] = toJson(held, field);
    } else if ((held as readonly ProtoValue[]).length > 0)
      out[field.name] = (held as readonly ProtoValue[]).map((value) => toJson(value, field));
  }
  return out;
}

const oneofs = new Set([
  "Custom.num",
  "Custom.str",
  "LiftSeries.y_int",
  "LiftSeries.y_string",
  "LiftSeries.y_count",
  "LiftValue.x_int",
  "LiftValue.x_string",
  "LiftValue.x_count",
  "LiftValue.x_and_y_count",
  "Token.string_token",
  "Token.int_token",
]);

const isZero = (value: ProtoValue, { type, of }: ProtoField) =>
  type === "enum" ? value === enums[of]![0] : Object.is(value, 0) || value === "";

function toJson(value: ProtoValue, { type, of }: ProtoField): JsonValue {
  if (type === "message" && of === "Any") return anyToJson(value as ProtoMessage);
  if (type === "message") return messageToJson(value as ProtoMessage, of);
  if (type === "int") return String(value);
  if (type === "bytes") return Buffer.from(value as Uint8Array).toString("base64");
  if (type !== "double" && type !== "float") return value as string;
  const number = type === "float" ? shortest(Math.fround(value as number)) : (value as number);
  return Number.isFinite(number) ? number : Number.isNaN(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity";
}

function anyToJson(any: ProtoMessage): JsonObject {
  const url = String(any.type_url ?? "");
  const value = (any.value ?? new Uint8Array()) as Uint8Array;
  if (url === languageUrl) return { "@type": url, ...messageToJson(decodeMessage(value, "Language"), "Language") };
  return { "@type": url, value: Buffer.from(value).toString("base64") };
}

/**
 * Reads a message of the JSON mapping, under snake-case or camel-case names; names that are not known are passed over.
 *
 * Errors: VALIDATE_STATISTICS_INVALID: with the path of a value of the wrong kind.
 */
export function messageFromJson(json: JsonValue, type: string, path: string): ProtoMessage {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return wrong(path, "an object");
  const message: Record<string, ProtoValue> = Object.create(null);
  const fields = new Map(
    messages[type]!.flatMap((field) => [field.name, camelCase(field.name)].map((n) => [n, field])),
  );
  for (const [name, held] of Object.entries(json)) {
    const field = fields.get(name);
    if (field === undefined || held === null) continue;
    const place = `${path}.${name}`;
    if (!field.repeated) message[field.name] = fromJson(held as JsonValue, field, place);
    else if (!Array.isArray(held)) wrong(place, "a list");
    else message[field.name] = held.map((one, k) => fromJson(one as JsonValue, field, `${place}[${k}]`));
  }
  return message;
}

const camelCase = (name: string) => name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

function fromJson(value: JsonValue, { type, of }: ProtoField, path: string): ProtoValue {
  if (type === "message") return of === "Any" ? anyFromJson(value, path) : messageFromJson(value, of, path);
  if (type === "enum") {
    const word = typeof value === "number" ? enums[of]![value] : value;
    return enums[of]!.includes(word as string) ? (word as string) : wrong(path, `one of ${enums[of]!.join(", ")}`);
  }
  if (type === "string") return typeof value === "string" ? value : wrong(path, "a text");
  if (type === "bytes") return typeof value === "string" ? Buffer.from(value, "base64") : wrong(path, "a base64 text");
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number !== "number" || (Number.isNaN(number) && value !== "NaN")) return wrong(path, "a number");
  if (type === "int" && !Number.isSafeInteger(number)) return wrong(path, "a whole number within ±2^53");
  return number;
}

function anyFromJson(value: JsonValue, path: string): ProtoMessage {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return wrong(path, "an object");
  const { "@type": url, ...rest } = value as JsonObject;
  if (url === languageUrl)
    return { type_url: languageUrl, value: encodeMessage(messageFromJson(rest, "Language", path), "Language") };
  const packed = typeof rest.value === "string" ? Buffer.from(rest.value, "base64") : new Uint8Array();
  return { type_url: String(url ?? ""), value: packed };
}

function wrong(path: string, expected: string): never {
  throw statisticsInvalid(`${path} is not ${expected}`);
}
