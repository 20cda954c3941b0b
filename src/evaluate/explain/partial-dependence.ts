import type { Column, Frame } from "@millrace/program";
import { z } from "zod";
import { parseOptions } from "#kernel";
import { type CellValue, cellOf, columnNamed, columnOf, withColumn } from "./columns.ts";
import type { EffectPoint, ScoredModel } from "./model.ts";

export const dependenceOptionsSchema = z.strictObject({
  input: z.string().describe("The input whose value is set."),
  points: z
    .int()
    .min(2)
    .max(1000)
    .default(20)
    .describe("Values of a number, at its quantiles; levels, the most frequent."),
  trim: z.number().min(0).lt(0.5).default(0).describe("Share of the rows beyond the least and the greatest value set."),
  digits: z
    .int()
    .min(1)
    .max(17)
    .default(17)
    .describe("Significant digits of a number that is set: few, and no row's own value is told."),
  grid: z
    .array(z.union([z.number(), z.string(), z.boolean()]))
    .min(1)
    .optional()
    .describe("The values to set, instead of those of the rows."),
  rows: z.int().min(0).max(10_000).default(0).describe("Of so many rows the single curves are kept (ICE)."),
});
export type DependenceOptions = z.input<typeof dependenceOptionsSchema>;

export interface PartialDependence {
  readonly input: string;
  readonly points: readonly EffectPoint[];
  /** Individual conditional expectation: `curves[row][point][output]` of the first rows. */
  readonly curves: readonly (readonly (readonly number[])[])[];
}

/**
 * The mean score with one input set to each of some values in all rows, and single rows' curves.
 *
 * Shapes: one mean an output. Missing: rows that miss the input get the value like all others. Where inputs hang together,
 * rows are made that do not occur; `accumulatedEffects` stays beside the rows.
 * Errors: EVALUATE_INPUT_UNKNOWN.
 * Source: J. Friedman, Greedy function approximation, Ann. Stat. 29, 2001, § 8.2; A. Goldstein et al., Peeking inside the
 * black box, JCGS 24, 2015, for single curves.
 */
export function partialDependence(model: ScoredModel, frame: Frame, options: DependenceOptions): PartialDependence {
  const { input, points, trim, digits, grid, rows } = parseOptions(dependenceOptionsSchema, options, "dependence");
  const column = columnNamed(frame, input);
  const values = grid ?? gridOf(column, frame.rows, points, trim, digits);
  const kept = Math.min(rows, frame.rows);
  const curves: number[][][] = Array.from({ length: kept }, () => []);
  const counts = nearestRows(column, frame.rows, values);
  const found = values.map((value, at): EffectPoint => {
    const scores = model.score(withColumn(frame, input, columnOf(column.type, new Array(frame.rows).fill(value))));
    for (let row = 0; row < kept; row++)
      curves[row]!.push([...scores.subarray(row * model.outputs, (row + 1) * model.outputs)]);
    const effect = Array.from({ length: model.outputs }, (_, output) =>
      meanOf(scores, frame.rows, model.outputs, output),
    );
    return { value, effect, rows: counts[at]! };
  });
  return { input, points: found, curves };
}

export function meanOf(scores: Float64Array, rows: number, outputs: number, output: number): number {
  let sum = 0;
  for (let row = 0; row < rows; row++) sum += scores[row * outputs + output]!;
  return rows === 0 ? Number.NaN : sum / rows;
}

/** Distinct quantiles of a number; the most frequent levels of a text. */
function gridOf(
  column: Column,
  rows: number,
  points: number,
  trim: number,
  digits: number,
): (number | string | boolean)[] {
  if (column.type === "bool") return [false, true];
  if (column.type === "string") {
    const counts = new Map<string, number>();
    for (let row = 0; row < rows; row++) {
      const level = column.levels[column.codes[row]!];
      if (level !== undefined) counts.set(level, (counts.get(level) ?? 0) + 1);
    }
    return [...counts]
      .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
      .slice(0, points)
      .map(([level]) => level);
  }
  const sorted = presentSorted(column, rows);
  if (sorted.length === 0) return [];
  const at = (share: number) => Number(sorted[Math.round(share * (sorted.length - 1))]!.toPrecision(digits));
  return [...new Set(Array.from({ length: points }, (_, k) => at(trim + (1 - 2 * trim) * (k / (points - 1)))))];
}

/** The values that are there, ascending. */
export function presentSorted(column: Column, rows: number): Float64Array {
  if (column.type === "string" || column.type === "bool" || column.type === "vector") return new Float64Array();
  return column.values
    .slice(0, rows)
    .filter((_, row) => column.missing?.[row] !== 1)
    .sort();
}

function nearestRows(column: Column, rows: number, values: readonly CellValue[]): number[] {
  const counts = new Array<number>(values.length).fill(0);
  for (let row = 0; row < rows; row++) {
    const own = cellOf(column, row);
    if (own === null) continue;
    let at = typeof own === "number" ? 0 : values.indexOf(own);
    if (typeof own === "number")
      values.forEach((value, k) => {
        if (Math.abs(Number(value) - own) < Math.abs(Number(values[at]) - own)) at = k;
      });
    if (at >= 0) counts[at]!++;
  }
  return counts;
}
