import { log, pow } from "@millrace/program";
import { z } from "zod";
import { parseOptions } from "#kernel";
import { isNumber, type MeasureSet, type MeasureSpec, measureSet, refuseUnless, sameLength } from "./measure-set.ts";

export const regressionMeasureOptionsSchema = z.strictObject({
  quantile: z.number().gt(0).lt(1).default(0.5).describe("The quantile that the scores stand for."),
  power: z
    .number()
    .refine((power) => power <= 0 || power >= 1, "There is no Tweedie distribution with a power between 0 and 1.")
    .default(1.5)
    .describe("Power of the Tweedie deviance: 0 normal, 1 Poisson, 2 gamma, 3 inverse Gaussian."),
});
export type RegressionMeasureOptions = z.input<typeof regressionMeasureOptionsSchema>;

/**
 * sMAPE, the pinball loss of a quantile, and the mean deviances of Poisson, gamma and Tweedie.
 *
 * ```ts
 * const set = regressionMeasures(Float64Array.of(1, 1), [1, 0]);
 * measureWithIntervals(set, { draws: 0 }).poissonDevianceLoss?.value; // 1
 * ```
 *
 * Units: sMAPE in [0, 2]; a row whose label and score are both 0 has no error. Missing: a deviance whose distribution
 * cannot hold a label or score. Errors: EVALUATE_LENGTH_MISMATCH · EVALUATE_SCORE_INVALID · EVALUATE_LABEL_INVALID.
 * Source: B. Jørgensen, "The Theory of Dispersion Models", 1997; R. Koenker, G. Bassett, "Regression quantiles", 1978.
 */
export function regressionMeasures(
  scores: Float64Array,
  labels: ArrayLike<number>,
  options: RegressionMeasureOptions = {},
): MeasureSet {
  const { quantile, power } = parseOptions(regressionMeasureOptionsSchema, options, "regression measures");
  sameLength("scores", scores.length, labels.length);
  refuseUnless("EVALUATE_SCORE_INVALID", "score", scores, isNumber, "a finite number");
  refuseUnless("EVALUATE_LABEL_INVALID", "label", labels, isNumber, "a finite number");
  const losses: readonly (readonly [string, (y: number, s: number) => number, string])[] = [
    ["smapeError", smape, "no row has weight"],
    ["pinballLoss", (y, s) => (y >= s ? quantile * (y - s) : (1 - quantile) * (s - y)), "no row has weight"],
    ["poissonDevianceLoss", (y, s) => tweedie(y, s, 1), domain(1)],
    ["gammaDevianceLoss", (y, s) => tweedie(y, s, 2), domain(2)],
    ["tweedieDevianceLoss", (y, s) => tweedie(y, s, power), domain(power)],
  ];
  const byRow = losses.map(([, loss]) => Float64Array.from(scores, (score, row) => loss(labels[row]!, score)));
  const sum = (weights: Float64Array) => {
    const sums = new Float64Array(losses.length);
    let total = 0;
    for (let row = 0; row < weights.length; row++) {
      const weight = weights[row]!;
      if (weight === 0) continue;
      total += weight;
      for (let k = 0; k < sums.length; k++) sums[k]! += weight * byRow[k]![row]!;
    }
    return sums.map((value) => value / total);
  };
  const specs = losses.map(
    ([name, , reason], k): MeasureSpec<Float64Array> => ({
      name,
      direction: "down",
      value: (means) => means[k]!,
      reason,
    }),
  );
  return measureSet(labels.length, sum, specs);
}

function smape(y: number, s: number): number {
  const size = Math.abs(y) + Math.abs(s);
  return size === 0 ? 0 : (2 * Math.abs(y - s)) / size;
}

function domain(power: number): string {
  if (power < 0) return `with power ${power} every score must be above 0`;
  if (power < 2) return `with power ${power} no label may be negative and every score must be above 0`;
  return `with power ${power} every label and score must be above 0`;
}

/** Unit deviance; NaN outside the distribution. */
function tweedie(y: number, s: number, power: number): number {
  if (power === 0) return (y - s) * (y - s);
  if (s <= 0 || (power >= 1 && y < 0) || (power >= 2 && y === 0)) return Number.NaN;
  if (power === 1) return 2 * ((y === 0 ? 0 : y * log(y / s)) - y + s);
  if (power === 2) return 2 * (log(s / y) + y / s - 1);
  const own = y > 0 ? pow(y, 2 - power) / ((1 - power) * (2 - power)) : 0;
  return 2 * (own - (y * pow(s, 1 - power)) / (1 - power) + pow(s, 2 - power) / (2 - power));
}
