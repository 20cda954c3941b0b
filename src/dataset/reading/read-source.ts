import { MillraceError } from "#kernel";
import type { SourceFile, SourcePlace } from "../model.ts";
import { type FoundFile, findFiles } from "../sources/find-files.ts";
import { findImages, readImages } from "../sources/images.ts";
import { readPostgres } from "../sources/postgres.ts";
import type { FileSource, ResolvedSource } from "../sources/source-schema.ts";
import { readSqlite } from "../sources/sqlite.ts";
import { digestFiles } from "../sources/watermark.ts";
import { readCsv } from "./read-csv.ts";
import { readJson } from "./read-json.ts";
import { readParquet } from "./read-parquet.ts";
import type { ReadTable } from "./read-table.ts";

/** Reads a whole source, checked, with its files and their digests. */
export async function readSource(
  source: ResolvedSource,
  place: SourcePlace,
): Promise<{ table: ReadTable; files: SourceFile[] }> {
  if (source.kind === "postgres") return { table: await readPostgres(source), files: [] };
  if (source.kind === "sqlite") {
    const table = await readSqlite(source, place);
    const files = await findFiles(source.path, place, Number.POSITIVE_INFINITY);
    return { table, files: await digestFiles(files, place) };
  }
  if (source.kind === "images") {
    const files = await findImages(source, place);
    return { table: await readImages(source, place, files), files: await digestFiles(files, place) };
  }
  const files = await findFiles(source.path, place, source.maxBytes);
  return { table: await readFiles(files, source), files: await digestFiles(files, place) };
}

async function readFiles(files: readonly FoundFile[], source: FileSource): Promise<ReadTable> {
  const formats = files.map((file) => source.format ?? formatOf(file));
  const other = formats.findIndex((format) => tableOf(format) !== tableOf(formats[0]!));
  if (other !== -1)
    throw new MillraceError("DATASET_COLUMNS_DIFFER", {
      message: `${files[0]!.name} is ${formats[0]}, but ${files[other]!.name} is ${formats[other]}: one source reads one format.`,
      next: "Narrow the glob, or state `format` on the source.",
      facts: { formats: [formats[0]!, formats[other]!] },
    });
  if (formats[0] === "parquet") return readParquet(files);
  if (formats[0] === "jsonl" || formats[0] === "json") return readJson(files, source, formats[0]);
  return readCsv(files, source);
}

const tableOf = (format: string) => (format === "tsv" ? "csv" : format);

/** What a file's name says of its format. */
export function formatOf(file: FoundFile): "csv" | "tsv" | "jsonl" | "json" | "parquet" {
  const name = file.path.toLowerCase().replace(/\.gz$/, "");
  if (/\.(csv|txt|data|dat)$/.test(name)) return "csv";
  if (/\.(tsv|tab)$/.test(name)) return "tsv";
  if (/\.(jsonl|ndjson|jsonlines)$/.test(name)) return "jsonl";
  if (/\.json$/.test(name)) return "json";
  if (/\.(parquet|pq)$/.test(name)) return "parquet";
  throw new MillraceError("DATASET_FORMAT_UNKNOWN", {
    message: `The format of ${file.name} cannot be told from its name.`,
    next: "State `format` on the source (--format on the command line): csv, tsv, jsonl, json or parquet.",
    facts: { file: file.name },
  });
}
