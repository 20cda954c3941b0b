import { dirname } from "node:path";
import type { Column, Frame } from "@millrace/program";
import { type Engine, withEngine } from "../engine/open-engine.ts";
import { quoteName, quoteText } from "../engine/quoting.ts";
import type { ReadProblem } from "../model.ts";
import { columnReader, type VectorItems } from "../parquet/column-reader.ts";
import { guardParquet } from "../parquet/read-query.ts";
import { isWide, type StoredColumn } from "../parquet/stored-types.ts";
import { checkParquet, columnText } from "../reading/read-parquet.ts";
import type { FoundFile } from "../sources/find-files.ts";
import type { PartSize, StreamedSource } from "./model.ts";

/** Rows that the engine gives at a time. */
const VECTOR_ROWS = 2048;
/** What a value takes in a frame, with what reading it takes. */
const VALUE_BYTES = 32;
const MEMORY_MB = 192;

/** Parquet files in parts, in one scan. */
export async function streamParquet(files: readonly FoundFile[], part: PartSize): Promise<StreamedSource> {
  const problems: ReadProblem[] = [];
  const patterns = new Map<string, string>();
  let names: readonly string[] = [];
  for (const file of files)
    await open(file, async (engine) => {
      const stored = await checkParquet(engine, file, problems);
      names = stored.map(({ name }) => name);
      for (const { name, sqlType } of stored) if (sqlType === "DATE") patterns.set(name, "%Y-%m-%d");
    });
  const each: StreamedSource["each"] = async (work) => {
    for (const file of files)
      await open(file, async (engine) => {
        const stored = await checkParquet(engine, file, []);
        const rows = Math.min(part.rows, Math.floor(part.bytes / (VALUE_BYTES * stored.length)));
        await eachPart(engine, file, stored, Math.max(VECTOR_ROWS, rows), work);
      });
  };
  return {
    format: "parquet",
    names,
    problems,
    patterns,
    each,
    eachText: (work) =>
      each((frame) => {
        const texts = [...frame.columns].map(([name, column]) => columnText(column, patterns.get(name)));
        return work(frame.rows, (row, k) => texts[k]!(row));
      }),
  };
}

const open = <T>(file: FoundFile, work: (engine: Engine) => Promise<T>) =>
  guardParquet(file.name, () =>
    withEngine({ folders: [dirname(file.path)], memoryLimitMb: MEMORY_MB, threads: 1 }, work),
  );

async function eachPart(
  engine: Engine,
  file: FoundFile,
  stored: readonly StoredColumn[],
  rows: number,
  work: (frame: Frame) => void | Promise<void>,
): Promise<void> {
  const from = `read_parquet(${quoteText(file.path)})`;
  const fits = await fitDouble(engine, from, stored);
  // A part must be typed as the whole: what does not fit a double everywhere is text everywhere.
  const newReaders = () =>
    Promise.all(
      stored.map((column, k) =>
        columnReader(engine, from, column, k, rows + VECTOR_ROWS, {
          present: 0,
          distinct: 0,
          fitsDouble: fits[k]!,
        }),
      ),
    );
  let readers = await newReaders();
  let at = 0;
  const flush = async () => {
    const columns = readers.map((reader, k) => [stored[k]!.name, firstRows(reader.finish()!, at)] as const);
    const frame = { rows: at, columns: new Map(columns) };
    at = 0;
    await work(frame);
  };
  for await (const chunk of engine.chunks(`SELECT ${readers.flatMap(({ list }) => list).join(", ")} FROM ${from}`)) {
    let next = 0;
    for (const reader of readers)
      reader.take(
        reader.list.map(() => chunk.getColumnVector(next++) as unknown as VectorItems),
        at,
        chunk.rowCount,
      );
    at += chunk.rowCount;
    if (at < rows) continue;
    await flush();
    readers = await newReaders();
  }
  if (at > 0) await flush();
}

async function fitDouble(engine: Engine, from: string, stored: readonly StoredColumn[]): Promise<boolean[]> {
  const wide = stored.filter(({ sqlType }) => isWide(sqlType));
  if (wide.length === 0) return stored.map(() => true);
  const asked = wide.map(
    ({ name }) =>
      `coalesce(greatest(abs(CAST(max(${quoteName(name)}) AS HUGEINT)), abs(CAST(min(${quoteName(name)}) AS HUGEINT))) <= 9007199254740992, true)`,
  );
  const answer = (await engine.rows(`SELECT ${asked.join(", ")} FROM ${from}`))[0]!;
  return stored.map((column) => !wide.includes(column) || answer[wide.indexOf(column)] === true);
}

function firstRows(column: Column, rows: number): Column {
  if (column.type === "string") return { ...column, codes: column.codes.subarray(0, rows) };
  return {
    ...column,
    values: column.values.subarray(0, rows),
    ...(column.missing !== undefined && { missing: column.missing.subarray(0, rows) }),
  } as Column;
}
