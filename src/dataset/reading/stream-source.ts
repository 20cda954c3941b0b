import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { Column, Frame } from "@millrace/program";
import { withEngine } from "../engine/open-engine.ts";
import { quoteName, quoteText } from "../engine/quoting.ts";
import type { ReadProblem, SourcePlace } from "../model.ts";
import { columnFacts, describe, guardParquet, readQuery } from "../parquet/read-query.ts";
import { isWide } from "../parquet/stored-types.ts";
import { type FoundFile, findFiles } from "../sources/find-files.ts";
import { type FileSource, resolveSource, type SourceRef } from "../sources/source-schema.ts";
import { type DecidedType, TypeDecision, typeAs } from "../typing/decide-type.ts";
import { numberStyleOf } from "../typing/number-words.ts";
import type { TextColumn } from "../typing/text-column.ts";
import type { Value } from "../typing/value-column.ts";
import { missingTest, ValueDecision, valuesAs } from "../typing/value-kinds.ts";
import { ObjectColumns } from "./object-columns.ts";
import { readCsvFile } from "./read-csv.ts";
import { type JsonFormat, readJsonFile } from "./read-json.ts";
import { checkParquet } from "./read-parquet.ts";
import { formatOf } from "./read-source.ts";

/** A source that is read part by part, so that it may be larger than the memory. */
export interface StreamedSource {
  readonly format: string;
  readonly problems: readonly ReadProblem[];
  /** Reads the source once, giving its rows in order as frames of about `rows` rows. */
  each(work: (frame: Frame) => void): Promise<void>;
}

/**
 * A source of files to be read in parts; types are decided by every row, which takes all but Parquet a reading of its own.
 * Undefined where the source is of another kind, which is only read whole.
 *
 * Errors: those of `ingest`.
 */
export async function streamSource(
  source: SourceRef,
  place: SourcePlace,
  rows: number,
): Promise<StreamedSource | undefined> {
  const resolved = resolveSource(source);
  if (resolved.kind !== "file" || resolved.types !== undefined) return undefined;
  const files = await findFiles(resolved.path, place, resolved.maxBytes);
  const formats = new Set(files.map((file) => resolved.format ?? formatOf(file)));
  if (formats.size > 1) return undefined;
  const [format] = formats;
  if (format === "parquet") return streamParquet(files, rows);
  if (format === "jsonl" || format === "json") return streamJson(files, resolved, format, rows);
  return streamCsv(files, resolved, rows);
}

/** How many bytes a source's files hold; undefined where it is no source of files. */
export async function sourceBytes(source: SourceRef, place: SourcePlace): Promise<number | undefined> {
  const resolved = resolveSource(source);
  if (resolved.kind !== "file") return undefined;
  const files = await findFiles(resolved.path, place, resolved.maxBytes);
  let bytes = 0;
  for (const { path } of files) bytes += (await stat(path)).size;
  return bytes;
}

async function streamCsv(files: readonly FoundFile[], source: FileSource, rows: number): Promise<StreamedSource> {
  const problems: ReadProblem[] = [];
  const decisions = new Map<string, TypeDecision>();
  const style = numberStyleOf(source);
  let delimiter = ",";
  const read = async (found: ReadProblem[], take: (columns: ReadonlyMap<string, TextColumn>) => void) => {
    const columns = new Map<string, TextColumn>();
    let header = source.header;
    for (const [k, file] of files.entries()) {
      const stated = header === undefined ? source : { ...source, header };
      const one = await readCsvFile(file, stated, columns, found, k === 0, { rows, take });
      ({ header, delimiter } = one);
    }
    if ([...columns.values()][0]!.rows > 0) take(columns);
  };
  await read(problems, (columns) => {
    for (const [name, text] of columns) {
      const decision = decisions.get(name) ?? new TypeDecision(source.nullValues, style);
      decisions.set(name, decision);
      decision.add(text);
    }
  });
  const types = new Map<string, DecidedType>();
  for (const [name, decision] of decisions) types.set(name, decision.decide(name, problems));
  return {
    format: source.format ?? (delimiter === "\t" ? "tsv" : "csv"),
    problems,
    each: (work) =>
      read([], (columns) => {
        const typed = [...columns].map(([name, text]): [string, Column] => [
          name,
          typeAs(text, types.get(name)!, source.nullValues, style),
        ]);
        work({ rows: [...columns.values()][0]!.rows, columns: new Map(typed) });
      }),
  };
}

async function streamJson(
  files: readonly FoundFile[],
  source: FileSource,
  format: JsonFormat,
  rows: number,
): Promise<StreamedSource> {
  const missingAt = missingTest(source.nullValues);
  const read = async (take: (columns: ReadonlyMap<string, readonly Value[]>, rows: number) => void) => {
    const columns = new ObjectColumns();
    const flush = (count: number) => take(columns.take(), count);
    for (const file of files)
      await readJsonFile(file, source, format, columns, () => {
        if (columns.rows === rows) flush(rows);
      });
    if (columns.rows > 0) flush(columns.rows);
  };
  const decisions = new Map<string, ValueDecision>();
  await read((columns) => {
    for (const [name, values] of columns) {
      const decision = decisions.get(name) ?? new ValueDecision(missingAt);
      decisions.set(name, decision);
      decision.add(values);
    }
  });
  const problems: ReadProblem[] = [];
  const types = [...decisions].map(([name, decision]) => [name, decision.decide(name, problems)] as const);
  return {
    format,
    problems,
    each: (work) =>
      read((columns, count) => {
        const none = new Array<Value>(count).fill(null);
        // A column that appears in a later part is missing in this one.
        const typed = types.map(
          ([name, type]) => [name, valuesAs(columns.get(name) ?? none, type, missingAt)] as const,
        );
        work({ rows: count, columns: new Map(typed) });
      }),
  };
}

async function streamParquet(files: readonly FoundFile[], rows: number): Promise<StreamedSource> {
  const problems: ReadProblem[] = [];
  const each = async (work: (frame: Frame) => void) => {
    for (const file of files)
      await guardParquet(file.name, () =>
        withEngine({ folders: [dirname(file.path)], memoryLimitMb: 256, threads: 1 }, async (engine) => {
          const stored = await checkParquet(engine, file, []);
          const whole = `read_parquet(${quoteText(file.path)}, file_row_number = true)`;
          const facts = await columnFacts(engine, whole, stored);
          // A part must be typed as the whole: what does not fit a double everywhere is text everywhere.
          const list = stored.map(({ name, sqlType }, k) => {
            const sql = quoteName(name);
            return isWide(sqlType) && !facts[k]!.fitsDouble ? `CAST(${sql} AS VARCHAR) AS ${sql}` : sql;
          });
          const total = Number((await engine.rows(`SELECT count(*) FROM ${whole}`))[0]![0]);
          for (let from = 0; from < total; from += rows) {
            const part = `(SELECT ${list.join(", ")} FROM ${whole} WHERE file_row_number >= ${from} AND file_row_number < ${from + rows})`;
            work(await readQuery(engine, part, await describe(engine, `SELECT * FROM ${part}`)));
          }
        }),
      );
  };
  for (const file of files)
    await guardParquet(file.name, () =>
      withEngine({ folders: [dirname(file.path)] }, async (engine) => {
        await checkParquet(engine, file, problems);
      }),
    );
  return { format: "parquet", problems, each };
}
