import type { Feature, Schema } from "../../schema/model.ts";
import { isMissingAt, type ListColumn } from "../../statistics/nested/model.ts";
import type { AnomalyType } from "../model.ts";
import { offenceOf, type RowValue, reader } from "./offence.ts";

/** Rows of lists at fault: what of each to show, or undefined where it is not; and the SQL that says the same. */
export interface ListOffence {
  readonly shownOf: (row: number) => RowValue | undefined;
  /** A condition over a table whose column is a LIST, as DuckDB reads it from Parquet and JSON. */
  readonly sql: string;
}

/**
 * The offence behind an anomaly of a column of lists: a row is at fault by its first value that is, or by how many values
 * it holds. Undefined where no single row is at fault, and for lists of lists or of structures.
 */
export function listOffenceOf(
  type: AnomalyType,
  name: string,
  feature: Feature | undefined,
  schema: Schema,
  column: ListColumn,
): ListOffence | undefined {
  const x = `"${name.replaceAll('"', '""')}"`;
  const lengthOf = (row: number) => column.offsets[row + 1]! - column.offsets[row]!;
  const counted = (test: (length: number) => boolean, sql: string): ListOffence => ({
    shownOf: (row) => (!isMissingAt(column, row) && test(lengthOf(row)) ? `${lengthOf(row)} values` : undefined),
    sql,
  });
  const { min, max } = feature?.valueCount ?? {};
  switch (type) {
    case "FEATURE_TYPE_LOW_NUMBER_VALUES":
      return min === undefined ? undefined : counted((length) => length < min, `len(${x}) < ${min}`);
    case "FEATURE_TYPE_HIGH_NUMBER_VALUES":
      return max === undefined ? undefined : counted((length) => length > max, `len(${x}) > ${max}`);
    case "INVALID_FEATURE_SHAPE": {
      const size = (feature?.shape?.dim ?? []).reduce((product, one) => product * (one.size ?? 1), 1);
      return {
        shownOf: (row) =>
          isMissingAt(column, row) ? null : lengthOf(row) === size ? undefined : `${lengthOf(row)} values`,
        sql: `len(${x}) IS DISTINCT FROM ${size}`,
      };
    }
    case "FEATURE_TYPE_LOW_NUMBER_PRESENT":
    case "FEATURE_TYPE_LOW_FRACTION_PRESENT":
    case "FEATURE_TYPE_NOT_PRESENT":
      return { shownOf: (row) => (isMissingAt(column, row) ? null : undefined), sql: `${x} IS NULL` };
    default:
      return anyValue(type, x, feature, schema, column);
  }
}

/** A row whose list holds a value at fault. */
function anyValue(
  type: AnomalyType,
  x: string,
  feature: Feature | undefined,
  schema: Schema,
  { offsets, values }: ListColumn,
): ListOffence | undefined {
  if (values.type === "list" || values.type === "struct" || values.type === "bytes" || values.type === "vector")
    return undefined;
  const offence = offenceOf(type, "item", feature, schema, values.type);
  if (offence === undefined) return undefined;
  const read = reader(values);
  return {
    shownOf: (row) => {
      for (let at = offsets[row]!; at < offsets[row + 1]!; at++) {
        const value = read(at);
        if (offence.test(value)) return value;
      }
      return undefined;
    },
    sql: `EXISTS (SELECT 1 FROM (SELECT unnest(${x}) AS item) WHERE ${offence.sql})`,
  };
}
