import { MillraceError } from "#kernel";
import type { StatisticsType } from "../model.ts";
import { ExactSum } from "../sums/exact-sum.ts";
import { type CountedNumbers, mergeNumbers } from "./counted-numbers.ts";
import type { PartialColumn, PartialLevel, PartialStatistics } from "./model.ts";
import { mergePartialNumbers } from "./partial-numbers.ts";
import { mergePartialTexts } from "./partial-texts.ts";
import { mergeWeights } from "./partial-weights.ts";

/**
 * The partial statistics of two parts taken together: what `partialStatistics` gives of all their rows.
 *
 * Errors: VALIDATE_PARTIAL_MISMATCH: the parts have other columns, types or limits.
 */
export function mergePartials(a: PartialStatistics, b: PartialStatistics): PartialStatistics {
  if (a.limit !== b.limit) throw mismatch(`one part counts ${a.limit} distinct values, the other ${b.limit}`);
  const second = new Map(b.columns.map((column) => [column.name, column]));
  const extra = b.columns.find(({ name }) => !a.columns.some((column) => column.name === name));
  if (extra !== undefined) throw mismatch(`only one part has the column "${extra.name}"`);
  if ((a.weightedRows === undefined) !== (b.weightedRows === undefined)) throw mismatch("only one part has weights");
  return {
    rows: a.rows + b.rows,
    limit: a.limit,
    ...(a.weightedRows && b.weightedRows && { weightedRows: sumOf(a.weightedRows, b.weightedRows) }),
    columns: a.columns.map((column) => {
      const other = second.get(column.name);
      if (other === undefined) throw mismatch(`only one part has the column "${column.name}"`);
      return mergeColumn(column, other, a.limit);
    }),
  };
}

function mergeColumn(a: PartialColumn, b: PartialColumn, limit: number): PartialColumn {
  const type = commonType(a, b);
  const lengths = mergeLengths(a, b);
  const numbers = a.numbers && b.numbers ? mergePartialNumbers(a.numbers, b.numbers, limit) : (a.numbers ?? b.numbers);
  const texts = a.texts && b.texts ? mergePartialTexts(a.texts, b.texts, limit) : (a.texts ?? b.texts);
  const leaf = { ...(type.has("numbers") && numbers && { numbers }), ...(type.has("texts") && texts && { texts }) };
  return {
    name: a.name,
    ...(a.path && { path: a.path }),
    type: type.name,
    present: a.present + b.present,
    missing: a.missing + b.missing,
    ...(lengths && { lengths }),
    ...(a.levels && b.levels && { levels: mergeLevels(a.levels, b.levels) }),
    ...leaf,
    ...(a.weights && b.weights && { weights: mergeWeights(a.weights, b.weights, leaf) }),
  };
}

/** A part in which a column is all missing does not know its type; whole numbers are numbers. */
function commonType(a: PartialColumn, b: PartialColumn) {
  const is = (name: StatisticsType) => ({
    name,
    has: (kind: "numbers" | "texts") => (kind === "texts") === (name === "STRING" || name === "BYTES"),
  });
  if (a.type === b.type) return is(a.type);
  const both = new Set([a.type, b.type]);
  if (both.has("INT") && both.has("FLOAT")) return is("FLOAT");
  if (a.present === 0) return is(b.type);
  if (b.present === 0) return is(a.type);
  throw mismatch(`"${a.name}" is ${a.type} in one part and ${b.type} in the other`);
}

function mergeLengths(a: PartialColumn, b: PartialColumn): CountedNumbers | undefined {
  if (a.lengths === undefined && b.lengths === undefined) return undefined;
  const ones = ({ lengths, present }: PartialColumn): CountedNumbers =>
    lengths ?? {
      values: Float64Array.of(...(present > 0 ? [1] : [])),
      counts: Float64Array.of(...(present > 0 ? [present] : [])),
    };
  return mergeNumbers(ones(a), ones(b));
}

function mergeLevels(a: readonly PartialLevel[], b: readonly PartialLevel[]): PartialLevel[] {
  if (a.length !== b.length) throw mismatch(`lists nest ${a.length} deep in one part and ${b.length} in the other`);
  return a.map((level, k) => ({
    present: level.present + b[k]!.present,
    missing: level.missing + b[k]!.missing,
    lengths: mergeNumbers(level.lengths, b[k]!.lengths),
  }));
}

function sumOf(a: ExactSum, b: ExactSum): ExactSum {
  const sum = new ExactSum();
  sum.merge(a);
  sum.merge(b);
  return sum;
}

function mismatch(what: string): MillraceError {
  return new MillraceError("VALIDATE_PARTIAL_MISMATCH", {
    message: `The parts do not belong together: ${what}.`,
    next: "Make the partial statistics of every part with the same columns, types and options.",
  });
}
