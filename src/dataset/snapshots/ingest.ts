import type { Frame, JsonObject } from "@millrace/program";
import type { WorkContext } from "#kernel";
import type { SnapshotInfo, SourceFile, SourcePlace } from "../model.ts";
import { writeFrame } from "../parquet/write-frame.ts";
import { readSource } from "../reading/read-source.ts";
import type { ReadTable } from "../reading/read-table.ts";
import { type ResolvedSource, resolveSource, type SourceRef } from "../sources/source-schema.ts";
import type { Operation } from "../transforms/operations.ts";
import { transformFrame } from "../transforms/transform-snapshot.ts";
import { snapshotShape } from "./snapshot-shape.ts";

export interface IngestOptions extends SourcePlace {
  /** Path of the Parquet file to write. */
  readonly out: string;
  /** Columns computed from each row by a SQL expression, before `where`. */
  readonly derive?: readonly { readonly name: string; readonly sql: string }[];
  /** Rows to keep: those for which this SQL condition is true. */
  readonly where?: string;
}

/**
 * Reads a source whole and checked, writes it as a Parquet snapshot, and says what it holds and where it comes from.
 *
 * ```ts
 * const info = await ingest({ kind: "file", path: "strikes.csv" }, { project: ".", out: "strikes.parquet" }, plainContext());
 * info.content; // "sha256:…": the same for the same rows, wherever and whenever they are read
 * ```
 *
 * Missing: empty text, and what `nullValues` names. Errors: those of `inspectSource`, KERNEL_FOLDER_READ_ONLY, KERNEL_DISK_FULL.
 */
export async function ingest(source: SourceRef, options: IngestOptions, ctx: WorkContext): Promise<SnapshotInfo> {
  const resolved = resolveSource(source);
  ctx.progress({ what: "reading" });
  const { table, files } = await readSource(resolved, options);
  const operations: Operation[] = [
    ...(options.derive ?? []).map(({ name, sql }): Operation => ({ op: "derive", name, sql })),
    ...(options.where === undefined ? [] : [{ op: "filter", where: options.where } as const]),
  ];
  let frame = frameOf(table);
  let reports: JsonObject[] = [];
  if (operations.length > 0) ({ frame, reports } = await transformFrame(frame, operations));
  ctx.progress({ what: "writing", done: 0, total: frame.rows });
  const patterns = patternsOf(table);
  await writeFrame(frame, options.out, { patterns });
  return {
    ...snapshotShape(frame, patterns),
    provenance: {
      source: recordedSource(resolved),
      files: files.map((file: SourceFile, k) => ({ ...file, rows: table.fileRows[k] ?? 0 })),
      problems: table.problems,
      ...(reports.length === 0 ? {} : { operations: reports }),
    },
  };
}

/** The columns of a table that was read, as a frame. */
export function frameOf(table: ReadTable): Frame {
  return { rows: table.rows, columns: new Map(table.columns.map((column) => [column.name, column.column])) };
}

/** How the text of each timestamp column was read. */
export function patternsOf({ columns }: ReadTable): Map<string, string> {
  return new Map(columns.flatMap(({ name, pattern }) => (pattern === undefined ? [] : [[name, pattern] as const])));
}

/** The source as provenance keeps it: secrets by name only, which is how they are written. */
const recordedSource = (source: ResolvedSource): JsonObject => JSON.parse(JSON.stringify(source)) as JsonObject;
