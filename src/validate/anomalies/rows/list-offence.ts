import type { Feature, Schema } from "../../schema/model.ts";
import { isMissingAt, type ListColumn, type NestedColumn } from "../../statistics/nested/model.ts";
import type { AnomalyType } from "../model.ts";
import { offenceOf, type RowValue, reader } from "./offence.ts";

/** Rows of lists at fault: what of each to show, or undefined where it is not; and the SQL that says the same. */
export interface ListOffence {
  readonly shownOf: (row: number) => RowValue | undefined;
  /** A condition over a table whose column is a LIST, as DuckDB reads it from Parquet and JSON. */
  readonly sql: string;
}

/**
 * The offence behind an anomaly of a column of lists, which SQL calls `x`: a row is at fault by its first value that is, or by how many values
 * it holds, however deep the lists nest. Undefined where no single row is at fault, and for lists of structures.
 */
export function listOffenceOf(
  type: AnomalyType,
  x: string,
  feature: Feature | undefined,
  schema: Schema,
  column: ListColumn,
): ListOffence | undefined {
  const lengthOf = (row: number) => column.offsets[row + 1]! - column.offsets[row]!;
  switch (type) {
    case "FEATURE_TYPE_LOW_NUMBER_VALUES":
      return anyLength(x, column, leastCounts(feature), (length, least) => length < least, "<");
    case "FEATURE_TYPE_HIGH_NUMBER_VALUES":
      return anyLength(x, column, mostCounts(feature), (length, most) => length > most, ">");
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

/** Bounds on how many values a list holds, one a nest level, outermost first. */
const leastCounts = (feature: Feature | undefined) => countsOf(feature).map(({ min }) => min);
const mostCounts = (feature: Feature | undefined) => countsOf(feature).map(({ max }) => max);
const countsOf = (feature: Feature | undefined) =>
  feature?.valueCounts?.valueCount ?? (feature?.valueCount === undefined ? [] : [feature.valueCount]);

interface Level {
  readonly lists: ListColumn;
  /** Where the lists of this level begin that belong to each row. */
  readonly offsets: Int32Array;
  /** SQL of one list that holds those lists. */
  readonly sql: string;
}

/** The nest levels of a column, outermost first; the lists of the outermost are the rows themselves. */
function levelsOf(x: string, column: ListColumn): Level[] {
  const levels: Level[] = [];
  let offsets = Int32Array.from({ length: column.offsets.length }, (_, row) => row);
  let sql = `[${x}]`;
  let lists: NestedColumn = column;
  while (lists.type === "list") {
    const here: ListColumn = lists;
    levels.push({ lists: here, offsets, sql });
    offsets = offsets.map((at) => here.offsets[at]!);
    sql = levels.length === 1 ? x : `flatten(${sql})`;
    lists = here.values;
  }
  return levels;
}

/** A row with a list, at any level, that is shorter or longer than its level allows. */
function anyLength(
  x: string,
  column: ListColumn,
  bounds: readonly (number | undefined)[],
  test: (length: number, bound: number) => boolean,
  sign: "<" | ">",
): ListOffence | undefined {
  const bounded = levelsOf(x, column).flatMap((level, k) =>
    bounds[k] === undefined ? [] : [{ ...level, bound: bounds[k], outermost: k === 0 }],
  );
  if (bounded.length === 0) return undefined;
  return {
    shownOf: (row) => {
      for (const { lists, offsets, bound } of bounded)
        for (let at = offsets[row]!; at < offsets[row + 1]!; at++) {
          const length = lists.offsets[at + 1]! - lists.offsets[at]!;
          if (!isMissingAt(lists, at) && test(length, bound)) return `${length} values`;
        }
      return undefined;
    },
    sql: bounded
      .map(({ sql, bound, outermost }) =>
        outermost
          ? `len(${x}) ${sign} ${bound}`
          : `EXISTS (SELECT 1 FROM (SELECT unnest(${sql}) AS item) WHERE len(item) ${sign} ${bound})`,
      )
      .join(" OR "),
  };
}

/** A row whose lists hold a value at fault. */
function anyValue(
  type: AnomalyType,
  x: string,
  feature: Feature | undefined,
  schema: Schema,
  column: ListColumn,
): ListOffence | undefined {
  const levels = levelsOf(x, column);
  const { lists, offsets: outer, sql } = levels.at(-1)!;
  const { values } = lists;
  if (values.type === "list" || values.type === "struct" || values.type === "bytes" || values.type === "vector")
    return undefined;
  const offence = offenceOf(type, `"item"`, feature, schema, values.type);
  if (offence === undefined) return undefined;
  const read = reader(values);
  const offsets = outer.map((at) => lists.offsets[at]!);
  const flat = levels.length === 1 ? x : `flatten(${sql})`;
  return {
    shownOf: (row) => {
      for (let at = offsets[row]!; at < offsets[row + 1]!; at++) {
        const value = read(at);
        if (offence.test(value)) return value;
      }
      return undefined;
    },
    sql: `EXISTS (SELECT 1 FROM (SELECT unnest(${flat}) AS item) WHERE ${offence.sql})`,
  };
}
