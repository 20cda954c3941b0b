import { MillraceError } from "#kernel";
import type { ReadProblem } from "../model.ts";
import type { FoundFile } from "../sources/find-files.ts";
import type { FileSource } from "../sources/source-schema.ts";
import { typeValues } from "../typing/value-column.ts";
import { jsonElements, jsonLines, parseRecord } from "./json-records.ts";
import { ObjectColumns } from "./object-columns.ts";
import { duplicateName, emptyFile } from "./read-csv.ts";
import type { ReadTable } from "./read-table.ts";
import { openTextFile } from "./utf8-chunks.ts";

/** `jsonl` is one object a line, `json` one array of objects. */
export type JsonFormat = "jsonl" | "json";

/** Reads objects: columns in order of first appearance, absent keys missing, nested values as their JSON text. */
export async function readJson(
  files: readonly FoundFile[],
  source: FileSource,
  format: JsonFormat,
): Promise<ReadTable> {
  const columns = new ObjectColumns();
  const problems: ReadProblem[] = [];
  const fileRows: number[] = [];
  let encoding = "utf-8";
  for (const file of files) {
    const before = columns.rows;
    encoding = await readJsonFile(file, source, format, columns);
    fileRows.push(columns.rows - before);
  }
  const { rows } = columns;
  const typed = [...columns.take()].map(([name, values]) => typeValues(name, values, source.nullValues, problems));
  return { format, encoding, delimiter: null, header: null, rows, columns: typed, fileRows, problems };
}

/** Adds a file's rows to the columns, and says its encoding; `each` is called after every row with its length. */
export async function readJsonFile(
  file: FoundFile,
  source: FileSource,
  format: JsonFormat,
  columns: ObjectColumns,
  each?: (length: number) => Promise<void> | undefined,
): Promise<string> {
  const { chunks, encoding } = await openTextFile(file.path, file.name, {
    encoding: source.encoding,
    maxBytes: source.maxBytes,
  });
  const records = format === "json" ? jsonElements : jsonLines;
  let rows = 0;
  for await (const record of records(chunks, file.name)) {
    columns.add(parseRecord(record, file.name), (name, other, a, b) =>
      duplicateName(file.name, record.line, name, other, a, b),
    );
    rows++;
    const wait = each?.(record.text.length);
    if (wait !== undefined) await wait;
  }
  if (rows === 0) throw format === "json" ? emptyArray(file.name) : emptyFile(file.name);
  return encoding;
}

function emptyArray(file: string): MillraceError {
  return new MillraceError("DATASET_ROWS_NONE", {
    message: `${file} is an array without an element.`,
    next: "Give a file with rows.",
    facts: { file },
  });
}
