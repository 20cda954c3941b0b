import type { NaiveScale } from "./measures/naive-scale.ts";

export type Task = "binary" | "multiclass" | "regression";
export type Direction = "up" | "down";

/** What a model said about some rows, and what was true. */
export interface EvaluationInput {
  /** Binary: the positive class's score. Multiclass: one score a class, row by row. Regression: the value. */
  readonly scores: Float64Array;
  /** Binary: 0 or 1. Multiclass: index of the class. Regression: the value. */
  readonly labels: ArrayLike<number>;
  /** Not negative; a row counts as often as its weight says. */
  readonly weights?: ArrayLike<number>;
  /** Class index of each row's decision; by default `score >= threshold`, or the first greatest score. */
  readonly predictions?: ArrayLike<number>;
  /** Names of the classes (binary: negative, positive). Multiclass needs them. */
  readonly classes?: readonly string[];
  /** Binary: from this score on the decision is the positive class. Default 0.5. */
  readonly threshold?: number;
  /** Adds NDCG and MAP (binary and regression). */
  readonly ranking?: RankingInput;
  /** Adds MASE and RMSSE, and the coverage of intervals (regression). */
  readonly forecast?: ForecastInput;
}

/** Rows that belong together in rankings, one a query; relevance is the label. */
export interface RankingInput {
  /** One a row. */
  readonly queries: ArrayLike<string | number>;
  /** NDCG looks at so many places; default: all. */
  readonly top?: number;
}

/** Which series each row belongs to. */
export interface SeriesOfRows {
  readonly names: readonly string[];
  /** A place among the names, one a row. */
  readonly of: ArrayLike<number>;
  /** How far the naive forecast is off in each before; `null`: it has no such scale. */
  readonly scales: readonly (NaiveScale | null)[];
}

/** What makes scores a forecast: the series before it, and intervals around it. */
export interface ForecastInput {
  /** The series before the forecast, oldest first. */
  readonly history?: ArrayLike<number>;
  /** How far the naive forecast is off in it: enough, where the series itself is not at hand. */
  readonly scale?: NaiveScale;
  /** Steps after which the series repeats; default 1, the naive forecast. */
  readonly season?: number;
  /** Where the rows are of several series: each has a scale of its own, and counts alike in MASE and RMSSE. */
  readonly series?: SeriesOfRows;
  /** Lower and upper ends, one a row, and the share of true values that they promise to hold. */
  readonly interval?: { readonly low: ArrayLike<number>; readonly high: ArrayLike<number>; readonly level: number };
}

/** A metric with its interval; `null` where these rows do not define it, with the reason. */
export interface MetricResult {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly direction: Direction;
  /** How the interval was found. */
  readonly interval?: "bootstrap" | "delong" | "wilson";
  readonly reason?: string;
}

export interface CurvePoint {
  readonly x: number;
  readonly y: number;
  readonly threshold: number;
}

/** Rows whose score lies in [low, high): what was promised and what came. */
export interface CalibrationBin {
  readonly low: number;
  readonly high: number;
  readonly rows: number;
  readonly meanScore: number;
  readonly positiveShare: number;
}

export interface Curves {
  /** x: false positive rate, y: true positive rate. At most 200 points. */
  readonly roc: readonly CurvePoint[];
  /** x: recall, y: precision. At most 200 points. */
  readonly precisionRecall: readonly CurvePoint[];
  readonly calibration: readonly CalibrationBin[];
}

/** `counts[actual][predicted]`, by weight where rows are weighted. */
export interface Confusion {
  readonly classes: readonly string[];
  readonly counts: readonly (readonly number[])[];
}

/** Something that a good-looking metric may hide. */
export interface EvaluationAlarm {
  readonly name:
    | "constantScores"
    | "onePrediction"
    | "decisionsIgnoreRows"
    | "oneClass"
    | "fewRows"
    | "suspiciouslyGood";
  readonly message: string;
}

/** One class of several: precision, recall and F1 with their intervals. */
export interface ClassEvaluation {
  readonly name: string;
  /** Rows that are of this class. */
  readonly rows: number;
  readonly metrics: Readonly<Record<string, MetricResult>>;
}

export interface Evaluation {
  readonly task: Task;
  readonly rows: number;
  /** Binary: share of positive rows (by weight). */
  readonly positiveShare?: number;
  readonly threshold?: number;
  readonly confidence: number;
  readonly metrics: Readonly<Record<string, MetricResult>>;
  /** Multiclass. */
  readonly byClass?: readonly ClassEvaluation[];
  readonly curves?: Curves;
  readonly confusion?: Confusion;
  readonly alarms: readonly EvaluationAlarm[];
}

/** Two models on the same rows. Differences are the first model's metric minus the second's. */
export interface ModelComparison {
  readonly metric: string;
  readonly direction: Direction;
  readonly rows: number;
  readonly first: number;
  readonly second: number;
  readonly difference: number;
  /** `null` where fewer than half of the draws define the metric. */
  readonly low: number | null;
  readonly high: number | null;
  /** Share of the draws in which the first model is better (half of a tie). */
  readonly pBetter: number;
  /** Draws of the bootstrap; 0 where a formula gave the interval. */
  readonly draws: number;
  readonly confidence: number;
  /** ROC AUC without weights: DeLong's test of the difference. */
  readonly delong?: { readonly standardError: number; readonly z: number; readonly pValue: number };
}
