import { stat } from "node:fs/promises";
import type { SourcePlace } from "../model.ts";
import { formatOf } from "../reading/read-source.ts";
import { findFiles } from "../sources/find-files.ts";
import { resolveSource, type SourceRef } from "../sources/source-schema.ts";
import type { PartSize, StreamedSource } from "./model.ts";
import { streamCsv } from "./stream-csv.ts";
import { streamJson } from "./stream-json.ts";
import { streamParquet } from "./stream-parquet.ts";

/**
 * A source of files to be read in parts; types are decided by every row, which takes all but Parquet a reading of its own.
 * Undefined where the source is of another kind, which is only read whole.
 *
 * Errors: those of `ingest`.
 */
export async function streamSource(
  source: SourceRef,
  place: SourcePlace,
  part: PartSize,
): Promise<StreamedSource | undefined> {
  const resolved = resolveSource(source);
  if (resolved.kind !== "file" || resolved.types !== undefined) return undefined;
  const files = await findFiles(resolved.path, place, resolved.maxBytes);
  const formats = new Set(files.map((file) => resolved.format ?? formatOf(file)));
  if (formats.size > 1) return undefined;
  const [format] = formats;
  if (format === "parquet") return streamParquet(files, part);
  if (format === "jsonl" || format === "json") return streamJson(files, resolved, format, part);
  return streamCsv(files, resolved, part);
}

/** About as many bytes as a packed text unpacks to. */
const packed = 8;

/** How many bytes of rows a source's files hold, packed ones about; undefined where it is no source of files. */
export async function sourceBytes(source: SourceRef, place: SourcePlace): Promise<number | undefined> {
  const resolved = resolveSource(source);
  if (resolved.kind !== "file") return undefined;
  const files = await findFiles(resolved.path, place, resolved.maxBytes);
  let bytes = 0;
  for (const { path } of files) bytes += (await stat(path)).size * (path.endsWith(".gz") ? packed : 1);
  return bytes;
}
