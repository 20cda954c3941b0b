import { z } from "zod";
import { parseOptions } from "#kernel";
import { checkWeights, isBinary, isNumber, refuseUnless, sameLength } from "../measures/measure-set.ts";
import { costsSchema, missesOnly } from "./costs.ts";
import { decisionOf, decisionsAlong } from "./decisions-along.ts";

export const decisionOptionsSchema = z.strictObject({
  costs: costsSchema.describe("What each kind of decision costs, in any unit; a gain is negative."),
  capacity: z
    .strictObject({
      actions: z.number().min(0).describe("How many rows can be acted on …"),
      outOf: z.number().gt(0).describe("… of so many that come in the same time."),
    })
    .optional(),
  fill: z.boolean().default(false).describe("Use the capacity up, whatever the costs: only what is missed counts."),
  weights: z.custom<ArrayLike<number>>().optional().describe("One a row, not negative."),
});
export type DecisionOptions = z.input<typeof decisionOptionsSchema>;

/** What acting from a threshold on does to these rows, by weight. */
export interface Decision {
  /** Rows of this score or more are acted on; `null`: on none. */
  readonly threshold: number | null;
  readonly actedOnShare: number;
  /** Of the rows acted on, and of the positives; `null` without any. */
  readonly precision: number | null;
  readonly recall: number | null;
  readonly meanCost: number;
}

export interface DecisionChoice extends Decision {
  /** What decides: the costs, or the capacity alone, where only what is missed counts. */
  readonly basis: "costs" | "capacity";
  /** Share of rows that the capacity allows; 1 without one. */
  readonly capacityShare: number;
  /** The choice that no capacity would bound. */
  readonly unbounded: Decision;
  /** What each row costs more, on average, because of the capacity. */
  readonly costOfCapacity: number;
  readonly reason: string;
}

/**
 * The threshold of least cost, where only so many rows can be acted on ("50 of the 1,000 that come in a day").
 *
 * ```ts
 * const scores = Float64Array.of(0.9, 0.8, 0.2, 0.1);
 * chooseDecision(scores, [1, 1, 0, 0], { capacity: { actions: 1, outOf: 4 } }).threshold; // 0.9
 * ```
 *
 * Rows of equal score are decided alike, so a tie at the edge of the capacity is left out whole. Of equal costs the fewest
 * actions win. Missing: zero rows give no threshold and cost 0.
 * Errors: EVALUATE_LENGTH_MISMATCH · EVALUATE_SCORE_INVALID · EVALUATE_LABEL_INVALID · EVALUATE_WEIGHT_INVALID.
 */
export function chooseDecision(
  scores: Float64Array,
  labels: ArrayLike<number>,
  options: DecisionOptions = {},
): DecisionChoice {
  const { costs: named, capacity, fill, weights: given } = parseOptions(decisionOptionsSchema, options, "decision");
  const costs = fill ? missesOnly : named;
  sameLength("scores", scores.length, labels.length);
  refuseUnless("EVALUATE_SCORE_INVALID", "score", scores, isNumber, "a finite number");
  refuseUnless("EVALUATE_LABEL_INVALID", "label", labels, isBinary, "0 or 1");
  const weights = checkWeights(given, labels.length);
  const capacityShare = capacity === undefined ? 1 : Math.min(1, capacity.actions / capacity.outOf);
  let total = 0;
  let positives = 0;
  for (let row = 0; row < labels.length; row++) {
    total += weights[row]!;
    positives += weights[row]! * labels[row]!;
  }
  const none: Decision = { threshold: null, ...decisionOf({ total, positives, acted: 0, hits: 0 }, costs) };
  let best = none;
  let unbounded = none;
  for (const one of decisionsAlong(scores, labels, weights, costs)) {
    if (one.meanCost < unbounded.meanCost) unbounded = one;
    // A share that only rounding lifts above the capacity still fits.
    if (one.actedOnShare <= capacityShare * (1 + 1e-12) && one.meanCost < best.meanCost) best = one;
  }
  const bound = best.threshold !== unbounded.threshold;
  return {
    ...best,
    basis: fill ? "capacity" : "costs",
    capacityShare,
    unbounded,
    costOfCapacity: best.meanCost - unbounded.meanCost,
    reason: fill
      ? filled(best, capacityShare)
      : [
          best.threshold === null
            ? "Acting on no row costs least"
            : `Acting from ${Number(best.threshold.toPrecision(4))} on costs least`,
          `(${Number(best.meanCost.toPrecision(4))} a row on average, acting on ${percent(best.actedOnShare)})`,
          bound
            ? `among what a capacity of ${percent(capacityShare)} allows; without it ${percent(unbounded.actedOnShare)} would be acted on, at ${Number(unbounded.meanCost.toPrecision(4))} a row.`
            : "and fits the capacity.",
        ].join(" "),
  };
}

function filled({ threshold, actedOnShare, precision, recall }: Decision, capacityShare: number): string {
  if (threshold === null)
    return `A capacity of ${percent(capacityShare)} is too small for the rows of the greatest score.`;
  const positives =
    precision === null || recall === null
      ? ""
      : `; ${percent(precision)} of these are positive, which is ${percent(recall)} of all positives`;
  return `A capacity of ${percent(capacityShare)} is used up by acting from ${Number(threshold.toPrecision(4))} on, on ${percent(actedOnShare)} of the rows${positives}.`;
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))} %`;
}
