import type { Column, Frame, ProgramInput, ValueRef } from "@millrace/program";
import { countLevels } from "../categorical-features.ts";
import { sortedPresent } from "../numeric-features.ts";
import type { PlanBuilder } from "../plan-builder.ts";

/** A column as codes 0 … width − 1 of its rows, and the node that gives them; the last code is missing or unseen. */
export interface CellCodes {
  readonly name: string;
  readonly codes: Int32Array;
  readonly width: number;
  readonly node: (plan: PlanBuilder) => ValueRef;
}

/** A column's codes by its values, and by what a few splits of a tree make of it. */
export interface CodedColumn {
  readonly name: string;
  /** Every value a code, or many ranges where most rows have a value of their own. */
  readonly fine: CellCodes;
  /** Ranges of a number, where its values are more; the same as `fine` where they are few. */
  readonly ranges: CellCodes;
  /** A few ranges; the same as `fine` where there are few; undefined for text of many levels. */
  readonly coarse: CellCodes | undefined;
}

/** Rows a value should have on average, for a code of its own. */
const leastRepeated = 3;
const ranges = 24;
/** What trees see without effort. */
const coarse = 6;

/** Columns whose values can be told apart as codes: texts, truth values and numbers. */
export function codeColumn(input: ProgramInput, ref: ValueRef, column: Column, frame: Frame): CodedColumn | undefined {
  if (column.type === "string" && input.type === "string") return codeText(input.name, ref, column);
  if (column.type === "string" || column.type === "vector" || column.type === "timestamp") return undefined;
  const toNumber = (plan: PlanBuilder) =>
    column.type === "bool" ? plan.node("toNumber", [ref], {}, `${input.name}, as 0 or 1`) : ref;
  const sorted = sortedPresent(column.values, column.missing).filter(Number.isFinite);
  const distinct = sorted.filter((value, k) => k === 0 || value !== sorted[k - 1]);
  if (distinct.length < 2) return undefined;
  const by = (edges: Float64Array): CellCodes => ({
    name: input.name,
    width: edges.length + 2,
    codes: Int32Array.from({ length: frame.rows }, (_, row) =>
      column.missing?.[row] === 1 ? edges.length + 1 : countBelow(edges, column.values[row]!),
    ),
    node: (plan) => {
      const place = plan.node("bin", [toNumber(plan)], { edges: plan.tensor(edges) }, `${input.name}, its place`);
      return plan.node("impute", [place], { value: edges.length + 1 }, `${input.name}, its place or missing`);
    },
  });
  const narrow = by(quantiles(sorted, ranges));
  const fine =
    distinct.length * leastRepeated <= sorted.length || distinct.length <= coarse ? by(distinct.slice(0, -1)) : narrow;
  return {
    name: input.name,
    fine,
    ranges: distinct.length <= 2 * ranges ? fine : narrow,
    coarse: distinct.length <= coarse ? fine : by(quantiles(sorted, coarse)),
  };
}

function codeText(name: string, ref: ValueRef, column: Extract<Column, { type: "string" }>): CodedColumn | undefined {
  const { levels, counts, codes } = countLevels(column);
  const kept = levels.filter((_, k) => counts[k]! > 1);
  if (kept.length < 2) return undefined;
  const place = new Map(kept.map((level, k) => [level, k]));
  const own = Int32Array.from(levels, (level) => place.get(level) ?? kept.length);
  const coded: CellCodes = {
    name,
    width: kept.length + 1,
    codes: codes.map((code) => (code < 0 ? kept.length : own[code]!)),
    node: (plan) =>
      plan.node("ordinal", [ref], { levels: kept, unseen: kept.length, missing: kept.length }, `${name}, its place`),
  };
  return { name, fine: coded, ranges: coded, coarse: kept.length <= coarse ? coded : undefined };
}

function quantiles(sorted: Float64Array, count: number): Float64Array {
  const edges = Array.from({ length: count - 1 }, (_, k) => sorted[Math.floor(((k + 1) * sorted.length) / count)]!);
  return Float64Array.from(new Set(edges.filter((edge) => edge < sorted.at(-1)!)));
}

/** How many edges lie below x. */
function countBelow(edges: Float64Array, x: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (edges[middle]! < x) low = middle + 1;
    else high = middle;
  }
  return low;
}
