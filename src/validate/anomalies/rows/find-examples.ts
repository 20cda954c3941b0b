import type { Schema } from "../../schema/model.ts";
import type { NestedFrame } from "../../statistics/nested/model.ts";
import type { Anomaly, AnomalyExample, RowAnomaly } from "../model.ts";
import { type ListOffence, listOffenceOf } from "./list-offence.ts";
import { offenceOf, offendingRows, type RowValue, reader } from "./offence.ts";
import { placeOf } from "./place-of.ts";

/** The rows that show an anomaly of one column: how many, the first of them, and the query that finds them. */
export function findExamples(
  anomaly: RowAnomaly,
  schema: Schema,
  frame: NestedFrame,
  limit: number,
): Pick<Anomaly, "examples" | "offendingRows" | "sql"> {
  const place = placeOf(anomaly, schema, frame);
  if (place === undefined) return {};
  const { sql, column, feature } = place;
  const { type } = anomaly;
  const { rows } = frame;
  if (column.type === "struct" || column.type === "bytes" || column.type === "vector") return {};
  if (column.type === "list") return findLists(listOffenceOf(type, sql, feature, schema, column), rows, limit);
  const offence = offenceOf(type, sql, feature, schema, column.type, anomaly.timePattern);
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
