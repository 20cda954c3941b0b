import type { JsonObject, JsonValue, ProgramInput } from "@millrace/program";
import { invalid, isObject, objectOr } from "../read-rows.ts";
import { readCsv } from "./csv.ts";

/**
 * The rows of MLflow's scoring protocol: `dataframe_split`, `dataframe_records`, `instances` or `inputs`. Lists without
 * names are read in the order of the model's inputs.
 *
 * Errors: SERVE_REQUEST_INVALID.
 * Source: mlflow.org, "Deploy MLflow Model as a Local Inference Server", "Accepted Input Formats", MLflow 3.
 */
export function rowsFromInvocation(body: JsonValue, inputs: readonly ProgramInput[]): readonly JsonObject[] {
  const request = objectOr(body, "The body is not a JSON object.");
  const formats = ["dataframe_split", "dataframe_records", "instances", "inputs"].filter((name) => name in request);
  if (formats.length !== 1)
    throw invalid(
      `The body holds ${formats.length} of dataframe_split, dataframe_records, instances and inputs; it must hold one.`,
    );
  const names = inputs.map((input) => input.name);
  const value = request[formats[0]!]!;
  if (formats[0] === "dataframe_split") return fromSplit(objectOr(value, "dataframe_split is not an object."), names);
  if (formats[0] === "dataframe_records") return listOf(value, "dataframe_records").map((row) => named(row, names));
  if (isObject(value)) return fromColumns(value);
  const list = listOf(value, formats[0]!);
  const flat = names.length === 1 ? list.map((cell) => (typeof cell === "object" ? cell : [cell])) : list;
  return flat.map((row) => named(row, names));
}

/** The rows of a `text/csv` body with a header; numbers and truth values are read where the model's input is one. */
export function rowsFromCsv(text: string, inputs: readonly ProgramInput[]): readonly JsonObject[] {
  const [header, ...lines] = readCsv(text);
  if (header === undefined) throw invalid("The CSV body is empty.");
  const types = new Map(inputs.map((input) => [input.name, input.type]));
  return lines.map((cells, line) => {
    if (cells.length !== header.length)
      throw invalid(`CSV row ${line + 1} holds ${cells.length} cells; the header names ${header.length}.`);
    return Object.fromEntries(cells.map((cell, column) => [header[column]!, typed(cell, types.get(header[column]!))]));
  });
}

function typed(cell: string, type: ProgramInput["type"] | undefined): JsonValue {
  if (cell === "") return null;
  if (type === "number" || type === "integer")
    return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(cell) ? Number(cell) : cell;
  if (type === "bool") return /^true$/i.test(cell) ? true : /^false$/i.test(cell) ? false : cell;
  return cell;
}

function fromSplit(split: JsonObject, names: readonly string[]): readonly JsonObject[] {
  const columns = split.columns === undefined ? names : listOf(split.columns, "dataframe_split.columns").map(String);
  return listOf(split.data, "dataframe_split.data").map((row) => named(row, columns));
}

function fromColumns(columns: JsonObject): readonly JsonObject[] {
  const entries = Object.entries(columns).map(
    ([name, cells]) => [name, Array.isArray(cells) ? cells : [cells]] as const,
  );
  const rows = entries[0]?.[1].length ?? 0;
  for (const [name, cells] of entries)
    if (cells.length !== rows) throw invalid(`Column "${name}" holds ${cells.length} values, others hold ${rows}.`);
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(entries.map(([name, cells]) => [name, scalar(cells[row] as JsonValue)])),
  );
}

function named(row: JsonValue, names: readonly string[]): JsonObject {
  if (isObject(row)) return row;
  const cells = listOf(row, "A row");
  if (cells.length !== names.length) throw invalid(`A row holds ${cells.length} values for ${names.length} columns.`);
  return Object.fromEntries(names.map((name, index) => [name, cells[index]!]));
}

function scalar(cell: JsonValue): JsonValue {
  return Array.isArray(cell) && cell.length === 1 ? (cell[0] as JsonValue) : cell;
}

function listOf(value: JsonValue | undefined, what: string): readonly JsonValue[] {
  if (Array.isArray(value)) return value;
  throw invalid(`${what} is not a list.`);
}
