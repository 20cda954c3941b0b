import type { Column, Frame } from "@millrace/program";
import { MillraceError } from "#kernel";
import type { Engine } from "../engine/open-engine.ts";
import { quoteName } from "../engine/quoting.ts";
import { columnReader, type VectorItems } from "./column-reader.ts";
import { isWide, readsText, type StoredColumn } from "./stored-types.ts";

/** With few rows, values are read one by one: cheaper than asking first what the columns hold. */
const SMALL = 20_000;

/** Names and types of a query's columns. */
export async function describe(engine: Engine, query: string): Promise<StoredColumn[]> {
  const rows = await engine.rows(`DESCRIBE ${query}`);
  return rows.map((row) => ({ name: String(row[0]), sqlType: String(row[1]) }));
}

/** Reads columns of a relation into a frame, rows in the relation's order, levels in order of their UTF-8 bytes. */
export async function readQuery(engine: Engine, from: string, columns: readonly StoredColumn[]): Promise<Frame> {
  const rows = Number((await engine.rows(`SELECT count(*) FROM ${from}`))[0]![0]);
  const facts = rows > SMALL ? await columnFacts(engine, from, columns) : undefined;
  const readers = [];
  for (const [k, column] of columns.entries())
    readers.push(await columnReader(engine, from, column, k, rows, facts?.[k]));
  const list = readers.flatMap((reader) => reader.list);
  let at = 0;
  if (list.length > 0)
    for await (const chunk of engine.chunks(`SELECT ${list.join(", ")} FROM ${from}`)) {
      let next = 0;
      for (const reader of readers) {
        const vectors = reader.list.map(() => chunk.getColumnVector(next++) as unknown as VectorItems);
        reader.take(vectors, at, chunk.rowCount);
      }
      at += chunk.rowCount;
    }
  const result = new Map<string, Column>();
  for (const [k, reader] of readers.entries()) {
    const column = reader.finish();
    // A whole number near 2^53 shows only once it is read: what the column holds is asked then, and it is read again.
    result.set(columns[k]!.name, column ?? (await readAgain(engine, from, columns[k]!, k, rows)));
  }
  return { rows, columns: result };
}

async function readAgain(engine: Engine, from: string, column: StoredColumn, k: number, rows: number): Promise<Column> {
  const [facts] = await columnFacts(engine, from, [column]);
  const reader = await columnReader(engine, from, column, k, rows, facts);
  let at = 0;
  for await (const chunk of engine.chunks(`SELECT ${reader.list.join(", ")} FROM ${from}`)) {
    reader.take(
      reader.list.map((_, i) => chunk.getColumnVector(i) as unknown as VectorItems),
      at,
      chunk.rowCount,
    );
    at += chunk.rowCount;
  }
  return reader.finish()!;
}

/** What is asked before a large read: how many values are there and distinct, and whether whole numbers fit a double. */
export interface ColumnFacts {
  readonly present: number;
  readonly distinct: number;
  readonly fitsDouble: boolean;
}

/** Facts of each column, in one scan. */
export async function columnFacts(
  engine: Engine,
  from: string,
  columns: readonly StoredColumn[],
): Promise<ColumnFacts[]> {
  if (columns.length === 0) return [];
  const parts = columns.flatMap(({ name, sqlType }) => {
    const sql = quoteName(name);
    return [
      `count(${sql})`,
      readsText(sqlType) ? `count(DISTINCT ${sql})` : "0",
      isWide(sqlType) ? `coalesce(max(abs(CAST(${sql} AS HUGEINT))) <= 9007199254740992, true)` : "true",
    ];
  });
  const answer = (await engine.rows(`SELECT ${parts.join(", ")} FROM ${from}`))[0]!;
  return columns.map((_, k) => ({
    present: Number(answer[3 * k]),
    distinct: Number(answer[3 * k + 1]),
    fitsDouble: answer[3 * k + 2] === true,
  }));
}

/** Turns what the engine says of a broken file into `DATASET_PARQUET_BROKEN`. */
export async function guardParquet<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof MillraceError) throw error;
    const said = (error as Error).message.split("\n")[0]!;
    if (/^Out of Memory/.test(said))
      throw new MillraceError("DATASET_ENGINE_FAILED", {
        message: `Reading ${name} needs more memory than the limit: ${said}.`,
        next: "Read fewer columns or rows.",
        facts: { file: name },
        cause: error,
      });
    throw new MillraceError("DATASET_PARQUET_BROKEN", {
      message: `${name} cannot be read as Parquet: ${said}.`,
      next: "Write the file again from its source.",
      facts: { file: name },
      cause: error,
    });
  }
}
