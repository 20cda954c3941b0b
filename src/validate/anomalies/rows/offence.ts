import type { Column } from "@millrace/program";
import { isTime, TIMESTAMP_PATTERNS } from "#dataset";
import { isWholeNumber } from "../../schema/infer-schema.ts";
import type { Feature, Schema } from "../../schema/model.ts";
import { compareBytes } from "../../statistics/compare-bytes.ts";
import { allowedTexts, floatOf, floatText } from "../checks/check-domain.ts";
import type { AnomalyExample, AnomalyType } from "../model.ts";

export type RowValue = AnomalyExample["value"];

/** Which values of a column are at fault, in two forms that mean the same. */
export interface Offence {
  readonly test: (value: RowValue) => boolean;
  /** A condition over a table with the column as DuckDB types it. */
  readonly sql: string;
}

/** The offence behind an anomaly of one column, which SQL calls `x`; `undefined` where no single row is at fault. */
export function offenceOf(
  type: AnomalyType,
  x: string,
  feature: Feature | undefined,
  schema: Schema,
  column: Column["type"],
  timePattern?: string,
): Offence | undefined {
  if (column === "vector") return undefined;
  const text = column === "string";
  switch (type) {
    case "ENUM_TYPE_UNEXPECTED_STRING_VALUES":
      return text ? notAmong([...(feature === undefined ? [] : (allowedTexts(feature, schema) ?? []))], x) : undefined;
    case "BOOL_TYPE_UNEXPECTED_STRING": {
      const { trueValue, falseValue } = feature?.boolDomain ?? {};
      return notAmong(
        [trueValue, falseValue].filter((value) => value !== undefined),
        x,
      );
    }
    case "BOOL_TYPE_SMALL_INT":
    case "BOOL_TYPE_BIG_INT":
    case "BOOL_TYPE_UNEXPECTED_FLOAT":
      return { test: (value) => typeof value === "number" && value !== 0 && value !== 1, sql: `${x} NOT IN (0, 1)` };
    case "INT_TYPE_SMALL_INT":
      return beyond(x, column, "<", feature?.intDomain?.min, false);
    case "INT_TYPE_BIG_INT":
      return beyond(x, column, ">", feature?.intDomain?.max, false);
    case "FLOAT_TYPE_SMALL_FLOAT":
      return beyond(x, column, "<", feature?.floatDomain?.min, true);
    case "FLOAT_TYPE_BIG_FLOAT":
      return beyond(x, column, ">", feature?.floatDomain?.max, true);
    case "INT_TYPE_NOT_INT_STRING":
      return text ? notWhole(x) : undefined;
    case "FLOAT_TYPE_STRING_NOT_FLOAT":
      return text ? notFloat(x) : undefined;
    case "FLOAT_TYPE_HAS_NAN":
      return text
        ? {
            test: (value) => typeof value === "string" && Number.isNaN(floatOf(value)),
            sql: `isnan(TRY_CAST(trim(${x}) AS DOUBLE))`,
          }
        : { test: (value) => Number.isNaN(value), sql: `isnan(${x})` };
    case "FLOAT_TYPE_HAS_INF":
      return text
        ? {
            test: (value) => typeof value === "string" && Math.abs(floatOf(value)) === Infinity,
            sql: `isinf(TRY_CAST(trim(${x}) AS DOUBLE))`,
          }
        : { test: (value) => value === Infinity || value === -Infinity, sql: `isinf(${x})` };
    case "FEATURE_TYPE_LOW_NUMBER_PRESENT":
    case "FEATURE_TYPE_LOW_FRACTION_PRESENT":
    case "FEATURE_TYPE_NOT_PRESENT":
    case "INVALID_FEATURE_SHAPE":
      return { test: (value) => value === null, sql: `${x} IS NULL` };
    case "UNEXPECTED_DATA_TYPE":
      if (feature?.type === "FLOAT" && text) return notFloat(x);
      if (feature?.type !== "INT") return undefined;
      if (text)
        return feature.timeDomain?.integerFormat === "UNIX_MICROSECONDS" ? notTime(x, timePattern) : notWhole(x);
      return column === "number"
        ? {
            test: (value) => typeof value === "number" && !Number.isInteger(value),
            sql: `${x} IS DISTINCT FROM trunc(${x}) OR isinf(${x}) OR isnan(${x})`,
          }
        : undefined;
    default:
      return undefined;
  }
}

function notAmong(allowed: readonly string[], x: string): Offence {
  const set = new Set(allowed);
  const list = [...set].sort(compareBytes).map(quoteText).join(", ");
  return {
    test: (value) => typeof value === "string" && !set.has(value),
    sql: list === "" ? `${x} IS NOT NULL` : `${x} NOT IN (${list})`,
  };
}

