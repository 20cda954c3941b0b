import { MillraceError } from "#kernel";
import type { Value } from "../typing/value-column.ts";
import { emptyFile } from "./read-csv.ts";

/** A record longer than this is taken for one that never ends. */
const MAX_RECORD_BYTES = 1 << 28;

/** The text of one record, and where it stands: its line, and its number where it is an element of an array. */
export interface JsonRecord {
  readonly text: string;
  readonly line: number;
  readonly element?: number;
}

/** The lines of a text, each one record; blank lines are passed over. */
export async function* jsonLines(chunks: AsyncIterable<Buffer>, file: string): AsyncGenerator<JsonRecord> {
  const held = new Held();
  let line = 1;
  for await (const chunk of chunks) {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(10, start);
      if (end === -1) break;
      const text = held.take(chunk.subarray(start, end));
      if (text.trim() !== "") yield { text, line };
      line++;
      start = end + 1;
    }
    if (!held.keep(chunk.subarray(start))) throw broken(file, { text: "", line }, endless);
  }
  const text = held.take(Buffer.alloc(0));
  if (text.trim() !== "") yield { text, line };
}

/** The elements of the one array that a text holds, in order. */
export async function* jsonElements(chunks: AsyncIterable<Buffer>, file: string): AsyncGenerator<JsonRecord> {
  const held = new Held();
  let opened = false;
  let closed = false;
  let depth = 0;
  let inText = false;
  let escaped = false;
  let element = 1;
  let line = 1;
  // The line on which the element begins, or the blanks before it.
  let from = 1;
  for await (const chunk of chunks) {
    let start = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]!;
      if (byte === 10) line++;
      if (inText) {
        if (escaped) escaped = false;
        else if (byte === 92) escaped = true;
        else if (byte === 34) inText = false;
      } else if (!opened || closed) {
        if (isBlank(byte)) continue;
        if (closed) throw broken(file, { text: "", line }, "something follows the bracket that closes the array");
        if (byte !== 91) throw noArray(file, line, byte);
        opened = true;
        from = line;
        start = at + 1;
      } else if (byte === 34) inText = true;
      else if (byte === 123 || byte === 91) depth++;
      else if (depth > 0) {
        if (byte === 125 || byte === 93) depth--;
      } else if (byte === 44 || byte === 93) {
        const text = held.take(chunk.subarray(start, at));
        const record = { text, line: from + newlinesBefore(text), element };
        const empty = text.trim() === "";
        if (empty && (byte === 44 || element > 1)) throw broken(file, record, "nothing stands between its commas");
        if (!empty) yield record;
        element++;
        start = at + 1;
        from = line;
        closed = byte === 93;
      }
    }
    if (opened && !closed && !held.keep(chunk.subarray(start)))
      throw broken(file, { text: "", line: from, element }, endless);
  }
  if (!opened) throw emptyFile(file);
  if (!closed) throw broken(file, { text: "", line: from, element }, "the file ends before the array does");
}

const endless = `it does not end within ${MAX_RECORD_BYTES} bytes`;

const isBlank = (byte: number) => byte === 32 || (byte >= 9 && byte <= 13);

const newlinesBefore = (text: string) => text.slice(0, text.length - text.trimStart().length).split("\n").length - 1;

/** The pieces of a record that chunks cut, put together once. */
class Held {
  #pieces: Buffer[] = [];
  #size = 0;

  /** False where the record has become too long. */
  keep(piece: Buffer): boolean {
    // A copy: the chunk may be used again for the next bytes.
    if (piece.length > 0) this.#pieces.push(Buffer.from(piece));
    this.#size += piece.length;
    return this.#size <= MAX_RECORD_BYTES;
  }

  take(last: Buffer): string {
    if (this.#size === 0) return last.toString("utf8");
    const text = Buffer.concat([...this.#pieces, last]).toString("utf8");
    this.#pieces = [];
    this.#size = 0;
    return text;
  }
}

/** A record's values by name, nested ones as their JSON text. Errors: DATASET_JSON_BROKEN: with file, line, and element. */
export function parseRecord(record: JsonRecord, file: string): Map<string, Value> {
  const { text } = record;
  let parsed: unknown;
  try {
    parsed = /\d{16}/.test(text) ? JSON.parse(text, exactIntegers as never) : JSON.parse(text);
  } catch (error) {
    throw broken(file, record, (error as Error).message, error);
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed))
    throw broken(file, record, "it is not an object with named values");
  const out = new Map<string, Value>();
  for (const [key, value] of Object.entries(parsed))
    out.set(key, typeof value === "object" && value !== null ? jsonText(value) : (value as Value));
  return out;
}

/** A nested value as JSON, whole numbers beyond 2^53 with all their digits. */
function jsonText(value: unknown): string {
  if (typeof value === "bigint") return String(value);
  if (Array.isArray(value)) return `[${value.map(jsonText).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, inner]) => `${JSON.stringify(key)}:${jsonText(inner)}`)
    .join(",")}}`;
}

/** Keeps whole numbers that a double would round. */
function exactIntegers(_key: string, value: unknown, context: { source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  return context.source !== undefined && /^-?\d+$/.test(context.source) ? BigInt(context.source) : value;
}

function broken(file: string, { text, line, element }: JsonRecord, what: string, cause?: unknown): MillraceError {
  const position = /position (\d+)/.exec(what)?.[1];
  const told = what.replace(/ at position \d+.*$/s, "").replace(/\.$/, "");
  if (element !== undefined) {
    // A record's own lines are counted on from where it begins, behind the blanks before it.
    const begin = text.length - text.trimStart().length;
    const on = position === undefined ? 0 : text.slice(begin, Number(position)).split("\n").length - 1;
    return new MillraceError("DATASET_JSON_BROKEN", {
      message: `${file}: element ${element} of the array, on line ${line + on}, is not a JSON object: ${told}.`,
      next: "Write one array of objects, as [{…}, {…}].",
      facts: { file, line: line + on, element },
      cause,
    });
  }
  const column = position === undefined ? undefined : Number(position) + 1;
  return new MillraceError("DATASET_JSON_BROKEN", {
    message: `${file}: line ${line}${column === undefined ? "" : `, column ${column},`} is not a JSON object: ${told}.`,
    next: 'Write one JSON object a line; a file that is one JSON array of objects is read as `format: "json"` (--format json).',
    facts: { file, line, ...(column === undefined ? {} : { column }) },
    cause,
  });
}

function noArray(file: string, line: number, byte: number): MillraceError {
  const object = byte === 123;
  return new MillraceError("DATASET_JSON_BROKEN", {
    message: `${file}: line ${line} begins ${object ? "an object" : `with ${JSON.stringify(String.fromCharCode(byte))}`}, but a .json file of data is one array of objects.`,
    next: 'Give the array alone, as [{…}, {…}]; where each line is an object, set `format: "jsonl"` on the source (--format jsonl).',
    facts: { file, line },
  });
}
