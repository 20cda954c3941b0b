import { z } from "zod";
import { parseOptions } from "#kernel";
import { orderByScore } from "../metrics/score-order.ts";
import {
  isBinary,
  isNumber,
  type MeasureSet,
  type MeasureSpec,
  measureSet,
  refuseUnless,
  sameLength,
} from "./measure-set.ts";

export const binaryMeasureOptionsSchema = z.strictObject({
  threshold: z.number().default(0.5).describe("From this score on the decision is positive."),
  beta: z.number().gt(0).default(2).describe("How much more recall counts than precision in Fβ."),
  topShare: z.number().gt(0).lte(1).default(0.1).describe("The share of rows, best score first, that is acted on."),
  costs: z
    .strictObject({
      falsePositive: z.number().default(0),
      falseNegative: z.number().default(0),
      truePositive: z.number().default(0),
      trueNegative: z.number().default(0),
    })
    .optional()
    .describe("What each kind of decision costs, in any unit; a gain is negative."),
});
export type BinaryMeasureOptions = z.input<typeof binaryMeasureOptionsSchema>;

interface Facts {
  readonly tp: number;
  readonly fp: number;
  readonly fn: number;
  readonly tn: number;
  readonly inTop: number;
}

/**
 * Fβ, specificity, negative predictive value, Cohen's kappa, lift and capture among the best scores, and the mean cost of
 * a decision under a cost matrix.
 *
 * ```ts
 * const set = binaryMeasures(Float64Array.of(0.9, 0.2), [1, 1], { costs: { falseNegative: 5 } });
 * measureWithIntervals(set, { draws: 0 }).meanCostLoss?.value; // 2.5
 * ```
 *
 * Shapes: labels 0 or 1. A group of equal scores at the edge of the top counts in part.
 * Errors: EVALUATE_LENGTH_MISMATCH · EVALUATE_SCORE_INVALID · EVALUATE_LABEL_INVALID.
 */
export function binaryMeasures(
  scores: Float64Array,
  labels: ArrayLike<number>,
  options: BinaryMeasureOptions = {},
): MeasureSet {
  const { threshold, beta, topShare, costs } = parseOptions(binaryMeasureOptionsSchema, options, "binary measures");
  sameLength("scores", scores.length, labels.length);
  refuseUnless("EVALUATE_SCORE_INVALID", "score", scores, isNumber, "a finite number");
  refuseUnless("EVALUATE_LABEL_INVALID", "label", labels, isBinary, "0 or 1");
  const { order, groupEnds } = orderByScore(scores);
  const sum = (weights: Float64Array): Facts => {
    let total = 0;
    for (let row = 0; row < weights.length; row++) total += weights[row]!;
    const top = total * topShare;
    const counts = [0, 0, 0, 0];
    let seen = 0;
    let inTop = 0;
    let at = 0;
    for (const end of groupEnds) {
      let weight = 0;
      let positive = 0;
      for (; at < end; at++) {
        const row = order[at]!;
        weight += weights[row]!;
        positive += weights[row]! * labels[row]!;
        counts[(scores[row]! >= threshold ? 2 : 0) + labels[row]!]! += weights[row]!;
      }
      if (weight > 0) inTop += positive * Math.min(1, Math.max(0, (top - seen) / weight));
      seen += weight;
    }
    const [tn, fn, fp, tp] = counts as [number, number, number, number];
    return { tp, fp, fn, tn, inTop };
  };
  const all = ({ tp, fp, fn, tn }: Facts) => tp + fp + fn + tn;
  const b2 = beta * beta;
  const none = "no label is positive";
  const specs: MeasureSpec<Facts>[] = [
    {
      name: "fBetaScore",
      direction: "up",
      value: ({ tp, fp, fn }) => ((1 + b2) * tp) / ((1 + b2) * tp + b2 * fn + fp),
      reason: "no row is positive, by label or by decision",
    },
    {
      name: "specificityScore",
      direction: "up",
      value: ({ tn, fp }) => tn / (tn + fp),
      reason: "no label is negative",
    },
    {
      name: "negativePredictiveScore",
      direction: "up",
      value: ({ tn, fn }) => tn / (tn + fn),
      reason: "no row is predicted negative",
    },
    { name: "kappaScore", direction: "up", value: kappa, reason: "all labels and decisions are the same" },
    {
      name: "liftAtTopScore",
      direction: "up",
      value: (facts) => facts.inTop / (all(facts) * topShare) / ((facts.tp + facts.fn) / all(facts)),
      reason: none,
    },
    { name: "captureAtTopScore", direction: "up", value: ({ inTop, tp, fn }) => inTop / (tp + fn), reason: none },
    ...(costs === undefined
      ? []
      : [
          {
            name: "meanCostLoss",
            direction: "down" as const,
            value: (facts: Facts) =>
              (facts.tp * costs.truePositive +
                facts.fp * costs.falsePositive +
                facts.fn * costs.falseNegative +
                facts.tn * costs.trueNegative) /
              all(facts),
            reason: "no row has weight",
          },
        ]),
  ];
  return measureSet(labels.length, sum, specs);
}

/** Source: J. Cohen, "A coefficient of agreement for nominal scales", Educ. Psychol. Meas. 20, 1960. */
function kappa({ tp, fp, fn, tn }: Facts): number {
  const n = tp + fp + fn + tn;
  const chance = ((tp + fp) * (tp + fn) + (tn + fn) * (tn + fp)) / (n * n);
  return ((tp + tn) / n - chance) / (1 - chance);
}
