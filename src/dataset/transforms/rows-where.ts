import type { Frame } from "@millrace/program";
import { MillraceError } from "#kernel";
import { withEngine } from "../engine/open-engine.ts";
import { sqlColumn } from "./sql-columns.ts";

/**
 * One entry a row: 1 where a SQL condition holds, 0 where it doesn't, 2 where it can't be told for a missing value.
 *
 * ```ts
 * const age = { type: "integer", values: Float64Array.of(31, 100) } as const;
 * await rowsWhere({ rows: 2, columns: new Map([["age", age]]) }, "age < 99", "the rule adults"); // Uint8Array [1, 0]
 * ```
 *
 * Errors: DATASET_EXPRESSION_INVALID, DATASET_EXPRESSION_REFUSED; DATASET_COLUMN_TYPE: when it is no condition.
 */
export async function rowsWhere(frame: Frame, condition: string, what: string): Promise<Uint8Array> {
  const column = await withEngine({ folders: [] }, (engine) => sqlColumn(engine, frame, condition, what));
  if (column.type !== "bool")
    throw new MillraceError("DATASET_COLUMN_TYPE", {
      message: `The SQL of ${what} gives a ${column.type}, and a condition is true or false.`,
      next: "Write a condition, like: price > 0",
      facts: { sql: condition },
    });
  return Uint8Array.from({ length: frame.rows }, (_, row) => (column.missing?.[row] === 1 ? 2 : column.values[row]!));
}
