import { createHash } from "node:crypto";
import type { Digest } from "@millrace/program";
import { MillraceError, refuseLiteralPassword, resolveSecret } from "#kernel";
import type { ReadTable } from "../reading/read-table.ts";
import type { Value } from "../typing/value-column.ts";
import type { PostgresSource } from "./source-schema.ts";
import { orderedQuery, queryFailed, refuseTwinColumns, valueTable } from "./sqlite.ts";

const FETCH_ROWS = 10_000;

/** Reads a PostgreSQL table or query in the stated order through a cursor, in one repeatable-read transaction. */
export async function readPostgres(source: PostgresSource): Promise<ReadTable> {
  return withCursor(source, async (names, types, batches) => {
    const values: Value[][] = names.map(() => []);
    for await (const rows of batches)
      for (const row of rows)
        for (const [k, text] of row.entries()) values[k]!.push(text === null ? null : typedValue(text, types[k]!));
    const table = valueTable("postgres", shortAddress(source), names, values);
    return table;
  });
}

/** What tells whether the rows changed: the answer of the declared watermark query, else the digest of all rows. */
export async function postgresWatermark(source: PostgresSource): Promise<Digest> {
  const hash = createHash("sha256");
  const asked: PostgresSource =
    source.watermark === undefined ? source : { ...source, table: undefined, query: source.watermark, orderBy: [] };
  await withCursor(asked, async (names, types, batches) => {
    hash.update(JSON.stringify([names, types]));
    for await (const rows of batches) for (const row of rows) hash.update(JSON.stringify(row));
  });
  return `sha256:${hash.digest("hex")}`;
}

type Row = readonly (string | null)[];

async function withCursor<T>(
  source: PostgresSource,
  use: (names: string[], types: number[], batches: AsyncGenerator<Row[]>) => Promise<T>,
): Promise<T> {
  refuseLiteralPassword(source.address);
  const { Client } = (await import("pg")).default;
  const client = new Client({
    connectionString: source.address,
    ...(source.password === undefined ? {} : { password: resolveSecret(source.password) }),
    connectionTimeoutMillis: 15_000,
    // Every value as the text PostgreSQL writes: types are given by OID below, exactly.
    types: { getTypeParser: () => (text: unknown) => text } as never,
  });
  client.on("error", () => undefined);
  try {
    await client.connect();
  } catch (error) {
    throw unreachable(source, error);
  }
  try {
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY");
    await client.query(
      "SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex'",
    );
    const query = Array.isArray(source.orderBy) && source.orderBy.length === 0 ? source.query! : orderedQuery(source);
    await client.query(`DECLARE millrace_rows NO SCROLL CURSOR FOR ${query}`);
    const fetchRows = (count: number) =>
      client.query<string[]>({ text: `FETCH ${count} FROM millrace_rows`, rowMode: "array" });
    const first = await fetchRows(FETCH_ROWS);
    const names = first.fields.map((field) => field.name);
    refuseTwinColumns(names, shortAddress(source));
    const batches = async function* () {
      for (let batch = first; batch.rows.length > 0; batch = await fetchRows(FETCH_ROWS)) yield batch.rows as Row[];
    };
    return await use(
      names,
      first.fields.map((field) => field.dataTypeID),
      batches(),
    );
  } catch (error) {
    throw error instanceof MillraceError ? error : queryFailed(shortAddress(source), (error as Error).message, error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** A value by its type's OID: 16 bool; 20, 21, 23, 26 whole; 700, 701, 1700 decimal; 1114, 1184 date-times. Others stay text. */
function typedValue(text: string, type: number): Value {
  if (type === 16) return text === "t";
  if (type === 21 || type === 23 || type === 26) return Number(text);
  if (type === 20) return Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text);
  if (type === 700 || type === 701 || type === 1700) return Number(text);
  return text;
}

/** The address without user and parameters, for messages and provenance. */
export function shortAddress(source: PostgresSource): string {
  const url = URL.canParse(source.address) ? new URL(source.address) : undefined;
  return `postgres://${url?.host ?? ""}${url?.pathname ?? ""}`;
}

function unreachable(source: PostgresSource, error: unknown): MillraceError {
  return new MillraceError("DATASET_DATABASE_UNREACHABLE", {
    message: `${shortAddress(source)} refused the connection: ${(error as Error).message || (error as NodeJS.ErrnoException).code}.`,
    next: "Check that the database runs, and the address and password of the source.",
    facts: { address: shortAddress(source) },
    cause: error,
  });
}
