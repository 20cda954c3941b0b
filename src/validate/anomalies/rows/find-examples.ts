import type { Column } from "@millrace/program";
import type { Feature, Schema } from "../../schema/model.ts";
import type { Anomaly, AnomalyExample, AnomalyType } from "../model.ts";
import { offenceOf, offendingRows, type RowValue, reader } from "./offence.ts";

/** The rows that show an anomaly of one column: how many, the first of them, and the query that finds them. */
export function findExamples(
  type: AnomalyType,
  name: string,
  feature: Feature | undefined,
  schema: Schema,
  column: Column,
  { rows, limit }: { readonly rows: number; readonly limit: number },
): Pick<Anomaly, "examples" | "offendingRows" | "sql"> {
  const offence = offenceOf(type, name, feature, schema, column.type);
  if (offence === undefined || column.type === "vector") return {};
  const found = offendingRows(offence, column, rows);
  const read = reader(column);
  const examples: AnomalyExample[] = found.slice(0, limit).map((row) => ({ row: row + 1, value: shown(read(row)) }));
  return { examples, offendingRows: found.length, sql: `SELECT * FROM input WHERE ${offence.sql}` };
}

/** JSON has no infinities and no NaN. */
function shown(value: RowValue): RowValue {
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}
