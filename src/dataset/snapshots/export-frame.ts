import type { Column, Frame } from "@millrace/program";
import { MillraceError } from "#kernel";
import { isMissing } from "../frames/frame-columns.ts";
import { writeFrame } from "../parquet/write-frame.ts";
import { outKind, writeDelimited } from "./write-delimited.ts";

export interface ExportFrameOptions {
  /** How text became a timestamp, by column, for a Parquet file's metadata. */
  readonly patterns?: ReadonlyMap<string, string>;
  /** The texts of rows as they were read, by column, for a text file. */
  readonly texts?: ReadonlyMap<string, (row: number) => string | null>;
}

/**
 * Writes a frame to a `.csv`, `.tsv` or `.parquet` file: numbers with the shortest digits that read back to the same double, dates as
 * ISO 8601 in UTC; a text file takes `texts` where they are known.
 *
 * Missing: empty. Errors: DATASET_FORMAT_UNKNOWN: another kind of file, or a column of vectors; KERNEL_FOLDER_READ_ONLY, KERNEL_DISK_FULL.
 */
export async function exportFrame(frame: Frame, out: string, options: ExportFrameOptions = {}): Promise<void> {
  const kind = outKind(out);
  const { patterns, texts } = options;
  if (kind === "parquet") {
    await writeFrame(frame, out, { ...(patterns && { patterns }) });
    return;
  }
  const columns = [...frame.columns];
  const vector = columns.find(([, column]) => column.type === "vector")?.[0];
  if (vector !== undefined)
    throw new MillraceError("DATASET_FORMAT_UNKNOWN", {
      message: `The column "${vector}" holds vectors, which a text file cannot.`,
      next: "End the name in .parquet.",
      facts: { out, column: vector },
    });
  const names = columns.map(([name]) => name);
  await writeDelimited(out, kind, names, (write) =>
    write(frame.rows, (row, k) => {
      const [name, column] = columns[k]!;
      const text = texts?.get(name);
      return text === undefined ? cellText(column, row) : text(row);
    }),
  );
}

function cellText(column: Column, row: number): string | null {
  if (isMissing(column, row)) return null;
  if (column.type === "string") return column.levels[column.codes[row]!]!;
  const value = column.values[row]!;
  if (column.type === "bool") return value === 1 ? "true" : "false";
  if (column.type !== "timestamp") return String(value);
  const text = new Date(Math.floor(value / 1000)).toISOString();
  const micros = ((value % 1000) + 1000) % 1000;
  return micros === 0 ? text.replace(".000Z", "Z") : text.replace("Z", `${String(micros).padStart(3, "0")}Z`);
}
