import { totalmem } from "node:os";
import { dirname, resolve } from "node:path";
import type { DuckDBDataChunk, DuckDBType } from "@duckdb/node-api";
import type { BoolColumn, Column, Frame, StringColumn } from "@millrace/program";
import { MillraceError } from "#kernel";
import { type Engine, withEngine } from "../engine/open-engine.ts";
import { writeWhole } from "../engine/out-file.ts";
import { quoteName, quoteText } from "../engine/quoting.ts";
import { PATTERNS_KEY } from "./snapshot-patterns.ts";

const VECTOR_ROWS = 2048;
/** Above this many levels, text is stored value by value: an ENUM's dictionary would cost more than it saves. */
const MOST_LEVELS = 60_000;
/** Below this many rows, an ENUM a column costs more than its texts. */
const FEW_ROWS = 4096;

/** From this many columns on, what the writer keeps for each column is what fills the memory. */
const MANY_COLUMNS = 1000;
/** The writer's dictionary of a text column takes a mebibyte by default, full or not. */
const SMALL_DICTIONARY_BYTES = 16_384;

export interface WriteFrameOptions {
  /** How the text of timestamp columns was read, by column. */
  readonly patterns?: ReadonlyMap<string, string>;
  /** Memory that the writing may take, in MB; default: as wide a frame needs, at most half of the machine's. */
  readonly memoryLimitMb?: number;
}

/**
 * Writes a frame as a Parquet file (zstd), rows in order; whole or not at all.
 *
 * Shapes: number DOUBLE, integer BIGINT, bool BOOLEAN, timestamp TIMESTAMP (µs), string VARCHAR; vector columns are refused.
 * `patterns` (how text became a timestamp) are kept in the file's metadata.
 * Missing: null. Errors: DATASET_COLUMN_TYPE: a vector column; DATASET_ENGINE_FAILED: more columns than the memory takes, about
 * a mebibyte each; KERNEL_FOLDER_READ_ONLY, KERNEL_DISK_FULL.
 */
export async function writeFrame(frame: Frame, path: string, options: WriteFrameOptions = {}): Promise<void> {
  const out = resolve(path);
  const wide = frame.columns.size > MANY_COLUMNS;
  const memoryLimitMb = options.memoryLimitMb ?? (wide ? memoryForColumns(frame.columns.size) : undefined);
  const engineOptions = { folders: [dirname(out)], ...(memoryLimitMb !== undefined && { memoryLimitMb }) };
  await writeWhole(out, (temporary) =>
    withEngine(engineOptions, (engine) =>
      guardMemory(frame, memoryLimitMb, async () => {
        const stored = await loadFrame(engine, frame, "frame");
        const names = [...frame.columns.keys()];
        const list = names.map((name, k) => `${stored[k]} AS ${quoteName(name)}`).join(", ");
        const kept = [...(options.patterns ?? [])]
          .filter(([name]) => frame.columns.get(name)?.type === "timestamp")
          .sort();
        const metadata =
          kept.length === 0 ? "" : `, KV_METADATA {${quoteText(PATTERNS_KEY)}: ${quoteText(JSON.stringify(kept))}}`;
        const dictionary = wide ? `, STRING_DICTIONARY_PAGE_SIZE_LIMIT ${SMALL_DICTIONARY_BYTES}` : "";
        await engine.run(
          `COPY (SELECT ${list} FROM frame) TO ${quoteText(temporary)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880${dictionary}${metadata})`,
        );
      }),
    ),
  );
}

/** A block a column while rows arrive, and another while they are written; not more than half of the machine. */
function memoryForColumns(columns: number): number {
  const usual = 2048;
  return Math.floor(Math.max(usual, Math.min(columns, totalmem() / 2 ** 21)));
}

async function guardMemory<T>(frame: Frame, limitMb: number | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { message } = error as Error;
    if (/bad allocation|Allocation failure/.test(message))
      throw new MillraceError("DATASET_ENGINE_FAILED", {
        message: `Writing ${frame.columns.size} columns of ${frame.rows} rows as Parquet needs more memory than the system gives.`,
        next: "Give the process more memory, or read fewer columns or rows.",
        facts: { rows: frame.rows, columns: frame.columns.size },
        cause: error,
      });
    if (!/Out of Memory|could not allocate block/i.test(message)) throw error;
    throw new MillraceError("DATASET_ENGINE_FAILED", {
      message: `Writing ${frame.columns.size} columns of ${frame.rows} rows as Parquet needs more memory than the limit${limitMb === undefined ? "" : ` of ${limitMb} MB`}.`,
      next: "Write a .csv instead, which takes no more memory than reading, or read fewer columns.",
      facts: { rows: frame.rows, columns: frame.columns.size },
      cause: error,
    });
  }
}

