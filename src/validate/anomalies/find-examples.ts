import type { Column, Frame } from "@millrace/program";
import { isWholeNumber } from "../schema/infer-schema.ts";
import type { Feature, Schema } from "../schema/model.ts";
import { allowedTexts, floatText } from "./check-domain.ts";
import type { AnomalyExample, AnomalyType } from "./model.ts";

type Value = AnomalyExample["value"];

/** The rows that show an anomaly of one column: how many, and the first of them. `undefined` where no row is at fault. */
export function findExamples(
  type: AnomalyType,
  _name: string,
  feature: Feature | undefined,
  schema: Schema,
  column: Column,
  frame: Frame,
  limit: number,
): { examples: AnomalyExample[]; offendingRows: number } | undefined {
  const offends = predicateOf(type, feature, schema);
  if (offends === undefined || column.type === "vector") return undefined;
  const read = reader(column);
  const examples: AnomalyExample[] = [];
  let offendingRows = 0;
  for (let row = 0; row < frame.rows; row++) {
    const value = read(row);
    if (!offends(value)) continue;
    offendingRows++;
    if (examples.length < limit)
      examples.push({
        row: row + 1,
        value: typeof value === "number" && !Number.isFinite(value) ? String(value) : value,
      });
  }
  return { examples, offendingRows };
}

/** Reads a row's value; missing is `null`. */
export function reader(column: Exclude<Column, { type: "vector" }>): (row: number) => Value {
  if (column.type === "string") return (row) => column.levels[column.codes[row]!] ?? null;
  if (column.type === "bool") return (row) => (column.missing?.[row] === 1 ? null : column.values[row] === 1);
  return (row) => (column.missing?.[row] === 1 ? null : column.values[row]!);
}

function predicateOf(
  type: AnomalyType,
  feature: Feature | undefined,
  schema: Schema,
): ((value: Value) => boolean) | undefined {
  const low = feature?.intDomain?.min ?? feature?.floatDomain?.min ?? -Infinity;
  const high = feature?.intDomain?.max ?? feature?.floatDomain?.max ?? Infinity;
  switch (type) {
    case "ENUM_TYPE_UNEXPECTED_STRING_VALUES": {
      const allowed = feature === undefined ? undefined : allowedTexts(feature, schema);
      return (value) => typeof value === "string" && allowed?.has(value) === false;
    }
    case "INT_TYPE_SMALL_INT":
    case "FLOAT_TYPE_SMALL_FLOAT":
      return (value) => value !== null && Number(value) < low;
    case "INT_TYPE_BIG_INT":
    case "FLOAT_TYPE_BIG_FLOAT":
      return (value) => value !== null && Number(value) > high;
    case "INT_TYPE_NOT_INT_STRING":
      return (value) => typeof value === "string" && !isWholeNumber(value);
    case "FLOAT_TYPE_STRING_NOT_FLOAT":
      return (value) => typeof value === "string" && !floatText.test(value);
    case "FLOAT_TYPE_HAS_NAN":
      return (value) => Number.isNaN(value);
    case "FLOAT_TYPE_HAS_INF":
      return (value) => value === Infinity || value === -Infinity;
    case "BOOL_TYPE_SMALL_INT":
    case "BOOL_TYPE_BIG_INT":
    case "BOOL_TYPE_UNEXPECTED_FLOAT":
      return (value) => typeof value === "number" && value !== 0 && value !== 1;
    case "BOOL_TYPE_UNEXPECTED_STRING":
      return (value) =>
        typeof value === "string" &&
        value !== feature?.boolDomain?.trueValue &&
        value !== feature?.boolDomain?.falseValue;
    case "FEATURE_TYPE_LOW_NUMBER_PRESENT":
    case "FEATURE_TYPE_LOW_FRACTION_PRESENT":
    case "INVALID_FEATURE_SHAPE":
      return (value) => value === null;
    case "UNEXPECTED_DATA_TYPE":
      return unexpectedValue(feature);
    default:
      return undefined;
  }
}

function unexpectedValue(feature: Feature | undefined): ((value: Value) => boolean) | undefined {
  if (feature?.type === "INT")
    return (value) =>
      typeof value === "string" ? !isWholeNumber(value) : typeof value === "number" && !Number.isInteger(value);
  if (feature?.type === "FLOAT") return (value) => typeof value === "string" && !floatText.test(value);
  return undefined;
}
