import type { ReadProblem, SourcePlace } from "../model.ts";
import { writeFrame } from "../parquet/write-frame.ts";
import { readSource } from "../reading/read-source.ts";
import { resolveSource, type SourceRef } from "../sources/source-schema.ts";
import { frameOf } from "./ingest.ts";
import { outKind, writeDelimited } from "./write-delimited.ts";

/**
 * Writes exactly what was read from a source, so that anyone can check the reader: a `.csv` or `.tsv` holds every value as the text that
 * stood in the source, a `.parquet` the typed columns, text columns as text.
 *
 * Missing: empty. Errors: those of `inspectSource`; DATASET_FORMAT_UNKNOWN: another kind of out file; KERNEL_FOLDER_READ_ONLY, KERNEL_DISK_FULL.
 */
export async function exportText(
  source: SourceRef,
  out: string,
  place: SourcePlace,
): Promise<{ rows: number; columns: number; problems: readonly ReadProblem[] }> {
  const kind = outKind(out);
  const { table } = await readSource(resolveSource(source), place);
  const { columns, rows } = table;
  if (kind === "parquet") await writeFrame(frameOf(table), out);
  else {
    const names = columns.map((column) => column.name);
    await writeDelimited(out, kind, names, (write) => write(rows, (row, k) => columns[k]!.text(row)));
  }
  return { rows, columns: columns.length, problems: table.problems };
}