/** Puts a frame into a table of the engine, rows in order, and gives the SQL of each of its columns there. */
export async function loadFrame(engine: Engine, frame: Frame, table: string): Promise<string[]> {
  const api = await import("@duckdb/node-api");
  const feeds = [...frame.columns].map(([name, column], k) => feedOf(api, name, column, `${table}_e${k}`));
  for (const feed of feeds) if (feed.setup !== undefined) await engine.run(feed.setup);
  await engine.run(`CREATE TABLE ${table} (${feeds.map((feed, k) => `c${k} ${feed.sqlType}`).join(", ")})`);
  const appender = await engine.connection.createAppender(table);
  // One chunk serves all full batches: making one costs as much as filling it.
  const types = feeds.map((feed) => feed.type);
  const holdsText = feeds.some((feed) => feed.sqlType === "VARCHAR");
  let chunk: DuckDBDataChunk | undefined;
  let vectors: Vector[] = [];
  for (let from = 0; from < frame.rows; from += VECTOR_ROWS) {
    const count = Math.min(VECTOR_ROWS, frame.rows - from);
    if (chunk === undefined || count < VECTOR_ROWS) {
      chunk = api.DuckDBDataChunk.create(types, count);
      vectors = feeds.map((_, k) => chunk!.getColumnVector(k) as unknown as Vector);
    } else if (holdsText) {
      chunk.reset();
      chunk.rowCount = count;
    }
    for (const [k, feed] of feeds.entries()) {
      feed.fill(vectors[k]!, from, count);
      vectors[k]!.flush();
    }
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
  return feeds.map((feed, k) => feed.back(`c${k}`));
}

interface Feed {
  readonly type: DuckDBType;
  readonly sqlType: string;
  readonly setup?: string;
  readonly fill: (vector: Vector, from: number, count: number) => void;
  /** SQL that turns what was fed into what is stored. */
  readonly back: (column: string) => string;
}

type Api = typeof import("@duckdb/node-api");
interface Vector {
  readonly items: Float64Array | Uint8Array;
  readonly validity: { readonly data: BigUint64Array | null; setItemValid(k: number, valid: boolean): void };
  setItem(k: number, value: string | null): void;
  flush(): void;
}

function feedOf(api: Api, name: string, column: Column, enumName: string): Feed {
  if (column.type === "vector")
    throw new MillraceError("DATASET_COLUMN_TYPE", {
      message: `The column "${name}" holds vectors of ${column.width} numbers; a snapshot holds single values.`,
      next: `Leave "${name}" out before writing.`,
      facts: { column: name, width: column.width },
    });
  if (column.type === "string")
    return column.levels.length === 0 || column.codes.length < FEW_ROWS || column.levels.length > MOST_LEVELS
      ? textFeed(api, column)
      : levelFeed(api, column, enumName);
  if (column.type === "bool") return boolFeed(api, column);
  const turn = {
    number: (sql: string) => sql,
    integer: toBigint,
    timestamp: (sql: string) => `make_timestamp(${toBigint(sql)})`,
  };
  return {
    type: api.DOUBLE,
    sqlType: "DOUBLE",
    fill: (vector, from, count) => {
      vector.items.set(column.values.subarray(from, from + count));
      setMissing(vector, column.missing, from, count);
    },
    back: turn[column.type],
  };
}

/** Marks missing rows in a vector's validity bits, all at once: the client's own way sets bit by bit as bigints. */
function setMissing(vector: Vector, missing: Uint8Array | undefined, from: number, count: number): void {
  if (missing === undefined) return;
  vector.validity.setItemValid(0, false);
  const words = vector.validity.data!;
  const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength).fill(0xff);
  for (let i = 0; i < count; i++) if (missing[from + i] === 1) bytes[i >> 3]! &= ~(1 << (i & 7));
}

const toBigint = (sql: string) => `CAST(${sql} AS BIGINT)`;

function boolFeed(api: Api, column: BoolColumn): Feed {
  return {
    type: api.UTINYINT,
    sqlType: "UTINYINT",
    fill: (vector, from, count) => {
      vector.items.set(column.values.subarray(from, from + count));
      setMissing(vector, column.missing, from, count);
    },
    back: (sql) => `CAST(${sql} AS BOOLEAN)`,
  };
}

/** Text as codes of an ENUM. */
function levelFeed(api: Api, column: StringColumn, enumName: string): Feed {
  return {
    type: api.ENUM(column.levels),
    sqlType: enumName,
    setup: `CREATE TYPE ${enumName} AS ENUM (${column.levels.map(quoteText).join(", ")})`,
    fill: (vector, from, count) => {
      const missing = new Uint8Array(count);
      for (let i = 0; i < count; i++) {
        const code = column.codes[from + i]!;
        if (code === -1) missing[i] = 1;
        else vector.items[i] = code;
      }
      setMissing(vector, missing, 0, count);
    },
    back: (sql) => `CAST(${sql} AS VARCHAR)`,
  };
}

function textFeed(api: Api, column: StringColumn): Feed {
  return {
    type: api.VARCHAR,
    sqlType: "VARCHAR",
    fill: (vector, from, count) => {
      for (let i = 0; i < count; i++) vector.setItem(i, column.levels[column.codes[from + i]!] ?? null);
    },
    back: (sql) => sql,
  };
}
