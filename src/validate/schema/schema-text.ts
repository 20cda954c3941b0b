import type { JsonValue } from "@millrace/program";
import { knownNames, MillraceError, nearestName } from "#kernel";
import { enums, type FieldSpec, jsonName, messages } from "./fields.ts";
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
  const comments: string[] = [];
  const chosen = new Map<string, string>();
  for (const field of source.fields) {
    const spec = specs.find(({ name }) => name === field.name);
    if (spec === undefined) refuseMisspelt(field, specs, type);
    else {
      const other = spec.choice === "" ? undefined : chosen.get(spec.choice);
      if (other !== undefined && other !== spec.name)
        throw invalid(field, `stands beside ${other}, and ${type} may have only one of them`, type);
      if (spec.choice !== "") chosen.set(spec.choice, spec.name);
      if (!spec.repeated && fields[jsonName(spec.name)] !== undefined) throw invalid(field, "stands there twice", type);
    }
    const value = spec === undefined ? undefined : readValue(field, spec, type);
    // Comments before a message belong to it, those before a single value to the message around it.
    const belongs = value !== null && typeof value === "object" ? (value as { comments?: string[] }) : undefined;
    if (belongs === undefined) comments.push(...field.comments);
    else if (field.comments.length > 0) belongs.comments = [...field.comments, ...(belongs.comments ?? [])];
    if (spec === undefined || value === undefined) {
      // A list is one text for all its elements, so it is kept once.
      if ((field.listIndex ?? 0) <= 0) unknownFields.push({ name: field.name, text: field.text });
      continue;
    }
    const key = jsonName(spec.name);
    if (!spec.repeated) fields[key] = value;
    else if (fields[key] === undefined) fields[key] = [value];
    else (fields[key] as unknown[]).push(value);
  }
  comments.push(...source.comments);
  if (unknownFields.length > 0) fields.unknownFields = unknownFields;
  if (comments.length > 0) fields.comments = comments;
  return fields;
}

/** A field of a later version is kept; one that looks like a known field is a mistake. */
function refuseMisspelt(field: TextField, specs: readonly FieldSpec[], type: string): void {
  const near = field.name.startsWith("[")
    ? undefined
    : nearestName(
        field.name,
        specs.map(({ name }) => name),
      );
  if (near !== undefined) throw invalid(field, `is not a field; did you mean ${near}?`, type);
}

function invalid({ name, line }: TextField, problem: string, type: string): MillraceError {
  return new MillraceError("VALIDATE_SCHEMA_TEXT_INVALID", {
    message: `The field ${name} of ${type} at line ${line} of the schema ${problem}${/[?.]$/.test(problem) ? "" : "."}`,
    next: "Correct the schema's text at that line.",
    facts: { line, field: name },
  });
}

/** The value, or `undefined` where a double cannot carry it. */
function readValue(field: TextField, spec: FieldSpec, type: string): unknown {
  const { value } = field;
  const wrong = (expected: string): never => {
    throw invalid(field, `is not ${expected}`, type);
  };
  if (spec.kind === "opaque" || field.listIndex === -1) return undefined;
  if (spec.kind === "message") return "fields" in value ? readMessage(value, spec.type) : wrong("a message in braces");
  if ("fields" in value) return wrong("a single value");
  if (spec.kind === "string") return "string" in value ? value.string : wrong("a quoted text");
  if (!("token" in value)) return wrong(spec.kind === "enum" ? "a name" : "a number or true or false");
  const token = value.token;
  switch (spec.kind) {
    case "enum": {
      const names = enums[spec.type]!;
      const named = names[Number(token)] ?? token;
      if (Object.values(names).includes(named)) return named;
      throw invalid(field, `is ${token}; ${knownNames(token, Object.values(names))}`, type);
    }
    case "bool":
      if (["true", "True", "t", "1"].includes(token)) return true;
      return ["false", "False", "f", "0"].includes(token) ? false : wrong("true or false");
    case "int": {
      if (!/^-?(\d+|0[xX][0-9a-fA-F]+)$/.test(token)) return wrong("a whole number");
      const number = token.startsWith("-") ? -Number(token.slice(1)) : Number(token);
      if (BigInt(token.replace("-", "")) > 2n ** 63n) return wrong("a whole number of 64 bits");
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

/** The fields of a message as text, one a line. */
export function writeMessage(fields: Fields, type: string, indent: string): string {
  let text = "";
  for (const spec of messages[type]!) {
    const held = fields[jsonName(spec.name)];
    if (held === undefined) continue;
    for (const value of spec.repeated ? (held as unknown[]) : [held]) text += writeField(value, spec, indent);
  }
  for (const unknown of (fields.unknownFields as UnknownField[] | undefined) ?? [])
    text +=
      "text" in unknown
        ? `${indent}${unknown.name}${spaced(unknown.text)}\n`
        : writeJson(unknown.name, unknown.json, indent);
  // Those of a message within another stand before it.
  return indent === "" ? commentLines(fields, "") + text : text;
}

export function writeField(value: unknown, spec: FieldSpec, indent: string): string {
  if (spec.kind !== "message") return `${indent}${spec.name}: ${writeScalar(value, spec)}\n`;
  const inner = writeMessage(value as Fields, spec.type, `${indent}  `);
  return `${commentLines(value as Fields, indent)}${indent}${spec.name} {\n${inner}${indent}}\n`;
}

function commentLines({ comments }: Fields, indent: string): string {
  return ((comments as string[] | undefined) ?? []).map((comment) => `${`${indent}# ${comment}`.trimEnd()}\n`).join("");
}

function spaced(text: string): string {
  return text.startsWith(":") ? text : ` ${text}`;
}

export function writeScalar(value: unknown, spec: FieldSpec): string {
  if (spec.kind === "string") return quoteText(String(value));
  if (spec.kind === "double" || spec.kind === "float") {
    const digits = String(value).replace("Infinity", "inf").replace("NaN", "nan");
    return /[.ein]/.test(digits) ? digits : `${digits}.0`;
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
