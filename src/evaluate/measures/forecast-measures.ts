import { z } from "zod";
import { MillraceError, parseOptions } from "#kernel";
import type { SeriesOfRows } from "../model.ts";
import { isNumber, type MeasureSet, type MeasureSpec, measureSet, refuseUnless, sameLength } from "./measure-set.ts";
import { type NaiveScale, naiveScale } from "./naive-scale.ts";

export const forecastMeasureOptionsSchema = z.strictObject({
  history: z.custom<ArrayLike<number>>().default([]).describe("The series before the forecast, oldest first."),
  scale: z.custom<NaiveScale>().optional().describe("How far the naive forecast is off in it, instead of the series."),
  season: z.int().min(1).default(1).describe("Steps after which the series repeats; 1: the naive forecast."),
  series: z.custom<SeriesOfRows>().optional().describe("Which of several series a row is of, with a scale each."),
  interval: z
    .strictObject({
      low: z.custom<ArrayLike<number>>(),
      high: z.custom<ArrayLike<number>>(),
      level: z.number().gt(0).lt(1).describe("The share of true values that the intervals promise to hold."),
    })
    .optional()
    .describe("Lower and upper ends, one a step."),
});
export type ForecastMeasureOptions = z.input<typeof forecastMeasureOptionsSchema>;

interface Facts {
  readonly total: number;
  /** Series by series, a single one where there are not several. */
  readonly totals: Float64Array;
  readonly absolute: Float64Array;
  readonly squared: Float64Array;
  readonly held: number;
  readonly width: number;
  readonly penalty: number;
}

/**
 * MASE and RMSSE of a forecast; of its intervals the coverage, its distance from the promise, the width and Winkler's score.
 *
 * ```ts
 * const set = forecastMeasures(Float64Array.of(5, 6), [6, 6], { history: [1, 2, 3, 4] });
 * measureWithIntervals(set, { draws: 0 }).maseError?.value; // 0.5
 * ```
 *
 * Of several series MASE and RMSSE are the mean of each one's own, in its own scale.
 * Missing: a history that is too short, or repeats itself exactly, has no scale; of several series such ones are left out. Random: draws take steps as independent.
 * Errors: EVALUATE_LENGTH_MISMATCH · EVALUATE_SCORE_INVALID · EVALUATE_LABEL_INVALID.
 * Source: R. J. Hyndman, A. B. Koehler, "Another look at measures of forecast accuracy", Int. J. Forecasting 22, 2006;
 * R. L. Winkler, J. Am. Stat. Assoc. 67, 1972.
 */
export function forecastMeasures(
  scores: Float64Array,
  labels: ArrayLike<number>,
  options: ForecastMeasureOptions,
): MeasureSet {
  const { history, scale, season, interval, series } = parseOptions(
    forecastMeasureOptionsSchema,
    options,
    "forecast measures",
  );
  sameLength("scores", scores.length, labels.length);
  refuseUnless("EVALUATE_SCORE_INVALID", "score", scores, isNumber, "a finite number");
  refuseUnless("EVALUATE_LABEL_INVALID", "label", labels, isNumber, "a finite number");
  refuseUnless("EVALUATE_LABEL_INVALID", "history", history, isNumber, "a finite number");
  if (interval !== undefined) checkInterval(interval, labels.length);
  if (series !== undefined) sameLength("series", series.of.length, labels.length);
  const naive = scale ?? naiveScale(history, season);
  const scales = series?.scales ?? [naive];
  /** Every series that has rows and a scale counts alike, as in the M competitions. */
  const meanOverSeries = ({ totals }: Facts, figure: (k: number, scale: NaiveScale) => number) => {
    const found = scales.flatMap((own, k) => (own?.absolute == null || totals[k] === 0 ? [] : [figure(k, own)]));
    return found.reduce((all, one) => all + one, 0) / found.length;
  };
  const sum = (weights: Float64Array): Facts => {
    const each = () => new Float64Array(scales.length);
    const facts = { total: 0, totals: each(), absolute: each(), squared: each(), held: 0, width: 0, penalty: 0 };
    for (let row = 0; row < labels.length; row++) {
      const weight = weights[row]!;
      const error = scores[row]! - labels[row]!;
      facts.total += weight;
      const k = series?.of[row] ?? 0;
      facts.totals[k]! += weight;
      facts.absolute[k]! += weight * Math.abs(error);
      facts.squared[k]! += weight * error * error;
      if (interval === undefined) continue;
      const below = interval.low[row]! - labels[row]!;
      const above = labels[row]! - interval.high[row]!;
      const outside = Math.max(0, below, above);
      if (outside === 0) facts.held += weight;
      facts.width += weight * (interval.high[row]! - interval.low[row]!);
      facts.penalty += weight * outside;
    }
    return facts;
  };
  const flat =
    series === undefined
      ? `the history of ${naive.steps} steps shows no change over ${naive.season} to scale by`
      : "no series has evenly spaced rows before that change, to scale by";
  const none = "no step has weight";
  const level = interval?.level ?? 0;
  const specs: MeasureSpec<Facts>[] = [
    {
      name: "maseError",
      direction: "down",
      value: (facts) => meanOverSeries(facts, (k, own) => facts.absolute[k]! / facts.totals[k]! / own.absolute!),
      reason: flat,
    },
    {
      name: "rmsseError",
      direction: "down",
      value: (facts) =>
        meanOverSeries(facts, (k, own) => Math.sqrt(facts.squared[k]! / facts.totals[k]! / own.squared!)),
      reason: flat,
    },
  ];
  const ofInterval: MeasureSpec<Facts>[] = [
    { name: "coverageScore", direction: "up", value: ({ held, total }) => held / total, reason: none },
    {
      name: "coverageError",
      direction: "down",
      value: ({ held, total }) => Math.abs(held / total - level),
      reason: none,
    },
    { name: "meanWidthError", direction: "down", value: ({ width, total }) => width / total, reason: none },
    {
      name: "intervalLoss",
      direction: "down",
      value: ({ width, penalty, total }) => (width + (2 / (1 - level)) * penalty) / total,
      reason: none,
    },
  ];
  return measureSet(labels.length, sum, interval === undefined ? specs : [...specs, ...ofInterval]);
}

function checkInterval({ low, high }: { low: ArrayLike<number>; high: ArrayLike<number> }, rows: number): void {
  sameLength("lower ends", low.length, rows);
  sameLength("upper ends", high.length, rows);
  for (let row = 0; row < rows; row++)
    if (!(low[row]! <= high[row]!))
      throw new MillraceError("EVALUATE_SCORE_INVALID", {
        message: `The interval in row ${row + 1} runs from ${low[row]} to ${high[row]}.`,
        next: "Give lower ends that do not exceed the upper ones.",
        facts: { row: row + 1 },
      });
}
