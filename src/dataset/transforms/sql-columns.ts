import type { Column, Frame } from "@millrace/program";
import { bindExpression, failedOnRow, parseExpression } from "../engine/expressions.ts";
import type { Engine } from "../engine/open-engine.ts";
import { foldName, quoteName } from "../engine/quoting.ts";
import { describe, readQuery } from "../parquet/read-query.ts";
import { loadFrame } from "../parquet/write-frame.ts";
import { pick } from "./aggregate.ts";

/** The column that a SQL expression gives over a frame's rows, in their order. */
export async function sqlColumn(engine: Engine, frame: Frame, expression: string, what: string): Promise<Column> {
  const names = [...frame.columns.keys()];
  const wanted = await parseExpression(engine, expression, names, what);
  const used = names.filter((name) => wanted.has(foldName(name)));
  // An expression without columns still gives one value a row.
  const columns = pick(frame, used.length > 0 ? used : names.slice(0, 1));
  const table = `loaded_${++tables}`;
  const stored = await loadFrame(engine, { rows: frame.rows, columns }, table);
  const list = [...columns.keys()].map((name, k) => `${stored[k]} AS ${quoteName(name)}`);
  await engine.run(`CREATE VIEW ${table}_rows AS SELECT ${list.join(", ")} FROM ${table}`);
  await bindExpression(engine, expression, `${table}_rows`, names, what);
  const computed = `${table}_computed`;
  try {
    // One evaluation: what reads the column would otherwise compute it several times.
    await engine.run(`CREATE TABLE ${computed} AS SELECT (${expression}\n) AS result FROM ${table}_rows`);
  } catch (error) {
    throw failedOnRow(expression, what, error);
  }
  const types = await describe(engine, `SELECT result FROM ${computed}`);
  const result = (await readQuery(engine, computed, types)).columns.get("result")!;
  await engine.run(`DROP VIEW ${table}_rows; DROP TABLE ${computed}; DROP TABLE ${table}`);
  return result;
}

/** Tables of one engine need names of their own. */
let tables = 0;
