import type { Column, Frame } from "@millrace/program";
import type { Schema } from "../../schema/model.ts";
import type { NestedFrame } from "../../statistics/nested/model.ts";
import type { Anomaly, RowAnomaly } from "../model.ts";
import { listOffenceOf } from "./list-offence.ts";
import { offenceOf, offendingRows } from "./offence.ts";
import { placeOf } from "./place-of.ts";

/** Rows set aside: 1 in `mask` where a row is bad, and why, by row (from 0). */
export interface Quarantine {
  readonly mask: Uint8Array;
  readonly rows: number;
  readonly reasons: ReadonlyMap<number, readonly string[]>;
}

/** Rows that something else than the schema found at fault. */
export interface FaultyRows {
  /** What is wrong, in a few words. */
  readonly reason: string;
  /** Rows from 0. */
  readonly rows: readonly number[];
}

/**
 * The rows that cause the errors among these anomalies, each with its reasons.
 *
 * ```ts
 * const age = { type: "integer", values: Float64Array.of(31, 100) } as const;
 * const frame = { rows: 2, columns: new Map([["age", age]]) };
 * const schema = schemaFromText('feature { name: "age" type: INT int_domain { max: 99 } }');
 * const anomalies = validateStatistics(computeStatistics(frame), schema);
 * findQuarantine(frame, schema, anomalies).reasons.get(1); // ["age INT_TYPE_BIG_INT"]
 * ```
 *
 * Shapes: `mask` has one entry a row. Anomalies of severity WARNING, and those that no row causes, set nothing aside.
 */
export function findQuarantine(
  frame: NestedFrame,
  schema: Schema,
  anomalies: readonly (RowAnomaly & Pick<Anomaly, "severity">)[],
  others: readonly FaultyRows[] = [],
): Quarantine {
  const reasons = new Map<number, string[]>();
  const mask = new Uint8Array(frame.rows);
  const set = (row: number, reason: string) => {
    mask[row] = 1;
    const known = reasons.get(row);
    if (known === undefined) reasons.set(row, [reason]);
    else known.push(reason);
  };
  for (const anomaly of anomalies) {
    if (anomaly.severity !== "ERROR") continue;
    for (const row of faultyRows(anomaly, schema, frame)) set(row, `${anomaly.feature} ${anomaly.type}`);
  }
  for (const { reason, rows } of others) for (const row of rows) set(row, reason);
  return { mask, rows: reasons.size, reasons };
}

function faultyRows(anomaly: RowAnomaly, schema: Schema, frame: NestedFrame): readonly number[] {
  const place = placeOf(anomaly, schema, frame);
  if (place === undefined) return [];
  const { sql, column, feature } = place;
  if (column.type === "struct" || column.type === "bytes") return [];
  if (column.type === "list") {
    const offence = listOffenceOf(anomaly.type, sql, feature, schema, column);
    return offence === undefined
      ? []
      : Array.from({ length: frame.rows }, (_, row) => row).filter((row) => offence.shownOf(row) !== undefined);
  }
  const offence = offenceOf(anomaly.type, sql, feature, schema, column.type, anomaly.timePattern);
  return offence === undefined ? [] : offendingRows(offence, column, frame.rows);
}

export const quarantineColumns = { row: "quarantine_row", reasons: "quarantine_reasons" } as const;

/** The frame of rows set aside (as `mask` chose them), with their numbers in the source (from 1) and their reasons. */
export function markQuarantine(bad: Frame, { mask, reasons }: Quarantine): Frame {
  const numbers = Float64Array.from([...mask.keys()].filter((row) => mask[row] === 1));
  const texts = Array.from(numbers, (row) => (reasons.get(row) ?? []).join("; "));
  const levels = [...new Set(texts)];
  const codes = new Map(levels.map((level, code) => [level, code]));
  const added: [string, Column][] = [
    [quarantineColumns.row, { type: "integer", values: numbers.map((row) => row + 1) }],
    [quarantineColumns.reasons, { type: "string", levels, codes: Int32Array.from(texts, (text) => codes.get(text)!) }],
  ];
  return { rows: bad.rows, columns: new Map([...bad.columns, ...added]) };
}

/** A frame as it was before its rows were set aside: without the columns that quarantine added. */
export function unmarkQuarantine(frame: Frame): Frame {
  const { row, reasons } = quarantineColumns;
  if (!frame.columns.has(row) || !frame.columns.has(reasons)) return frame;
  return {
    rows: frame.rows,
    columns: new Map([...frame.columns].filter(([name]) => name !== row && name !== reasons)),
  };
}
