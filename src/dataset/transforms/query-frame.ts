import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Frame } from "@millrace/program";
import { MillraceError } from "#kernel";
import { type Engine, withEngine } from "../engine/open-engine.ts";
import { quoteText } from "../engine/quoting.ts";
import { describe, readQuery } from "../parquet/read-query.ts";
import { writeFrame } from "../parquet/write-frame.ts";

/**
 * What one SELECT over a table named `input` gives of a frame.
 *
 * ```ts
 * const x = { type: "integer", values: Float64Array.of(3, 5) } as const;
 * const twice = await queryFrame({ rows: 2, columns: new Map([["x", x]]) }, "SELECT 2 * x AS y FROM input WHERE x > 3");
 * twice.rows; // 1
 * ```
 *
 * Shapes: rows come in no order that holds, unless the query ends in ORDER BY.
 * Errors: DATASET_EXPRESSION_INVALID: it does not parse or bind, or is no single SELECT.
 */
export async function queryFrame(frame: Frame, sql: string): Promise<Frame> {
  const folder = await mkdtemp(join(tmpdir(), "millrace-query-"));
  try {
    const path = join(folder, "input.parquet");
    await writeFrame(frame, path);
    return await withEngine({ folders: [folder] }, async (engine) => {
      await requireSelect(engine, sql);
      await engine.run(`CREATE VIEW input AS SELECT * FROM read_parquet(${quoteText(path)})`);
      const query = `(${sql.trim().replace(/;$/, "")}\n)`;
      try {
        return await readQuery(engine, query, await describe(engine, `SELECT * FROM ${query}`));
      } catch (error) {
        throw queryInvalid(sql, (error as Error).message, error);
      }
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function requireSelect(engine: Engine, sql: string): Promise<void> {
  const answer = await engine.rows(`SELECT json_serialize_sql(${quoteText(sql)})`);
  const parsed = JSON.parse(String(answer[0]![0])) as {
    error: boolean;
    error_message?: string;
    statements?: unknown[];
  };
  if (parsed.error) throw queryInvalid(sql, parsed.error_message ?? "it does not parse");
  if (parsed.statements?.length !== 1) throw queryInvalid(sql, "it is not one SELECT");
}

function queryInvalid(sql: string, said: string, cause?: unknown): MillraceError {
  return new MillraceError("DATASET_EXPRESSION_INVALID", {
    message: `The query ${JSON.stringify(sql.slice(0, 200))} does not run: ${said.split("\n")[0]}.`,
    next: "Write one SELECT over the table `input`, whose columns `millrace data inspect` lists.",
    cause,
  });
}
