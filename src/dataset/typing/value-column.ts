import type { Column } from "@millrace/program";
import type { ReadProblem, SnapshotType } from "../model.ts";
import { TextColumn } from "./text-column.ts";
import { type TypedColumn, typeColumn } from "./type-column.ts";

/** A value of a typed source: JSON, SQL, Parquet. Whole numbers beyond ±2^53 come as bigint; `null` is missing. */
export type Value = string | number | bigint | boolean | null;

/**
 * Types a column of a typed source by all its values: one kind keeps its type, whole and decimal numbers together are `number`, whole
 * numbers beyond ±2^53 and mixtures become text exactly, and text that is dates by one pattern becomes `timestamp`.
 */
export function typeValues(
  name: string,
  values: readonly Value[],
  nullValues: readonly string[],
  problems: ReadProblem[],
): TypedColumn {
  const seen = { text: 0, integer: 0, decimal: 0, big: 0, bool: 0 };
  const nulls = new Set(nullValues);
  const missingAt = (value: Value | undefined) =>
    value === null ||
    value === undefined ||
    value === "" ||
    (typeof value === "string" && nulls.has(value)) ||
    Number.isNaN(value);
  for (const value of values) {
    if (missingAt(value)) continue;
    if (typeof value === "string") seen.text++;
    else if (typeof value === "boolean") seen.bool++;
    else if (typeof value === "bigint") {
      if (value > 9007199254740992n || value < -9007199254740992n) seen.big++;
      else seen.integer++;
    } else if (Number.isInteger(value) && Math.abs(value as number) <= 9007199254740992) seen.integer++;
    else seen.decimal++;
  }
  const kinds = Number(seen.text > 0) + Number(seen.integer + seen.decimal + seen.big > 0) + Number(seen.bool > 0);
  const text = (row: number) => (missingAt(values[row]) ? null : valueText(values[row]!));
  if (kinds === 1 && seen.text === 0 && seen.big === 0)
    return {
      name,
      text,
      column: numeric(values, missingAt, seen.bool > 0 ? "bool" : seen.decimal > 0 ? "number" : "integer"),
    };
  if (kinds > 1)
    problems.push({
      kind: "kinds-mixed",
      column: name,
      message: `"${name}" mixes ${seen.text} texts, ${seen.integer + seen.decimal + seen.big} numbers and ${seen.bool} booleans; it is kept as text.`,
      next: "Write one kind of value, or make the column with a derived expression.",
    });
  const column = new TextColumn();
  for (let row = 0; row < values.length; row++) {
    if (missingAt(values[row])) {
      column.addMissing();
      continue;
    }
    const bytes = Buffer.from(valueText(values[row]!), "utf8");
    column.add(bytes, 0, bytes.length);
  }
  const dates = kinds === 1 && seen.text > 0;
  return typeColumn(
    name,
    column,
    { nullValues: [], numbersInText: false, declared: dates ? undefined : "string" },
    problems,
  );
}

const valueText = (value: NonNullable<Value>): string => (Object.is(value, -0) ? "0" : String(value));

function numeric(
  values: readonly Value[],
  missingAt: (value: Value | undefined) => boolean,
  type: SnapshotType,
): Column {
  let missing: Uint8Array | undefined;
  const out = type === "bool" ? new Uint8Array(values.length) : new Float64Array(values.length);
  for (let row = 0; row < values.length; row++) {
    if (missingAt(values[row])) {
      missing ??= new Uint8Array(values.length);
      missing[row] = 1;
    } else out[row] = Number(values[row]) + 0;
  }
  return { type, values: out, ...(missing === undefined ? {} : { missing }) } as Column;
}
