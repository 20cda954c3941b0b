import type { JsonValue } from "@millrace/program";
import { MillraceError } from "#kernel";
import { type FieldSpec, jsonName, messages } from "./fields.ts";
import type { Schema, UnknownField } from "./model.ts";
import { parseTextProto, quoteText, type TextField, type TextMessage } from "./text-proto.ts";

type Fields = Record<string, unknown>;

/**
 * Reads a schema in text-proto form (`.pbtxt`).
 *
 * ```ts
 * schemaFromText('feature { name: "age" type: INT }').feature?.[0]?.type; // "INT"
 * ```
 *
 * Fields that are not known, and whole numbers beyond ±2^53, are kept as they were written and go back out unchanged.
 * Errors: VALIDATE_SCHEMA_TEXT_INVALID: when the text does not parse or a known field has the wrong type.
 */
export function schemaFromText(text: string): Schema {
  return readMessage(parseTextProto(text), "Schema") as Schema;
}

function readMessage(source: TextMessage, type: string): Fields {
  const specs = messages[type]!;
  const fields: Fields = {};
  const unknownFields: UnknownField[] = [];
  for (const field of source.fields) {
    const spec = specs.find(({ name }) => name === field.name);
    const value = spec === undefined ? undefined : readValue(field, spec, type);
    if (spec === undefined || value === undefined) {
      // A list is one text for all its elements, so it is kept once.
      if (
        unknownFields.some(
          (kept) =>
            kept.name === field.name && "text" in kept && field.text.startsWith(": [") && kept.text === field.text,
        )
      )
        continue;
      unknownFields.push({ name: field.name, text: field.text });
      continue;
    }
    const key = jsonName(spec.name);
    if (spec.repeated) fields[key] = [...((fields[key] as unknown[]) ?? []), value];
    else fields[key] = value;
  }
  if (unknownFields.length > 0) fields.unknownFields = unknownFields;
  return fields;
}

/** The value, or `undefined` where a double cannot carry it. */
function readValue({ name, value, line }: TextField, spec: FieldSpec, type: string): unknown {
  const wrong = (expected: string): never => {
    throw new MillraceError("VALIDATE_SCHEMA_TEXT_INVALID", {
      message: `The field ${name} of ${type} at line ${line} of the schema is not ${expected}.`,
      next: "Correct the schema's text at that line.",
      facts: { line, field: name },
    });
  };
  if (spec.kind === "message")
    return "fields" in value ? readMessage(value, spec.message) : wrong("a message in braces");
  if ("fields" in value) return wrong("a single value");
  if (spec.kind === "string") return "string" in value ? value.string : wrong("a quoted text");
  if (!("token" in value)) return wrong(spec.kind === "enum" ? "a name" : "a number or true or false");
  const token = value.token;
  switch (spec.kind) {
    case "enum":
      return token;
    case "bool":
      if (["true", "True", "t", "1"].includes(token)) return true;
      return ["false", "False", "f", "0"].includes(token) ? false : wrong("true or false");
    case "int": {
      if (!/^-?(\d+|0[xX][0-9a-fA-F]+)$/.test(token)) return wrong("a whole number");
      const number = token.startsWith("-") ? -Number(token.slice(1)) : Number(token);
      return Number.isSafeInteger(number) ? number : undefined;
    }
    default: {
      const bare = token.toLowerCase().replace(/f$/, "");
      const special = {
        inf: Infinity,
        in: Infinity,
        infinity: Infinity,
        "-inf": -Infinity,
        "-in": -Infinity,
        nan: Number.NaN,
      }[bare];
      const number = special ?? Number(bare);
      if (Number.isNaN(number) && special === undefined) return wrong("a number");
      return Number.isFinite(number) ? number : undefined;
    }
  }
}

/**
 * Writes a schema in text-proto form, in the order of field numbers, as `text_format` of protocol buffers does; unknown
 * fields stand at the end of their message.
 */
export function schemaToText(schema: Schema): string {
  return writeMessage(schema as Fields, "Schema", "");
}

function writeMessage(fields: Fields, type: string, indent: string): string {
  let text = "";
  for (const spec of messages[type]!) {
    const held = fields[jsonName(spec.name)];
    if (held === undefined) continue;
    for (const value of spec.repeated ? (held as unknown[]) : [held]) {
      if (spec.kind === "message")
        text += `${indent}${spec.name} {\n${writeMessage(value as Fields, spec.message, `${indent}  `)}${indent}}\n`;
      else text += `${indent}${spec.name}: ${writeScalar(value, spec)}\n`;
    }
  }
  for (const unknown of (fields.unknownFields as UnknownField[] | undefined) ?? [])
    text +=
      "text" in unknown
        ? `${indent}${unknown.name}${spaced(unknown.text)}\n`
        : writeJson(unknown.name, unknown.json, indent);
  return text;
}

function spaced(text: string): string {
  return text.startsWith(":") ? text : ` ${text}`;
}

function writeScalar(value: unknown, spec: FieldSpec): string {
  if (spec.kind === "string") return quoteText(String(value));
  if (spec.kind === "double" || spec.kind === "float") {
    const digits = String(value);
    return /[.e]/.test(digits) ? digits : `${digits}.0`;
  }
  return String(value);
}

function writeJson(name: string, value: JsonValue, indent: string): string {
  if (Array.isArray(value)) return value.map((item) => writeJson(name, item as JsonValue, indent)).join("");
  if (value === null) return "";
  if (typeof value !== "object")
    return `${indent}${name}: ${typeof value === "string" ? quoteText(value) : String(value)}\n`;
  const inner = Object.entries(value).map(([key, item]) => writeJson(snakeName(key), item, `${indent}  `));
  return `${indent}${name} {\n${inner.join("")}${indent}}\n`;
}

function snakeName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
