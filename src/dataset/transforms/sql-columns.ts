import type { Column, Frame } from "@millrace/program";
import { MillraceError } from "#kernel";
import { bindExpression, parseExpression } from "../engine/expressions.ts";
import { type Engine, withEngine } from "../engine/open-engine.ts";
import { foldName, quoteName } from "../engine/quoting.ts";
import { describe, readQuery } from "../parquet/read-query.ts";
import { loadFrame } from "../parquet/write-frame.ts";
import { pick } from "./aggregate.ts";

/** The column that a SQL expression gives over a frame's rows, in their order. */
export async function sqlColumn(frame: Frame, expression: string, what: string): Promise<Column> {
  return withEngine({ folders: [] }, async (engine) => {
    const names = [...frame.columns.keys()];
    const wanted = await parseExpression(engine, expression, names, what);
    const used = names.filter((name) => wanted.has(foldName(name)));
    // An expression without columns still gives one value a row.
    await loadNamed(engine, { rows: frame.rows, columns: pick(frame, used.length > 0 ? used : names.slice(0, 1)) });
    await bindExpression(engine, expression, "rows", names, what);
    const from = `(SELECT (${expression}\n) AS result FROM rows)`;
    try {
      const stored = await describe(engine, `SELECT result FROM ${from}`);
      // One evaluation: what reads the column would otherwise compute it several times.
      await engine.run(`CREATE TABLE computed AS SELECT result FROM ${from}`);
      return (await readQuery(engine, "computed", stored)).columns.get("result")!;
    } catch (error) {
      if (error instanceof MillraceError) throw error;
      throw new MillraceError("DATASET_EXPRESSION_INVALID", {
        message: `The ${what} expression \`${expression}\` fails on a row: ${(error as Error).message.split("\n")[0]!.replace(/\.$/, "")}.`,
        next: "Use try_cast or a CASE for values that the expression cannot take.",
        facts: { expression, what },
        cause: error,
      });
    }
  });
}

async function loadNamed(engine: Engine, frame: Frame): Promise<void> {
  const stored = await loadFrame(engine, frame, "loaded");
  const list = [...frame.columns.keys()].map((name, k) => `${stored[k]} AS ${quoteName(name)}`);
  await engine.run(`CREATE VIEW rows AS SELECT ${list.join(", ")} FROM loaded`);
}
