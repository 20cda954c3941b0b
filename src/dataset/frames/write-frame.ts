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

export interface WriteFrameOptions {
  /** How the text of timestamp columns was read, by column. */
  readonly patterns?: ReadonlyMap<string, string>;
}

/**
 * Writes a frame as a Parquet file (zstd), rows in order; whole or not at all.
 *
 * Shapes: number DOUBLE, integer BIGINT, bool BOOLEAN, timestamp TIMESTAMP (µs), string VARCHAR; vector columns are refused.
 * `patterns` (how text became a timestamp) are kept in the file's metadata.
 * Missing: null. Errors: DATASET_COLUMN_TYPE: a vector column; KERNEL_FOLDER_READ_ONLY, KERNEL_DISK_FULL.
 */
export async function writeFrame(frame: Frame, path: string, options: WriteFrameOptions = {}): Promise<void> {
  const out = resolve(path);
  await writeWhole(out, (temporary) =>
    withEngine({ folders: [dirname(out)] }, async (engine) => {
      await loadFrame(engine, frame, "frame");
      const names = [...frame.columns.keys()];
      const list = names.map((name, k) => `c${k} AS ${quoteName(name)}`).join(", ");
      const kept = [...(options.patterns ?? [])]
        .filter(([name]) => frame.columns.get(name)?.type === "timestamp")
        .sort();
      const metadata =
        kept.length === 0 ? "" : `, KV_METADATA {${quoteText(PATTERNS_KEY)}: ${quoteText(JSON.stringify(kept))}}`;
      await engine.run(
        `COPY (SELECT ${list} FROM frame) TO ${quoteText(temporary)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880${metadata})`,
      );
    }),
  );
}

/** Puts a frame into the engine as a view with the columns c0, c1, …, rows in order. */
export async function loadFrame(engine: Engine, frame: Frame, view: string): Promise<void> {
  const api = await import("@duckdb/node-api");
  const feeds = [...frame.columns].map(([name, column], k) => feedOf(api, name, column, `${view}_e${k}`));
  for (const feed of feeds) if (feed.setup !== undefined) await engine.run(feed.setup);
  await engine.run(`CREATE TABLE ${view}_raw (${feeds.map((feed, k) => `c${k} ${feed.sqlType}`).join(", ")})`);
  const appender = await engine.connection.createAppender(`${view}_raw`);
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
  const list = feeds.map((feed, k) => `${feed.back(`c${k}`)} AS c${k}`).join(", ");
  await engine.run(`CREATE VIEW ${view} AS SELECT ${list} FROM ${view}_raw`);
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
  readonly items: Float64Array | Uint8Array | Uint16Array | Uint32Array;
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
    return column.levels.length > MOST_LEVELS ? textFeed(api, column) : levelFeed(api, column, enumName);
  if (column.type === "bool") return boolFeed(api, column);
  const turn = {
    number: (sql: string) => sql,
    integer: toBigint,
    timestamp: (sql: string) => `make_timestamp(${toBigint(sql)})`,
  };
  return {
    type: api.DOUBLE,
    sqlType: "DOUBLE",
    // NaN is never a value, so it carries "missing" without a validity mask, which the client sets bit by bit.
    fill: ({ items }, from, count) => {
      for (let i = 0; i < count; i++)
        items[i] = column.missing?.[from + i] === 1 ? Number.NaN : column.values[from + i]! + 0;
    },
    back: (sql) => `CASE WHEN isnan(${sql}) THEN NULL ELSE ${turn[column.type](sql)} END`,
  };
}

const toBigint = (sql: string) => `CAST(${sql} AS BIGINT)`;

function boolFeed(api: Api, column: BoolColumn): Feed {
  return {
    type: api.UTINYINT,
    sqlType: "UTINYINT",
    fill: ({ items }, from, count) => {
      for (let i = 0; i < count; i++) items[i] = column.missing?.[from + i] === 1 ? 2 : column.values[from + i]!;
    },
    back: (sql) => `CASE ${sql} WHEN 0 THEN false WHEN 1 THEN true END`,
  };
}

/** Text as codes of an ENUM; the last level stands for missing. */
function levelFeed(api: Api, column: StringColumn, enumName: string): Feed {
  let none = "missing";
  while (column.levels.includes(none)) none += " ";
  const levels = [...column.levels, none];
  return {
    type: api.ENUM(levels),
    sqlType: enumName,
    setup: `CREATE TYPE ${enumName} AS ENUM (${levels.map(quoteText).join(", ")})`,
    fill: ({ items }, from, count) => {
      for (let i = 0; i < count; i++) {
        const code = column.codes[from + i]!;
        items[i] = code === -1 ? levels.length - 1 : code;
      }
    },
    back: (sql) => `CASE WHEN ${sql} = ${quoteText(none)} THEN NULL ELSE CAST(${sql} AS VARCHAR) END`,
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
