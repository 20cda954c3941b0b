import { isDeepStrictEqual } from "node:util";
import { type FieldSpec, jsonName, messages } from "./fields.ts";
import type { Schema } from "./model.ts";
import { schemaFromText, writeField, writeScalar } from "./schema-text.ts";
import { parseTextProto, type TextField, type TextMessage } from "./text-proto.ts";

type Fields = Record<string, unknown>;

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * The text of a schema changed into another schema, with the comments, the order and the layout of everything that
 * stays as it was.
 *
 * ```ts
 * const text = 'feature {\n  # in years\n  name: "age"\n  type: INT\n}\n';
 * editSchemaText(text, { feature: [{ name: "age", type: "FLOAT" }] });
 * // 'feature {\n  # in years\n  name: "age"\n  type: FLOAT\n}\n'
 * ```
 *
 * Features and domains are matched by name; what is new stands after the last of its kind.
 * Errors: VALIDATE_SCHEMA_TEXT_INVALID: when the text is no schema.
 */
export function editSchemaText(text: string, schema: Schema): string {
  const edits: Edit[] = [];
  editMessage(text, parseTextProto(text), schemaFromText(text) as Fields, schema as Fields, "Schema", edits);
  let out = text;
  // From the end, so that places stay; of edits at one place the later one comes behind.
  for (const { start, end, text: replacement } of edits
    .toSorted((a, b) => a.start - b.start || a.end - b.end)
    .reverse())
    out = out.slice(0, start) + replacement + out.slice(end);
  return out;
}

function editMessage(source: string, message: TextMessage, before: Fields, after: Fields, type: string, edits: Edit[]) {
  for (const spec of messages[type]!) {
    const key = jsonName(spec.name);
    const held = message.fields.filter(({ name, listIndex }) => name === spec.name && listIndex !== -1);
    if (isDeepStrictEqual(before[key], after[key]) || spec.kind === "opaque") continue;
    if (spec.repeated)
      editRepeated(
        source,
        message,
        held,
        (before[key] ?? []) as unknown[],
        (after[key] ?? []) as unknown[],
        spec,
        edits,
      );
    else if (after[key] === undefined) for (const field of held) edits.push(removal(source, field));
    else if (held.length === 0) edits.push(insertion(source, message, [after[key]], spec));
    else editField(source, held[0]!, before[key], after[key], spec, edits);
  }
}

function editField(source: string, field: TextField, before: unknown, after: unknown, spec: FieldSpec, edits: Edit[]) {
  if (spec.kind === "message" && "fields" in field.value)
    editMessage(source, field.value, (before ?? {}) as Fields, after as Fields, spec.type, edits);
  else edits.push({ start: field.valueStart, end: field.end, text: writeScalar(after, spec) });
}

function editRepeated(
  source: string,
  message: TextMessage,
  held: readonly TextField[],
  before: readonly unknown[],
  after: readonly unknown[],
  spec: FieldSpec,
  edits: Edit[],
): void {
  const identity = (value: unknown, index: number): unknown => {
    if (spec.kind !== "message") return value;
    const named = value as { name?: string; key?: string };
    return named.name ?? named.key ?? index;
  };
  const wanted = new Map(after.map((value, index) => [identity(value, index), value]));
  const kept = new Set<unknown>();
  if (held.some(({ listIndex }) => listIndex !== undefined) && spec.kind !== "message") {
    // Values of a list share one place: the first list takes them all.
    const lists = new Map(held.map((field) => [field.start, field]));
    for (const [index, field] of [...lists.values()].entries()) {
      const list = `[${after.map((value) => writeScalar(value, spec)).join(", ")}]`;
      if (index === 0 && after.length > 0) edits.push({ start: field.valueStart, end: field.end, text: list });
      else edits.push(removal(source, field));
    }
    return;
  }
  for (const [index, field] of held.entries()) {
    const id = identity(before[index], index);
    const value = wanted.get(id);
    if (value === undefined || kept.has(id)) edits.push(removal(source, field));
    else if (!isDeepStrictEqual(before[index], value)) editField(source, field, before[index], value, spec, edits);
    kept.add(id);
  }
  const added = [...wanted].filter(([id]) => !kept.has(id)).map(([, value]) => value);
  if (added.length > 0) edits.push(insertion(source, message, added, spec));
}

/** Takes the field out, with its line where nothing else stands there. */
function removal(source: string, { start, end }: TextField): Edit {
  const lineStart = source.lastIndexOf("\n", start - 1) + 1;
  const rest = /^[ \t]*[,;]?[ \t]*(#[^\n]*)?(\n|$)/.exec(source.slice(end));
  if (source.slice(lineStart, start).trim() === "" && rest !== null)
    return { start: lineStart, end: end + rest[0].length, text: "" };
  const separator = /^[ \t]*[,;]?[ \t]*/.exec(source.slice(end))![0].length;
  return { start, end: end + separator, text: "" };
}

/** Puts new values after the last field of their kind, else at the end of the message. */
function insertion(source: string, message: TextMessage, values: readonly unknown[], spec: FieldSpec): Edit {
  const { fields, start, end } = message;
  const inline = end < source.length && !source.slice(start, end).includes("\n");
  if (inline) {
    const text = values.map((value) => writeField(value, spec, "").trim().replaceAll(/\n\s*/g, " ")).join(" ");
    const at = start + source.slice(start, end).trimEnd().length;
    return { start: at, end: at, text: ` ${text}${at === end ? " " : ""}` };
  }
  const first = fields[0];
  const lineStart = first === undefined ? 0 : source.lastIndexOf("\n", first.start - 1) + 1;
  const lead = first === undefined ? "" : source.slice(lineStart, first.start);
  const indent = lead.trim() === "" ? lead : "  ";
  const last = fields.findLast(({ name }) => name === spec.name) ?? fields.at(-1);
  const text = values.map((value) => writeField(value, spec, indent)).join("");
  const from = last?.end ?? start;
  const lineEnd = source.indexOf("\n", from);
  const at = lineEnd < 0 || lineEnd > end ? Math.min(end, source.length) : lineEnd + 1;
  return { start: at, end: at, text: at > 0 && source[at - 1] !== "\n" ? `\n${text}` : text };
}
