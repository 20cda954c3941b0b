import { dirname } from "node:path";
import type { Column, Frame } from "@millrace/program";
import { countOf, MillraceError } from "#kernel";
import { type Engine, withEngine } from "../engine/open-engine.ts";
import { foldName, quoteName, quoteText } from "../engine/quoting.ts";
import { concatFrames } from "../frames/concat-frames.ts";
import type { ReadProblem } from "../model.ts";
import { describe, guardParquet, readQuery } from "../parquet/read-query.ts";
import type { StoredColumn } from "../parquet/stored-types.ts";
import type { FoundFile } from "../sources/find-files.ts";
import type { TypedColumn } from "../typing/type-column.ts";
import { duplicateName } from "./read-csv.ts";
import type { ReadTable } from "./read-table.ts";

/** Reads Parquet files with the same columns into one table, types as stored. */
export async function readParquet(files: readonly FoundFile[]): Promise<ReadTable> {
  const problems: ReadProblem[] = [];
  const patterns = new Map<string, string>();
  const fileRows: number[] = [];
  let frame: Frame | undefined;
  for (const file of files) {
    const next = await guardParquet(file.name, () =>
      withEngine({ folders: [dirname(file.path)] }, async (engine) => {
        const from = `read_parquet(${quoteText(file.path)})`;
        const stored = await checkParquet(engine, file, problems);
        for (const { name, sqlType } of stored) if (sqlType === "DATE") patterns.set(name, "%Y-%m-%d");
        return readQuery(engine, from, stored);
      }),
    );
    if (next.rows === 0)
      throw new MillraceError("DATASET_ROWS_NONE", {
        message: `${file.name} holds ${countOf(next.columns.size, "column")} but no row.`,
        next: "Give a file with rows.",
        facts: { file: file.name },
      });
    fileRows.push(next.rows);
    frame = frame === undefined ? next : concatFrames(frame, next);
  }
  const columns = [...frame!.columns].map(([name, column]): TypedColumn => {
    const pattern = patterns.get(name);
    return { name, column, text: columnText(column, pattern), ...(pattern === undefined ? {} : { pattern }) };
  });
  return {
    format: "parquet",
    encoding: null,
    delimiter: null,
    header: null,
    rows: frame!.rows,
    columns,
    fileRows,
    problems,
  };
}

/** The columns of a Parquet file, once nothing in it says that it would be read wrongly. */
export async function checkParquet(
  engine: Engine,
  file: FoundFile,
  problems: ReadProblem[],
): Promise<readonly StoredColumn[]> {
  // The footer's own names: read_parquet would rename two that differ only in case.
  const from = `read_parquet(${quoteText(file.path)})`;
  const tree = await engine.rows(`SELECT name, coalesce(num_children, 0) FROM parquet_schema(${quoteText(file.path)})`);
  refuseTwins(
    topNames(tree.map(([name, children]) => ({ name: String(name), children: Number(children) }))),
    file.name,
  );
  const stored = await describe(engine, `SELECT * FROM ${from}`);
  for (const { name, sqlType } of stored)
    if (sqlType === "TIMESTAMP_NS")
      problems.push({
        kind: "nanoseconds-cut",
        column: name,
        file: file.name,
        message: `${file.name}: "${name}" holds nanoseconds; they are cut to microseconds.`,
        next: "Nothing is to be done where microseconds are enough.",
      });
  await checkLists(engine, file, from, stored);
  return stored;
}

/** A list column must give as many values as the footer promises: the engine passes over damaged repetition levels. */
async function checkLists(
  engine: Engine,
  file: FoundFile,
  from: string,
  stored: readonly StoredColumn[],
): Promise<void> {
  for (const { name, sqlType } of stored) {
    if (!/^[^()[\]]+\[\]$/.test(sqlType)) continue;
    const promised = await engine.rows(
      `SELECT sum(num_values) FROM parquet_metadata(${quoteText(file.path)}) WHERE starts_with(path_in_schema, ${quoteText(`${name}, `)})`,
    );
    const found = await engine.rows(`SELECT sum(greatest(coalesce(len(${quoteName(name)}), 1), 1)) FROM ${from}`);
    if (Number(promised[0]![0]) !== Number(found[0]![0]))
      throw new Error(`the list "${name}" holds ${found[0]![0]} values where the footer promises ${promised[0]![0]}`);
  }
}

/** Names of the columns themselves in a schema listed depth first, root first. */
function topNames(tree: readonly { name: string; children: number }[]): string[] {
  const names: string[] = [];
  let open = 0;
  for (const { name, children } of tree.slice(1)) {
    if (open === 0) names.push(name);
    else open--;
    open += children;
  }
  return names;
}

function refuseTwins(names: readonly string[], file: string): void {
  const seen = new Map<string, number>();
  for (const [k, name] of names.entries()) {
    const before = seen.get(foldName(name));
    if (before !== undefined) throw duplicateName(file, 1, name, names[before]!, before + 1, k + 1);
    seen.set(foldName(name), k);
  }
}

/** A typed value as text: shortest digits, ISO times, true and false. */
export function columnText(column: Column, pattern?: string): (row: number) => string | null {
  if (column.type === "string") return (row) => column.levels[column.codes[row]!] ?? null;
  return (row) => {
    if (column.missing?.[row] === 1) return null;
    if (column.type === "bool") return column.values[row] === 1 ? "true" : "false";
    if (column.type === "timestamp") return timestampText(column.values[row]!, pattern);
    return String(column.values[row]!);
  };
}

function timestampText(micros: number, pattern: string | undefined): string {
  const ms = Math.floor(micros / 1000);
  const rest = micros - ms * 1000;
  const iso = new Date(ms).toISOString();
  if (pattern === "%Y-%m-%d") return iso.slice(0, 10);
  const fraction = iso.slice(20, 23) + String(rest).padStart(3, "0");
  return `${iso.slice(0, 19)}${fraction === "000000" ? "" : `.${fraction}`}Z`;
}
