import { MillraceError } from "#kernel";
import { foldName } from "../engine/quoting.ts";
import type { ReadProblem } from "../model.ts";
import type { FoundFile } from "../sources/find-files.ts";
import type { FileSource } from "../sources/source-schema.ts";
import { typeValues, type Value } from "../typing/value-column.ts";
import { duplicateName, emptyFile } from "./read-csv.ts";
import type { ReadTable } from "./read-table.ts";
import { openTextFile } from "./utf8-chunks.ts";

/** Reads JSON Lines: one object a line, columns in order of first appearance, absent keys missing, nested values as their JSON text. */
export async function readJsonl(files: readonly FoundFile[], source: FileSource): Promise<ReadTable> {
  const columns = new Map<string, Value[]>();
  const folded = new Map<string, string>();
  const problems: ReadProblem[] = [];
  const fileRows: number[] = [];
  let rows = 0;
  let encoding = "utf-8";
  for (const file of files) {
    const before = rows;
    const text = await openTextFile(file.path, file.name, { encoding: source.encoding, maxBytes: source.maxBytes });
    encoding = text.encoding;
    let line = 0;
    for await (const content of lines(text.chunks)) {
      line++;
      if (content.trim() === "") continue;
      for (const [key, value] of parseLine(content, file.name, line)) {
        let column = columns.get(key);
        if (column === undefined) {
          const other = folded.get(foldName(key));
          if (other !== undefined)
            throw duplicateName(file.name, line, key, other, [...columns.keys()].indexOf(other) + 1, columns.size + 1);
          folded.set(foldName(key), key);
          column = [];
          columns.set(key, column);
        }
        while (column.length < rows) column.push(null);
        column.push(value);
      }
      rows++;
    }
    if (rows === before) throw emptyFile(file.name);
    fileRows.push(rows - before);
  }
  const typed = [...columns].map(([name, values]) => {
    while (values.length < rows) values.push(null);
    return typeValues(name, values, source.nullValues, problems);
  });
  return { format: "jsonl", encoding, delimiter: null, header: null, rows, columns: typed, fileRows, problems };
}

async function* lines(chunks: AsyncGenerator<Buffer>): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let start = 0;
    for (;;) {
      const end = bytes.indexOf(10, start);
      if (end === -1) break;
      yield bytes.toString("utf8", start, end);
      start = end + 1;
    }
    rest = bytes.subarray(start);
  }
  if (rest.length > 0) yield rest.toString("utf8");
}

function parseLine(content: string, file: string, line: number): Map<string, Value> {
  let parsed: unknown;
  try {
    parsed = /\d{16}/.test(content) ? JSON.parse(content, exactIntegers as never) : JSON.parse(content);
  } catch (error) {
    throw brokenLine(file, line, (error as Error).message, error);
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed))
    throw brokenLine(file, line, "it is not an object with named values");
  const out = new Map<string, Value>();
  for (const [key, value] of Object.entries(parsed)) {
    if (
      value === null ||
      typeof value === "string" ||
      typeof value === "boolean" ||
      typeof value === "number" ||
      typeof value === "bigint"
    )
      out.set(key, value as Value);
    else out.set(key, jsonText(value));
  }
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

function brokenLine(file: string, line: number, what: string, cause?: unknown): MillraceError {
  const column = /position (\d+)/.exec(what)?.[1];
  return new MillraceError("DATASET_JSON_BROKEN", {
    message: `${file}: line ${line}${column === undefined ? "" : `, column ${Number(column) + 1},`} is not a JSON object: ${what.replace(/\.$/, "")}.`,
    next: "Write one JSON object a line; a file that is one JSON array can be turned with `jq -c '.[]'`.",
    facts: { file, line, ...(column === undefined ? {} : { column: Number(column) + 1 }) },
    cause,
  });
}
