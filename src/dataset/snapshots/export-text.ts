import { createWriteStream } from "node:fs";
import { resolve } from "node:path";
import { finished } from "node:stream/promises";
import { MillraceError } from "#kernel";
import { writeWhole } from "../engine/out-file.ts";
import type { SourcePlace } from "../model.ts";
import { writeFrame } from "../parquet/write-frame.ts";
import { readSource } from "../reading/read-source.ts";
import { resolveSource, type SourceRef } from "../sources/source-schema.ts";
import { frameOf } from "./ingest.ts";

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
): Promise<{ rows: number; columns: number }> {
  const kind = /\.(csv|tsv|parquet)$/i.exec(out)?.[1]?.toLowerCase();
  if (kind === undefined)
    throw new MillraceError("DATASET_FORMAT_UNKNOWN", {
      message: `The format to write cannot be told from ${out}.`,
      next: "End the name in .csv, .tsv or .parquet.",
      facts: { out },
    });
  const { table } = await readSource(resolveSource(source), place);
  if (kind === "parquet") await writeFrame(frameOf(table), out);
  else {
    const delimiter = kind === "tsv" ? "\t" : ",";
    await writeWhole(resolve(out), async (temporary) => {
      const stream = createWriteStream(temporary);
      const failed = new Promise<never>((_, reject) => stream.once("error", reject));
      failed.catch(() => undefined);
      const write = async (text: string) => {
        if (!stream.write(text))
          await Promise.race([new Promise<void>((resume) => stream.once("drain", () => resume())), failed]);
      };
      const line = (values: readonly (string | null)[]) =>
        // A lone empty value is quoted: as a blank line, readers would pass it over.
        values.length === 1 && (values[0] ?? "") === ""
          ? '""\n'
          : `${values.map((value) => cell(value, delimiter)).join(delimiter)}\n`;
      let block = line(table.columns.map((column) => column.name));
      for (let row = 0; row < table.rows; row++) {
        block += line(table.columns.map((column) => column.text(row)));
        if (block.length > 1 << 20) {
          await write(block);
          block = "";
        }
      }
      await write(block);
      stream.end();
      await Promise.race([finished(stream), failed]);
    });
  }
  return { rows: table.rows, columns: table.columns.length };
}

function cell(value: string | null, delimiter: string): string {
  if (value === null) return "";
  return value.includes(delimiter) || /["\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
