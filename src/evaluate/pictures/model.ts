import type { ReliabilityBin } from "../calibration/measure-calibration.ts";
import type { Decision } from "../decisions/choose-decision.ts";
import type { CoverageCurve } from "../decisions/coverage-curve.ts";

/** Acting on so large a share of the rows, best scores first. */
export interface GainPoint {
  /** Share of rows acted on. */
  readonly share: number;
  /** Share of the positives among them. */
  readonly capture: number;
  /** How many times more positives than among as many rows taken blindly. */
  readonly lift: number;
}

/** What deciding from this score on does. */
export type ThresholdPoint = Decision & { readonly threshold: number };

/** Counts of equal-width bins; of classes one list each. */
export interface Histogram {
  readonly edges: readonly number[];
  readonly series: readonly { readonly name: string; readonly counts: readonly number[] }[];
}

/** Rows of about equal scores: what was said, what came (with the interval of its mean), and how far off rows were. */
export interface ResidualBin {
  readonly rows: number;
  readonly meanScore: number;
  readonly meanLabel: number;
  readonly labelLow: number;
  readonly labelHigh: number;
  /** Of label minus score: the 10 %, 50 % and 90 % quantile. */
  readonly residuals: readonly [low: number, middle: number, high: number];
}

export interface ClassCurve {
  readonly name: string;
  /** x: false positive rate, y: true positive rate, this class against the rest. */
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

/** What the pictures of a report are drawn from; a picture that these rows do not define is left out. */
export interface Pictures {
  readonly calibration?: readonly ReliabilityBin[];
  readonly gains?: readonly GainPoint[];
  readonly thresholds?: readonly ThresholdPoint[];
  readonly scores?: Histogram;
  readonly coverage?: CoverageCurve;
  readonly classCurves?: readonly ClassCurve[];
  readonly residuals?: readonly ResidualBin[];
  readonly errors?: Histogram;
}