function notWhole(x: string): Offence {
  const wide = `TRY_CAST(trim(${x}) AS HUGEINT)`;
  return {
    test: (value) => typeof value === "string" && !isWholeNumber(value),
    sql: `NOT regexp_full_match(${x}, '\\s*[+-]?\\d+\\s*') OR TRY_CAST(trim(${x}) AS BIGINT) IS NULL AND ${wide} IS DISTINCT FROM -9223372036854775808`,
  };
}

/** Times are whole numbers in statistics, and texts in data: of the pattern that is named, else of any that is known. */
function notTime(x: string, pattern: string | undefined): Offence {
  const patterns = pattern === undefined ? TIMESTAMP_PATTERNS : [pattern];
  const others = patterns.filter((one) => !one.startsWith("%Y-")).map(quoteText);
  const isIso = `regexp_full_match(${x}, '${isoOf(pattern)}') AND try_strptime(left(${x}, 10), '%Y-%m-%d') IS NOT NULL`;
  const times = [
    ...(others.length < patterns.length ? [isIso] : []),
    ...(others.length > 0 ? [`try_strptime(${x}, [${others.join(", ")}]) IS NOT NULL`] : []),
  ];
  return {
    test: (value) => typeof value === "string" && !isTime(value, pattern),
    sql: `${x} IS NOT NULL AND NOT (${times.join(" OR ")})`,
  };
}

/** Of times that begin with the year, as a regular expression: seconds may have a fraction and a zone. */
function isoOf(pattern: string | undefined): string {
  const day = "\\d{4}-\\d\\d-\\d\\d";
  const clock = "([01]\\d|2[0-3]):[0-5]\\d";
  const seconds = ":[0-5]\\d(\\.\\d{1,6}0*)?( ?(Z|[+-]\\d\\d(:?\\d\\d)?))?";
  if (pattern === undefined) return `${day}([T ]${clock}(${seconds})?)?`;
  if (!pattern.includes("%H")) return day;
  return `${day}${pattern.includes("T") ? "T" : " "}${clock}${pattern.endsWith("%S") ? seconds : ""}`;
}

function notFloat(x: string): Offence {
  return {
    test: (value) => typeof value === "string" && !floatText.test(value),
    sql: `NOT regexp_full_match(${x}, '${floatText.source.slice(1, -1)}', 'i')`,
  };
}

/** Beyond a bound. The reference keeps bounds and values of floats in 32 bits. */
function beyond(
  x: string,
  column: Column["type"],
  side: "<" | ">",
  bound: number | undefined,
  float: boolean,
): Offence | undefined {
  if (bound === undefined) return undefined;
  const limit = float ? Math.fround(bound) : bound;
  const test = (value: RowValue) => {
    if (value === null) return false;
    const number = typeof value === "string" ? floatOf(value) : Number(value);
    const kept = float ? Math.fround(number) : number;
    return side === "<" ? kept < limit : kept > limit;
  };
  const read =
    column === "string"
      ? `TRY_CAST(trim(${x}) AS DOUBLE)`
      : column === "timestamp"
        ? `epoch_us(${x})`
        : column === "bool"
          ? `CAST(${x} AS INTEGER)`
          : x;
  const kept = float ? `CAST(CAST(${read} AS FLOAT) AS DOUBLE)` : read;
  // NaN is above everything in SQL and beside everything here.
  const numbers = column === "number" || column === "string" ? ` AND NOT isnan(CAST(${read} AS DOUBLE))` : "";
  return { test, sql: `${kept} ${side} ${limit}${numbers}` };
}

const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Reads a row's value; missing is `null`. */
export function reader(column: Exclude<Column, { type: "vector" }>): (row: number) => RowValue {
  if (column.type === "string") return (row) => column.levels[column.codes[row]!] ?? null;
  if (column.type === "bool") return (row) => (column.missing?.[row] === 1 ? null : column.values[row] === 1);
  return (row) => (column.missing?.[row] === 1 ? null : column.values[row]!);
}

/** The rows (from 0) whose value is at fault, in order. */
export function offendingRows(offence: Offence, column: Column, rows: number): number[] {
  if (column.type === "vector") return [];
  const found: number[] = [];
  if (column.type === "string") {
    // A text that occurs often is judged once.
    const bad = Uint8Array.from(column.levels, (level) => (offence.test(level) ? 1 : 0));
    const missing = offence.test(null);
    for (let row = 0; row < rows; row++) {
      const code = column.codes[row]!;
      if (code < 0 ? missing : bad[code] === 1) found.push(row);
    }
    return found;
  }
  const read = reader(column);
  for (let row = 0; row < rows; row++) if (offence.test(read(row))) found.push(row);
  return found;
}
