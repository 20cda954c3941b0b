import { createWriteStream } from "node:fs";
import { resolve } from "node:path";
import { finished } from "node:stream/promises";
import { MillraceError } from "#kernel";
import { writeWhole } from "../engine/out-file.ts";

/** How a file is written, by its name. Errors: DATASET_FORMAT_UNKNOWN. */
export function outKind(out: string): "csv" | "tsv" | "parquet" {
  const kind = /\.(csv|tsv|parquet)$/i.exec(out)?.[1]?.toLowerCase();
  if (kind !== undefined) return kind as "csv" | "tsv" | "parquet";
  throw new MillraceError("DATASET_FORMAT_UNKNOWN", {
    message: `The format to write cannot be told from ${out}.`,
    next: "End the name in .csv, .tsv or .parquet.",
    facts: { out },
  });
}

/** Writes that many rows of texts, which are asked for by row (from 0) and column. */
export type WriteRows = (rows: number, textAt: (row: number, column: number) => string | null) => void | Promise<void>;

/** Writes a table of texts, whole or not at all; null is an empty field. `give` calls the writer with part after part. */
export async function writeDelimited(
  out: string,
  kind: "csv" | "tsv",
  names: readonly string[],
  give: (write: WriteRows) => void | Promise<void>,
): Promise<void> {
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
    let block = line(names);
    await give(async (rows, textAt) => {
      for (let row = 0; row < rows; row++) {
        block += line(names.map((_, k) => textAt(row, k)));
        if (block.length > 1 << 20) {
          await write(block);
          block = "";
        }
      }
    });
    await write(block);
    stream.end();
    await Promise.race([finished(stream), failed]);
  });
}

function cell(value: string | null, delimiter: string): string {
  if (value === null) return "";
  return value.includes(delimiter) || /["\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
