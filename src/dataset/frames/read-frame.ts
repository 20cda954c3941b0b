import { stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Column, Frame } from "@millrace/program";
import { MillraceError } from "#kernel";
import { bindExpression, parseExpression } from "../engine/expressions.ts";
import { type Engine, withEngine } from "../engine/open-engine.ts";
import { quoteName, quoteText } from "../engine/quoting.ts";
import { SPLIT_NAMES, type SplitName } from "../splits/model.ts";
import { unknownColumn } from "./frame-columns.ts";
import { sortedLevels } from "./level-order.ts";
import { maskIndices, selectRows } from "./select-rows.ts";

export interface ReadFrameOptions {
  /** Names and order of the columns to read; all by default. */
  readonly columns?: readonly string[];
  /** Rows of one split or several, by the codes that `assignSplits` gave for the whole file. */
  readonly split?: { readonly codes: Uint8Array; readonly take: SplitName | readonly SplitName[] };
  /** A SQL condition on the file's columns; rows where it is true are read. */
  readonly where?: string;
}

/**
 * The rows of a snapshot as typed columns, in the file's order.
 *
 * ```ts
 * const frame = await readFrame("strikes.parquet", { columns: ["Speed"], where: `"Speed" > 100` });
 * ```
 *
 * Shapes: levels of text stand in order of their UTF-8 bytes. Units: timestamps are microseconds since 1970 UTC.
 * Missing: null and NaN. Whole numbers beyond ±2^53 are read as text, exactly.
 * Errors: DATASET_SOURCE_MISSING, DATASET_PARQUET_BROKEN, DATASET_COLUMN_UNKNOWN, DATASET_EXPRESSION_INVALID.
 */
export async function readFrame(parquetPath: string, options: ReadFrameOptions = {}): Promise<Frame> {
  const path = resolve(parquetPath);
  await requireFile(path);
  const frame = await withEngine({ folders: [dirname(path)] }, (engine) =>
    guardParquet(parquetPath, async () => {
      const stored = await describe(engine, `SELECT * FROM read_parquet(${quoteText(path)})`);
      const names = stored.map((column) => column.name);
      const wanted = options.columns ?? names;
      for (const name of wanted) if (!names.includes(name)) throw unknownColumn(name, names);
      let from = `read_parquet(${quoteText(path)})`;
      if (options.where !== undefined) {
        await parseExpression(engine, options.where, names, "where");
        await bindExpression(engine, options.where, from, names, "where");
        from = `(SELECT * FROM ${from} WHERE (${options.where}))`;
      }
      return readQuery(
        engine,
        from,
        wanted.map((name) => stored.find((column) => column.name === name)!),
      );
    }),
  );
  if (options.split === undefined) return frame;
  const { codes } = options.split;
  if (options.where !== undefined || codes.length !== frame.rows)
    throw new MillraceError("DATASET_OPERATION_INVALID", {
      message: `A split is given for ${codes.length} rows; it is taken from the whole file of ${frame.rows} rows, without \`where\`.`,
      next: "Assign the splits on the same snapshot that is read.",
      facts: { codes: codes.length, rows: frame.rows },
    });
  const take = typeof options.split.take === "string" ? [options.split.take] : options.split.take;
  const wanted = new Set(take.map((name) => SPLIT_NAMES.indexOf(name)));
  return selectRows(frame, maskIndices(codes.map((code) => (wanted.has(code) ? 1 : 0))));
}

export interface StoredColumn {
  readonly name: string;
  /** DuckDB's type. */
  readonly sqlType: string;
}

/** Names and types of a query's columns. */
export async function describe(engine: Engine, query: string): Promise<StoredColumn[]> {
  const rows = await engine.rows(`DESCRIBE ${query}`);
  return rows.map((row) => ({ name: String(row[0]), sqlType: String(row[1]) }));
}

