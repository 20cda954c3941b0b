import { z } from "zod";
import { MillraceError, parseOptions } from "#kernel";
import { bootstrap, centralInterval, drawsOf } from "../intervals/bootstrap.ts";
import type { Sample } from "../metrics/sample.ts";
import type { Direction, MetricResult } from "../model.ts";

/** Measures that need more than a name (a cost, a quantile, a season), prepared for many weightings of their rows. */
export interface MeasureSet extends Sample {
  readonly directions: readonly Direction[];
}

/** One measure of a set: how it follows from what the rows were summed to, and why it may not. */
export interface MeasureSpec<Facts> {
  readonly name: string;
  readonly direction: Direction;
  readonly value: (facts: Facts) => number;
  /** Why these rows may not define it. */
  readonly reason: string;
}

/** A set whose measures share one pass over the rows. */
export function measureSet<Facts>(
  rows: number,
  sum: (weights: Float64Array) => Facts,
  specs: readonly MeasureSpec<Facts>[],
): MeasureSet {
  return {
    rows,
    names: specs.map(({ name }) => name),
    directions: specs.map(({ direction }) => direction),
    measure(weights, out) {
      const facts = sum(weights);
      specs.forEach(({ value }, i) => {
        out[i] = value(facts);
      });
    },
    reason: (name) => (rows === 0 ? "there are no rows" : specs.find((one) => one.name === name)!.reason),
  };
}

export const measureOptionsSchema = z.strictObject({
  weights: z.custom<ArrayLike<number>>().optional().describe("One a row (a ranking: one a query), not negative."),
  seed: z.int().default(0).describe("Seed of the draws."),
  draws: z.int().min(0).max(100_000).default(1000).describe("Draws of the bootstrap; 0 leaves intervals out."),
  confidence: z.number().gt(0.5).lt(1).default(0.95).describe("Coverage of the intervals."),
});
export type MeasureOptions = z.input<typeof measureOptionsSchema>;

/**
 * Every measure of a set with its direction and interval.
 *
 * ```ts
 * const set = rankingMeasures(Float64Array.of(2, 4), [1, 0], ["q", "q"]);
 * measureWithIntervals(set, { draws: 0 }).mapScore?.value; // 0.5
 * ```
 *
 * Missing: a measure that these rows do not define is `null` with its reason. Random: bootstrap keyed by the seed, over
 * rows, of a ranking over queries. Errors: EVALUATE_LENGTH_MISMATCH · EVALUATE_WEIGHT_INVALID.
 */
export function measureWithIntervals(
  set: MeasureSet,
  options: MeasureOptions = {},
): Readonly<Record<string, MetricResult>> {
  const { weights: given, seed, draws, confidence } = parseOptions(measureOptionsSchema, options, "measures");
  const weights = checkWeights(given, set.rows);
  const values = new Float64Array(set.names.length).fill(Number.NaN);
  if (set.rows > 0) set.measure(weights, values);
  const drawn = draws === 0 || set.rows < 2 ? null : bootstrap([set], weights, draws, seed)[0]!;
  return Object.fromEntries(
    set.names.map((name, i): [string, MetricResult] => {
      const direction = set.directions[i]!;
      const value = values[i]!;
      if (!Number.isFinite(value))
        return [name, { value: null, low: null, high: null, direction, reason: set.reason(name) }];
      const interval = drawn === null ? null : centralInterval(drawsOf(drawn, name), drawn.draws, confidence);
      if (interval === null) return [name, { value, low: null, high: null, direction }];
      return [name, { value, ...interval, direction, interval: "bootstrap" }];
    }),
  );
}

/** Weights are added and squared: beyond this a figure would be lost. */
const greatestTotal = 1e150;

/** Errors: EVALUATE_WEIGHT_INVALID: weights that add up to more than can be counted with. */
export function refuseTotal(weights: Float64Array): void {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total <= greatestTotal) return;
  throw new MillraceError("EVALUATE_WEIGHT_INVALID", {
    message: `The weights add up to ${total}, and no more than ${greatestTotal} can be counted with.`,
    next: "Divide the weights by their mean: only their proportions matter.",
  });
}

/** Weights as numbers, 1 each where none are given. Errors: EVALUATE_LENGTH_MISMATCH · EVALUATE_WEIGHT_INVALID. */
export function checkWeights(given: ArrayLike<number> | undefined, rows: number): Float64Array {
  if (given === undefined) return new Float64Array(rows).fill(1);
  sameLength("weights", given.length, rows);
  const weights = Float64Array.from(given);
  const wrong = weights.findIndex((weight) => !(weight >= 0 && weight < Infinity));
  if (wrong >= 0 || (rows > 0 && weights.every((weight) => weight === 0)))
    throw new MillraceError("EVALUATE_WEIGHT_INVALID", {
      message:
        wrong < 0
          ? `All ${rows} weights are 0.`
          : `The weight in row ${wrong + 1} is ${weights[wrong]}; weights are finite and not negative.`,
      next: wrong < 0 ? "Give at least one row a positive weight." : "Correct the weight, or give the row weight 0.",
      facts: { row: wrong + 1 },
    });
  refuseTotal(weights);
  return weights;
}

export function sameLength(what: string, length: number, expected: number): void {
  if (length === expected) return;
  throw new MillraceError("EVALUATE_LENGTH_MISMATCH", {
    message: `There are ${length} ${what} where ${expected} are needed.`,
    next: `Give one of the ${what} for each row.`,
    facts: { what, length, expected },
  });
}

/** Errors: EVALUATE_SCORE_INVALID · EVALUATE_LABEL_INVALID, with the first row (rows count from 1). */
export function refuseUnless(
  code: "EVALUATE_SCORE_INVALID" | "EVALUATE_LABEL_INVALID",
  what: string,
  values: ArrayLike<number>,
  fits: (value: number) => boolean,
  expected: string,
): void {
  for (let row = 0; row < values.length; row++)
    if (!fits(values[row]!))
      throw new MillraceError(code, {
        message: `The ${what} in row ${row + 1} is ${values[row]}; it must be ${expected}.`,
        next: `Correct or leave out the rows whose ${what} is wrong.`,
        facts: { what, row: row + 1 },
      });
}

export const isNumber = (value: number): boolean => Number.isFinite(value);
export const isBinary = (value: number): boolean => value === 0 || value === 1;
