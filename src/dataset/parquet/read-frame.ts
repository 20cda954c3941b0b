import { stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Frame } from "@millrace/program";
import { MillraceError } from "#kernel";
import { bindExpression, failedOnRow, parseExpression } from "../engine/expressions.ts";
import { withEngine } from "../engine/open-engine.ts";
import { quoteText } from "../engine/quoting.ts";
import { unknownColumn } from "../frames/frame-columns.ts";
import { maskIndices, selectRows } from "../frames/select-rows.ts";
import { SPLIT_NAMES, type SplitName } from "../splits/model.ts";
import { describe, guardParquet, readQuery } from "./read-query.ts";
import { storedPatterns } from "./snapshot-patterns.ts";

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
  const { frame } = await readSnapshot(parquetPath, options);
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

/** A snapshot's rows and the patterns of its timestamps, in one opening. */
export async function readSnapshot(
  parquetPath: string,
  options: Pick<ReadFrameOptions, "columns" | "where"> = {},
): Promise<{ frame: Frame; patterns: Map<string, string> }> {
  const path = resolve(parquetPath);
  await requireFile(path);
  const { where } = options;
  return withEngine({ folders: [dirname(path)] }, (engine) =>
    guardParquet(parquetPath, async () => {
      const file = `read_parquet(${quoteText(path)})`;
      const stored = await describe(engine, `SELECT * FROM ${file}`);
      const known = new Map(stored.map((column) => [column.name, column]));
      const names = [...known.keys()];
      const wanted = (options.columns ?? names).map((name) => {
        const column = known.get(name);
        if (column === undefined) throw unknownColumn(name, names);
        return column;
      });
      const patterns = await storedPatterns(engine, path);
      if (where === undefined) return { frame: await readQuery(engine, file, wanted), patterns };
      await parseExpression(engine, where, names, "where");
      await bindExpression(engine, where, file, names, "where");
      try {
        return { frame: await readQuery(engine, `(SELECT * FROM ${file} WHERE (${where}\n))`, wanted), patterns };
      } catch (error) {
        throw /^(Conversion|Invalid Input|Out of Range) Error/.test((error as Error).message)
          ? failedOnRow(where, "where", error)
          : error;
      }
    }),
  );
}

async function requireFile(path: string): Promise<void> {
  if ((await stat(path).catch(() => undefined))?.isFile()) return;
  throw new MillraceError("DATASET_SOURCE_MISSING", {
    message: `There is no file ${path}.`,
    next: "Make the snapshot first, for example with `millrace data ingest`.",
    facts: { path },
  });
}
