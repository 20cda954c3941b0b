import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { knownNames, MillraceError } from "#kernel";
import { quoteName } from "../engine/quoting.ts";
import { unknownColumn } from "../frames/frame-columns.ts";
import type { ReadProblem, SourcePlace } from "../model.ts";
import type { ReadTable } from "../reading/read-table.ts";
import { typeValues, type Value } from "../typing/value-column.ts";
import { missing } from "./find-files.ts";
import type { SqliteSource } from "./source-schema.ts";

/** Reads a SQLite table or query in the stated order, in one read transaction; whole numbers stay exact. */
export async function readSqlite(source: SqliteSource, place: SourcePlace): Promise<ReadTable> {
  const path = resolve(place.project, source.path);
  if (!(await stat(path).catch(() => undefined))?.isFile()) throw await missing(source.path, path, place);
  const { DatabaseSync } = await import("node:sqlite");
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { readOnly: true, timeout: 5000 });
    requireTable(database, source);
    // Inside another query, SQLite would give twins other names.
    const names = columnNames(database, source.query ?? `SELECT * FROM ${tableName(source.table!)}`);
    refuseTwinColumns(names, source.path);
    requireOrder(source, names);
    const statement = database.prepare(orderedQuery(source));
    statement.setReadBigInts(true);
    statement.setReturnArrays(true);
    const values: Value[][] = names.map(() => []);
    for (const row of statement.iterate() as unknown as Iterable<unknown[]>)
      for (const [k, value] of row.entries()) values[k]!.push(sqliteValue(value));
    return valueTable("sqlite", source.path, names, values);
  } catch (error) {
    throw error instanceof MillraceError ? error : queryFailed(source.path, (error as Error).message, error);
  } finally {
    database?.close();
  }
}

/** Some builds of SQLite take a quoted name that is no column for a text, and would then order by nothing. */
function requireOrder(source: SqliteSource, names: readonly string[]): void {
  for (const { name } of orderParts(source.orderBy))
    if (!names.some((known) => known.toLowerCase() === name.toLowerCase())) throw unknownColumn(name, names);
}

const tableName = (table: string) => table.split(".").map(quoteName).join(".");

function orderParts(orderBy: string | readonly string[]): { name: string; direction: string }[] {
  return (typeof orderBy === "string" ? orderBy.split(/\s*,\s*/) : orderBy).map((part) => {
    const [, name, direction] = /^\s*"?(.*?)"?(\s+(?:asc|desc))?\s*$/i.exec(part)!;
    return { name: name!, direction: direction ?? "" };
  });
}

/** The query with its order; a table's name is quoted, a query stands in parentheses. */
export function orderedQuery(source: {
  table?: string | undefined;
  query?: string | undefined;
  orderBy: string | readonly string[];
}): string {
  const from =
    source.table === undefined ? `(${source.query!.replace(/;\s*$/, "")}\n) AS source` : tableName(source.table);
  const order = orderParts(source.orderBy).map(({ name, direction }) => `${quoteName(name)}${direction}`);
  return `SELECT * FROM ${from} ORDER BY ${order.join(", ")}`;
}

/** Typed columns of row values, or `DATASET_ROWS_NONE`. */
export function valueTable(
  format: string,
  name: string,
  names: readonly string[],
  values: readonly Value[][],
): ReadTable {
  const problems: ReadProblem[] = [];
  const rows = values[0]?.length ?? 0;
  if (rows === 0)
    throw new MillraceError("DATASET_ROWS_NONE", {
      message: `${name} gives ${names.length} columns but no row.`,
      next: "Check the table or query of the source.",
      facts: { source: name, columns: names.length },
    });
  const columns = names.map((column, k) => typeValues(column, values[k]!, [], problems));
  return { format, encoding: null, delimiter: null, header: null, rows, columns, fileRows: [rows], problems };
}

export function refuseTwinColumns(names: readonly string[], source: string): void {
  const twin = names.find((name, k) => names.findIndex((other) => other.toLowerCase() === name.toLowerCase()) < k);
  if (twin === undefined) return;
  throw new MillraceError("DATASET_HEADER_DUPLICATE", {
    message: `${source}: the query gives two columns called "${twin}".`,
    next: "Name the columns of the query with AS.",
    facts: { source, name: twin },
  });
}

export function queryFailed(source: string, said: string, cause?: unknown): MillraceError {
  return new MillraceError("DATASET_QUERY_FAILED", {
    message: `Reading ${source} failed: ${said.replace(/\.$/, "")}.`,
    next: "Correct the table, query or orderBy of the source.",
    facts: { source },
    cause,
  });
}

const columnNames = (database: DatabaseSync, query: string) =>
  database
    .prepare(query)
    .columns()
    .map((column) => column.name);

function requireTable(database: DatabaseSync, source: SqliteSource): void {
  if (source.table === undefined) return;
  const known = database.prepare("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') ORDER BY name").all();
  const names = known.map((row) => String(row.name));
  if (names.some((name) => name.toLowerCase() === source.table!.toLowerCase())) return;
  throw new MillraceError("DATASET_QUERY_FAILED", {
    message: `${source.path} has no table "${source.table}": ${knownNames(source.table, names)}.`,
    next: "Correct the table of the source.",
    facts: { source: source.path, table: source.table },
  });
}

function sqliteValue(value: unknown): Value {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (typeof value === "bigint" && value <= 9007199254740992n && value >= -9007199254740992n) return Number(value);
  return value as Value;
}
