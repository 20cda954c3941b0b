import { z } from "zod";
import { parseOptions } from "#kernel";
import { chiSquareTail, wilsonInterval } from "#validate";
import { checkWeights, isBinary, refuseUnless, sameLength } from "../measures/measure-set.ts";

export const calibrationOptionsSchema = z.strictObject({
  bins: z.int().min(2).max(1000).default(10).describe("How many bins."),
  by: z.enum(["width", "count"]).default("width").describe("Bins of equal width, or of about as many rows each."),
  weights: z.custom<ArrayLike<number>>().optional().describe("One a row, not negative."),
  confidence: z.number().gt(0.5).lt(1).default(0.95).describe("Coverage of each bin's interval."),
  fittedOnTheseRows: z
    .boolean()
    .default(false)
    .describe("Whether the model was fitted on these rows: Hosmer–Lemeshow then has two degrees of freedom less."),
});
export type CalibrationOptions = z.input<typeof calibrationOptionsSchema>;

/** What was promised in a bin of scores, and what came. Intervals are Wilson's; rows with weights have none. */
export interface ReliabilityBin {
  readonly low: number;
  readonly high: number;
  readonly rows: number;
  readonly weight: number;
  readonly meanScore: number;
  readonly positiveShare: number;
  readonly shareLow: number | null;
  readonly shareHigh: number | null;
}

export interface CalibrationMeasures {
  readonly rows: number;
  /** Bins that hold rows, by rising score. */
  readonly bins: readonly ReliabilityBin[];
  /** Mean gap of promised and real share by the bins' weight (ECE); `null` without rows. */
  readonly expectedError: number | null;
  readonly maximumError: number | null;
  /** Mean score minus positive share: above 0 the model promises too much. */
  readonly bias: number | null;
  readonly hosmerLemeshow: {
    readonly statistic: number | null;
    readonly degrees: number;
    readonly pValue: number | null;
    readonly reason?: string;
  };
}

/**
 * Whether probabilities come true: reliability bins, ECE, the greatest gap, the bias, and Hosmer and Lemeshow's test.
 *
 * ```ts
 * measureCalibration(Float64Array.of(0.2, 0.2, 0.8, 0.8), [0, 1, 1, 1], { bins: 2 }).expectedError?.toFixed(2); // "0.25"
 * ```
 *
 * Units: scores in [0, 1]. Errors: EVALUATE_LENGTH_MISMATCH · EVALUATE_SCORE_INVALID · EVALUATE_LABEL_INVALID ·
 * EVALUATE_WEIGHT_INVALID. Source: D. W. Hosmer, S. Lemeshow, Commun. Stat. A 9, 1980; M. P. Naeini et al., AAAI 2015.
 */
export function measureCalibration(
  scores: Float64Array,
  labels: ArrayLike<number>,
  options: CalibrationOptions = {},
): CalibrationMeasures {
  const given = parseOptions(calibrationOptionsSchema, options, "calibration");
  sameLength("scores", scores.length, labels.length);
  refuseUnless("EVALUATE_SCORE_INVALID", "score", scores, (score) => score >= 0 && score <= 1, "between 0 and 1");
  refuseUnless("EVALUATE_LABEL_INVALID", "label", labels, isBinary, "0 or 1");
  const weights = checkWeights(given.weights, labels.length);
  const bins = reliabilityBins(scores, labels, weights, given);
  const total = bins.reduce((sum, { weight }) => sum + weight, 0);
  const gaps = bins.map(({ meanScore, positiveShare }) => Math.abs(meanScore - positiveShare));
  const mean = (of: (bin: ReliabilityBin, i: number) => number) =>
    total === 0 ? null : bins.reduce((sum, bin, i) => sum + bin.weight * of(bin, i), 0) / total;
  return {
    rows: labels.length,
    bins,
    expectedError: mean((_, i) => gaps[i]!),
    maximumError: total === 0 ? null : Math.max(...gaps),
    bias: mean(({ meanScore, positiveShare }) => meanScore - positiveShare),
    hosmerLemeshow: hosmerLemeshow(bins, given.weights !== undefined, given.fittedOnTheseRows),
  };
}

function reliabilityBins(
  scores: Float64Array,
  labels: ArrayLike<number>,
  weights: Float64Array,
  { bins, by, weights: given, confidence }: z.output<typeof calibrationOptionsSchema>,
): ReliabilityBin[] {
  const edges = by === "width" ? null : countEdges(scores, bins);
  const sums = Array.from({ length: bins }, () => ({ rows: 0, weight: 0, score: 0, positive: 0 }));
  for (let row = 0; row < scores.length; row++) {
    const score = scores[row]!;
    const bin = sums[edges === null ? Math.min(bins - 1, Math.floor(score * bins)) : binAt(edges, score)]!;
    bin.rows++;
    bin.weight += weights[row]!;
    bin.score += weights[row]! * score;
    bin.positive += weights[row]! * labels[row]!;
  }
  return sums.flatMap(({ rows, weight, score, positive }, bin) => {
    if (weight === 0) return [];
    const share = given === undefined ? wilsonInterval(positive, rows, confidence) : null;
    return {
      low: edges?.[bin] ?? bin / bins,
      high: edges?.[bin + 1] ?? (bin + 1) / bins,
      rows,
      weight,
      meanScore: score / weight,
      positiveShare: positive / weight,
      shareLow: share?.low ?? null,
      shareHigh: share?.high ?? null,
    };
  });
}

function countEdges(scores: Float64Array, bins: number): number[] {
  const sorted = scores.slice().sort();
  return Array.from({ length: bins + 1 }, (_, i) => {
    const position = (i / bins) * (sorted.length - 1);
    const below = sorted[Math.floor(position)] ?? 0;
    return below + ((sorted[Math.ceil(position)] ?? 0) - below) * (position - Math.floor(position));
  });
}

/** A score on an edge belongs below it. */
function binAt(edges: readonly number[], score: number): number {
  let bin = 0;
  while (bin < edges.length - 2 && score > edges[bin + 1]!) bin++;
  return bin;
}

function hosmerLemeshow(
  bins: readonly ReliabilityBin[],
  weighted: boolean,
  fitted: boolean,
): CalibrationMeasures["hosmerLemeshow"] {
  const degrees = Math.max(0, bins.length - (fitted ? 2 : 0));
  const none = (reason: string) => ({ statistic: null, degrees, pValue: null, reason });
  if (bins.length === 0) return none("there are no rows");
  if (weighted) return none("rows with weights have no such test");
  if (degrees === 0) return none(`${bins.length} bins hold rows, and at least 3 are needed`);
  if (bins.some(({ meanScore }) => meanScore === 0 || meanScore === 1))
    return none("a bin promises nothing but 0 or 1, so that any surprise is infinite");
  const statistic = bins.reduce(
    (sum, { rows, meanScore, positiveShare }) =>
      sum + (rows * (positiveShare - meanScore) ** 2) / (meanScore * (1 - meanScore)),
    0,
  );
  return { statistic, degrees, pValue: chiSquareTail(statistic, degrees) };
}
