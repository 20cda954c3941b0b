import { stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Frame } from "@millrace/program";
import { MillraceError } from "#kernel";
import { bindExpression, parseExpression } from "../engine/expressions.ts";
import { withEngine } from "../engine/open-engine.ts";
import { quoteText } from "../engine/quoting.ts";
import { unknownColumn } from "../frames/frame-columns.ts";
import { maskIndices, selectRows } from "../frames/select-rows.ts";
import { SPLIT_NAMES, type SplitName } from "../splits/model.ts";
import { describe, guardParquet, readQuery } from "./read-query.ts";

export interface ReadFrameOptions {
  /** Names and order of the columns to read; all by default. */
  readonly columns?: readonly string[];
  /** Rows of one split or several, by the codes that `assignSplits` gave for the whole file. */
  readonly split?: { readonly codes: Uint8Array; readonly take: SplitName | readonly SplitName[] };
  /** A SQL condition on the file's columns; rows where it is true are read. */
  readonly where?: string;
}

/**
 * The rows of a snapshot as typed columns, in the file's order.
 *
 * ```ts
 * const frame = await readFrame("strikes.parquet", { columns: ["Speed"], where: `"Speed" > 100` });
 * ```
 *
 * Shapes: levels of text stand in order of their UTF-8 bytes. Units: timestamps are microseconds since 1970 UTC.
 * Missing: null and NaN. Whole numbers beyond ±2^53 are read as text, exactly.
 * Errors: DATASET_SOURCE_MISSING, DATASET_PARQUET_BROKEN, DATASET_COLUMN_UNKNOWN, DATASET_EXPRESSION_INVALID.
 */
export async function readFrame(parquetPath: string, options: ReadFrameOptions = {}): Promise<Frame> {
  const path = resolve(parquetPath);
  await requireFile(path);
  const frame = await withEngine({ folders: [dirname(path)] }, (engine) =>
    guardParquet(parquetPath, async () => {
      const stored = await describe(engine, `SELECT * FROM read_parquet(${quoteText(path)})`);
      const names = stored.map((column) => column.name);
      const wanted = options.columns ?? names;
      for (const name of wanted) if (!names.includes(name)) throw unknownColumn(name, names);
      let from = `read_parquet(${quoteText(path)})`;
      if (options.where !== undefined) {
        await parseExpression(engine, options.where, names, "where");
        await bindExpression(engine, options.where, from, names, "where");
        from = `(SELECT * FROM ${from} WHERE (${options.where}))`;
      }
      return readQuery(
        engine,
        from,
        wanted.map((name) => stored.find((column) => column.name === name)!),
      );
    }),
  );
  if (options.split === undefined) return frame;
  const { codes } = options.split;
  if (options.where !== undefined || codes.length !== frame.rows)
    throw new MillraceError("DATASET_OPERATION_INVALID", {
      message: `A split is given for ${codes.length} rows; it is taken from the whole file of ${frame.rows} rows, without \`where\`.`,
      next: "Assign the splits on the same snapshot that is read.",
      facts: { codes: codes.length, rows: frame.rows },
    });
  const take = typeof options.split.take === "string" ? [options.split.take] : options.split.take;
  const wanted = new Set(take.map((name) => SPLIT_NAMES.indexOf(name)));
  return selectRows(frame, maskIndices(codes.map((code) => (wanted.has(code) ? 1 : 0))));
}

async function requireFile(path: string): Promise<void> {
  if ((await stat(path).catch(() => undefined))?.isFile()) return;
  throw new MillraceError("DATASET_SOURCE_MISSING", {
    message: `There is no file ${path}.`,
    next: "Make the snapshot first, for example with `millrace data ingest`.",
    facts: { path },
  });
}
