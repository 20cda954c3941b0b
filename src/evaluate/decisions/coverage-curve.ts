import { z } from "zod";
import { parseOptions } from "#kernel";
import { wilsonInterval } from "#validate";
import { checkWeights, isBinary, isNumber, refuseUnless, sameLength } from "../measures/measure-set.ts";
import { orderByScore } from "../metrics/score-order.ts";

export const coverageOptionsSchema = z.strictObject({
  maxError: z
    .number()
    .min(0)
    .max(1)
    .default(0.05)
    .describe("Greatest share of wrong decisions among the automated ones."),
  confidence: z.number().gt(0.5).lt(1).default(0.95).describe("How sure the error must stay below that."),
  points: z.int().min(2).max(10_000).default(100).describe("Points of the curve, at most."),
  weights: z.custom<ArrayLike<number>>().optional().describe("One a row, not negative."),
});
export type CoverageOptions = z.input<typeof coverageOptionsSchema>;

/** Deciding every row that is at least so sure, and leaving the others to people. */
export interface CoveragePoint {
  readonly confidence: number;
  /** Share of rows decided, by their weight. */
  readonly coverage: number;
  /** Share of these that are wrong, with its interval. */
  readonly error: number;
  readonly low: number;
  readonly high: number;
}

export interface CoverageCurve {
  readonly rows: number;
  readonly maxError: number;
  readonly points: readonly CoveragePoint[];
  /** The most that can be automated with the error surely below the limit; `null`: nothing can. */
  readonly automate: CoveragePoint | null;
  /** Mean error over all degrees of automation (area under the risk–coverage curve); `null` without rows. */
  readonly area: number | null;
}

/**
 * "Automate the sure cases, hand the rest to people": the error at each degree of automation.
 *
 * ```ts
 * coverageCurve(Float64Array.of(0.9, 0.8, 0.6), [0, 0, 1]).points.map(({ error }) => error); // [0, 0, 1 / 3]
 * ```
 *
 * Shapes: how sure each decision is (the greatest class probability), and 1 where it is wrong. Rows that are as sure are
 * decided together. One point is chosen among many, so its interval is Wilson's at the confidence divided over the points.
 * With weights a decided row counts so often, and the interval is that of as many equal rows as say as much (Kish's effective
 * number, (Σ w)² / Σ w²).
 * Errors: EVALUATE_LENGTH_MISMATCH · EVALUATE_SCORE_INVALID · EVALUATE_LABEL_INVALID · EVALUATE_WEIGHT_INVALID.
 * Source: Y. Geifman, R. El-Yaniv, "Selective classification for deep neural networks", NeurIPS 2017; L. Kish, Survey Sampling,
 * 1965.
 */
export function coverageCurve(
  sureness: Float64Array,
  wrong: ArrayLike<number>,
  options: CoverageOptions = {},
): CoverageCurve {
  const { maxError, confidence, points, weights } = parseOptions(coverageOptionsSchema, options, "coverage");
  const rows = wrong.length;
  sameLength("confidences", sureness.length, rows);
  refuseUnless("EVALUATE_SCORE_INVALID", "confidence", sureness, isNumber, "a finite number");
  refuseUnless("EVALUATE_LABEL_INVALID", "error", wrong, isBinary, "1 (wrong) or 0 (right)");
  const weightOf = checkWeights(weights, rows);
  const all = weightOf.reduce((sum, weight) => sum + weight, 0);
  const { order, groupEnds } = orderByScore(sureness);
  const kept = keptGroups(groupEnds, rows, points);
  const own = 1 - (1 - confidence) / Math.max(1, kept.size);
  const curve: CoveragePoint[] = [];
  let [decided, squares, errors, area] = [0, 0, 0, 0];
  let at = 0;
  for (const end of groupEnds) {
    const [start, before] = [at, decided];
    for (; at < end; at++) {
      const weight = weightOf[order[at]!]!;
      decided += weight;
      squares += weight * weight;
      errors += weight * wrong[order[at]!]!;
    }
    // Rows of weight 0 alone decide nothing yet.
    if (decided === 0) continue;
    const error = Math.min(1, errors / decided);
    area += error * (decided - before);
    if (!kept.has(end)) continue;
    const effective = (decided * decided) / squares;
    const interval = wilsonInterval(error * effective, effective, own);
    curve.push({ confidence: sureness[order[start]!]!, coverage: decided / all, error, ...interval });
  }
  const automate = curve.findLast(({ high }) => high <= maxError) ?? null;
  return { rows, maxError, points: curve, automate, area: all === 0 ? null : area / all };
}

/** Ends of the groups that become points: about evenly spread over the rows, the last always. */
function keptGroups(groupEnds: Int32Array, rows: number, points: number): Set<number> {
  const kept = new Set<number>();
  let next = 0;
  for (const end of groupEnds) {
    if (end < next && end !== rows) continue;
    kept.add(end);
    next = end === rows ? rows : Math.max(end + 1, (rows * kept.size) / (points - 1));
  }
  return kept;
}
