import { MillraceError } from "#kernel";
import type { ColumnStatistics, ValueCount } from "../model.ts";
import { isMissingAt, type NestedColumn, type NestedFrame } from "../nested/model.ts";

/** Columns that together write a sparse vector: where its values stand, and the values. */
export interface SparseFeature {
  readonly name: string;
  readonly index: readonly string[];
  readonly value: string;
}

/** A column of lists whose values have weights in another. */
export interface WeightedFeature {
  readonly name: string;
  readonly feature: string;
  readonly weight: string;
}

/** In how many rows the parts of a sparse feature do not go together, in the reference's words. */
export function sparseStatistics(frame: NestedFrame, { name, index, value }: SparseFeature): ColumnStatistics {
  const values = lengthsOf(frame, value);
  const indexes = index.map((one) => ({ name: one, ...compare(values, lengthsOf(frame, one)) }));
  const anyIndex = index.map((one) => lengthsOf(frame, one));
  let missingValue = 0;
  for (let row = 0; row < frame.rows; row++)
    if (values[row]! < 0 && anyIndex.some((lengths) => lengths[row]! >= 0)) missingValue++;
  const ranks = (of: (one: (typeof indexes)[number]) => number): ValueCount[] =>
    indexes.map((one) => ({ value: one.name, count: of(one) }));
  return linked(name, [
    { name: "missing_value", num: missingValue },
    { name: "missing_index", ranks: ranks(({ missing }) => missing) },
    { name: "max_length_diff", ranks: ranks(({ max }) => max) },
    { name: "min_length_diff", ranks: ranks(({ min }) => min) },
  ]);
}

/** The same of a weighted feature. */
export function weightedFeatureStatistics(
  frame: NestedFrame,
  { name, feature, weight }: WeightedFeature,
): ColumnStatistics {
  const values = lengthsOf(frame, feature);
  const weights = lengthsOf(frame, weight);
  const { missing, min, max } = compare(values, weights);
  let missingValue = 0;
  for (let row = 0; row < frame.rows; row++) if (values[row]! < 0 && weights[row]! >= 0) missingValue++;
  return linked(name, [
    { name: "missing_weight", num: missing },
    { name: "missing_value", num: missingValue },
    { name: "min_weight_length_diff", num: min },
    { name: "max_weight_length_diff", num: max },
  ]);
}

const linked = (name: string, custom: ColumnStatistics["custom"]): ColumnStatistics => ({
  name,
  type: "INT",
  present: 0,
  missing: 0,
  minValues: 0,
  maxValues: 0,
  custom: custom!,
  precision: "exact",
});

/** Rows with values but without the other column, and how much longer the other is, missing counting as none. */
function compare(values: Int32Array, others: Int32Array): { missing: number; min: number; max: number } {
  let missing = 0;
  let min = values.length === 0 ? 0 : Infinity;
  let max = values.length === 0 ? 0 : -Infinity;
  for (const [row, length] of values.entries()) {
    if (length >= 0 && others[row]! < 0) missing++;
    const difference = Math.max(others[row]!, 0) - Math.max(length, 0);
    min = Math.min(min, difference);
    max = Math.max(max, difference);
  }
  return { missing, min, max };
}

/** Values a row holds; −1 where it is missing. */
function lengthsOf(frame: NestedFrame, name: string): Int32Array {
  const column: NestedColumn | undefined = frame.columns.get(name);
  if (column === undefined)
    throw new MillraceError("VALIDATE_COLUMN_UNKNOWN", {
      message: `There is no column "${name}", which a sparse or weighted feature names.`,
      next: "Correct the names of its parts.",
      facts: { column: name },
    });
  return Int32Array.from({ length: frame.rows }, (_, row) => {
    if (isMissingAt(column, row)) return -1;
    return column.type === "list" ? column.offsets[row + 1]! - column.offsets[row]! : 1;
  });
}
