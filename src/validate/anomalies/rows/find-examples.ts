import type { Feature, Schema } from "../../schema/model.ts";
import type { NestedColumn } from "../../statistics/nested/model.ts";
import type { Anomaly, AnomalyExample, AnomalyType } from "../model.ts";
import { type ListOffence, listOffenceOf } from "./list-offence.ts";
import { offenceOf, offendingRows, type RowValue, reader } from "./offence.ts";

/** The rows that show an anomaly of one column: how many, the first of them, and the query that finds them. */
export function findExamples(
  type: AnomalyType,
  name: string,
  feature: Feature | undefined,
  schema: Schema,
  column: NestedColumn,
  { rows, limit }: { readonly rows: number; readonly limit: number },
): Pick<Anomaly, "examples" | "offendingRows" | "sql"> {
  if (column.type === "struct" || column.type === "bytes" || column.type === "vector") return {};
  if (column.type === "list") return findLists(listOffenceOf(type, name, feature, schema, column), rows, limit);
  const offence = offenceOf(type, name, feature, schema, column.type);
  if (offence === undefined) return {};
  const found = offendingRows(offence, column, rows);
  const read = reader(column);
  const examples: AnomalyExample[] = found.slice(0, limit).map((row) => ({ row: row + 1, value: shown(read(row)) }));
  return { examples, offendingRows: found.length, sql: `SELECT * FROM input WHERE ${offence.sql}` };
}

function findLists(
  offence: ListOffence | undefined,
  rows: number,
  limit: number,
): Pick<Anomaly, "examples" | "offendingRows" | "sql"> {
  if (offence === undefined) return {};
  const examples: AnomalyExample[] = [];
  let offendingRows = 0;
  for (let row = 0; row < rows; row++) {
    const value = offence.shownOf(row);
    if (value === undefined) continue;
    offendingRows++;
    if (examples.length < limit) examples.push({ row: row + 1, value: shown(value) });
  }
  return { examples, offendingRows, sql: `SELECT * FROM input WHERE ${offence.sql}` };
}

/** JSON has no infinities and no NaN. */
function shown(value: RowValue): RowValue {
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}
