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
import { readCsvFile } from "./read-csv.ts";
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
 * A CSV or Parquet source to be read in parts; types are decided by every row, which takes CSV a reading of its own.
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
  if (formats.has("jsonl") || formats.size > 1) return undefined;
  return formats.has("parquet") ? streamParquet(files, rows) : streamCsv(files, resolved, rows);
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