async function requireFile(path: string): Promise<void> {
  if ((await stat(path).catch(() => undefined))?.isFile()) return;
  throw new MillraceError("DATASET_SOURCE_MISSING", {
    message: `There is no file ${path}.`,
    next: "Make the snapshot first, for example with `millrace data ingest`.",
    facts: { path },
  });
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

/** How a stored column becomes a column of a frame. */
interface Reading {
  readonly type: Column["type"];
  /** SQL giving a DOUBLE (numbers), a BOOLEAN or a VARCHAR, null where missing. */
  readonly sql: string;
}

/** Reads columns of a relation into a frame, rows in the relation's order. */
export async function readQuery(engine: Engine, from: string, columns: readonly StoredColumn[]): Promise<Frame> {
  const counts = await countColumns(engine, from, columns);
  const readings = columns.map((column, k) => readingOf(column, counts.columns[k]!));
  const rows = counts.rows;
  const levels: (string[] | undefined)[] = [];
  const list: string[] = [];
  const sinks: ((vector: VectorItems, at: number, count: number) => void)[] = [];
  const result = new Map<string, Column>();
  for (const [k, { name }] of columns.entries()) {
    const { type, sql } = readings[k]!;
    const { present, distinct } = counts.columns[k]!;
    if (type === "string") {
      const codes = new Int32Array(rows);
      if (distinct <= MOST_ENUM_LEVELS && rows > SMALL) {
        if (distinct === 0) codes.fill(-1);
        else {
          await engine.run(
            `CREATE TYPE level_${k} AS ENUM (SELECT DISTINCT ${sql} AS x FROM ${from} WHERE x IS NOT NULL ORDER BY x)`,
          );
          levels[k] = (await engine.rows(`SELECT unnest(enum_range(NULL::level_${k}))::VARCHAR`)).map((row) =>
            String(row[0]),
          );
          list.push(`coalesce(enum_code(CAST(${sql} AS level_${k}))::INTEGER, -1)`);
          sinks.push((vector, at, count) => codes.set(vector.items.subarray(0, count) as Int32Array, at));
        }
        result.set(name, { type: "string", codes, levels: levels[k] ?? [] });
      } else {
        const codeOf = new Map<string, number>();
        list.push(sql);
        sinks.push((vector, at, count) => {
          for (let i = 0; i < count; i++) {
            const value = vector.getItem(i) as string | null;
            if (value === null) {
              codes[at + i] = -1;
              continue;
            }
            let code = codeOf.get(value);
            if (code === undefined) {
              code = codeOf.size;
              codeOf.set(value, code);
            }
            codes[at + i] = code;
          }
        });
        // Filled once the codes are known: levels are sorted at the end.
        result.set(name, { type: "string", codes, levels: codeOf as unknown as string[] });
      }
      continue;
    }
    const missing = present < rows ? new Uint8Array(rows) : undefined;
    const values = type === "bool" ? new Uint8Array(rows) : new Float64Array(rows);
    list.push(type === "bool" ? `coalesce(${sql}, false)::UTINYINT` : `coalesce(${sql}, 0)`);
    sinks.push((vector, at, count) =>
      (values as Float64Array).set(vector.items.subarray(0, count) as Float64Array, at),
    );
    if (missing !== undefined) {
      list.push(`(${sql} IS NULL)::UTINYINT`);
      sinks.push((vector, at, count) => missing.set(vector.items.subarray(0, count) as Uint8Array, at));
    }
    result.set(name, { type, values, ...(missing === undefined ? {} : { missing }) } as Column);
  }
  if (list.length > 0) {
    let at = 0;
    for await (const chunk of engine.chunks(`SELECT ${list.join(", ")} FROM ${from}`)) {
      const count = chunk.rowCount;
      for (const [k, sink] of sinks.entries()) sink(chunk.getColumnVector(k) as unknown as VectorItems, at, count);
      at += count;
    }
  }
  for (const [name, column] of result) {
    if (column.type !== "string" || Array.isArray(column.levels)) continue;
    const codeOf = column.levels as unknown as Map<string, number>;
    const sorted = sortedLevels([...codeOf.keys()]);
    const map = new Int32Array(sorted.length);
    for (const [code, level] of sorted.entries()) map[codeOf.get(level)!] = code;
    result.set(name, {
      type: "string",
      codes: column.codes.map((code) => (code === -1 ? -1 : map[code]!)),
      levels: sorted,
    });
  }
  return { rows, columns: result };
}

/** With few rows, text is read value by value: cheaper than two queries a column. */
const SMALL = 20_000;
const MOST_ENUM_LEVELS = 60_000;

interface VectorItems {
  readonly items: Float64Array | Int32Array | Uint8Array;
  getItem(k: number): unknown;
}

interface ColumnCounts {
  readonly present: number;
  readonly distinct: number;
  readonly fitsDouble: boolean;
}

async function countColumns(engine: Engine, from: string, columns: readonly StoredColumn[]) {
  const rows = Number((await engine.rows(`SELECT count(*) FROM ${from}`))[0]![0]);
  const parts = columns.flatMap(({ name, sqlType }) => {
    const sql = quoteName(name);
    const value = isFloat(sqlType) ? `CASE WHEN isnan(${sql}) THEN NULL ELSE ${sql} END` : sql;
    return [
      `count(${value})`,
      isText(sqlType) && rows > SMALL ? `count(DISTINCT ${sql})` : "0",
      isWide(sqlType) ? `coalesce(max(abs(CAST(${sql} AS HUGEINT))) <= 9007199254740992, true)` : "true",
    ];
  });
  const answer = parts.length === 0 ? [] : (await engine.rows(`SELECT ${parts.join(", ")} FROM ${from}`))[0]!;
  return {
    rows,
    columns: columns.map(
      (_, k): ColumnCounts => ({
        present: Number(answer[3 * k]),
        distinct: Number(answer[3 * k + 1]),
        fitsDouble: answer[3 * k + 2] === true,
      }),
    ),
  };
}

const isFloat = (sqlType: string) => /^(FLOAT|DOUBLE)$/.test(sqlType);
const isWide = (sqlType: string) => /^(U?BIGINT|U?HUGEINT)$/.test(sqlType);
const isText = (sqlType: string) =>
  !/^(FLOAT|DOUBLE|BOOLEAN|DATE|TIMESTAMP|DECIMAL|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?\b)/.test(sqlType);

function readingOf({ name, sqlType }: StoredColumn, counts: ColumnCounts): Reading {
  const sql = quoteName(name);
  if (sqlType === "BOOLEAN") return { type: "bool", sql };
  if (isFloat(sqlType))
    return { type: "number", sql: `CASE WHEN isnan(${sql}) THEN NULL ELSE CAST(${sql} AS DOUBLE) END` };
  if (/^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$/.test(sqlType))
    return counts.fitsDouble
      ? { type: "integer", sql: `CAST(${sql} AS DOUBLE)` }
      : { type: "string", sql: `CAST(${sql} AS VARCHAR)` };
  if (/^DECIMAL/.test(sqlType)) return { type: "number", sql: `CAST(${sql} AS DOUBLE)` };
  if (/^(DATE|TIMESTAMP)/.test(sqlType)) return { type: "timestamp", sql: `CAST(epoch_us(${sql}) AS DOUBLE)` };
  if (sqlType === "BLOB") return { type: "string", sql: `to_base64(${sql})` };
  if (/[[(]/.test(sqlType) && !/^(VARCHAR|ENUM)/.test(sqlType))
    return { type: "string", sql: `CAST(to_json(${sql}) AS VARCHAR)` };
  // Empty text is missing wherever it comes from.
  return { type: "string", sql: `nullif(CAST(${sql} AS VARCHAR), '')` };
}
