import { metricNamed } from "../metrics/metric.ts";
import type { CrossValidation } from "./cross-validate.ts";
import type { LearningCurve } from "./learning-curve.ts";

/** What a model's way of learning was found to be worth by learning again from other rows. */
export interface Resampling {
  readonly metric: string;
  /** What was learned again: the learner, and how many settings each fit tried. */
  readonly learner: string;
  readonly trials: number;
  readonly learningCurve?: LearningCurve;
  readonly crossValidation?: Pick<CrossValidation, "evaluations" | "spread"> & {
    readonly scheme: string;
    readonly folds: number;
    readonly repeats: number;
    readonly rows: number;
  };
}

const short = (value: number | null | undefined) => (value == null ? "–" : String(Number(value.toPrecision(4))));

/** The same in plain words, a sentence a line. */
export function describeResampling({ metric, learner, trials, learningCurve, crossValidation }: Resampling): string[] {
  const { title } = metricNamed(metric).traits;
  const lines: string[] = [];
  if (crossValidation !== undefined) {
    const { evaluations, spread, scheme, folds, repeats, rows } = crossValidation;
    const { mean, deviation, folds: defined } = spread[metric] ?? { mean: null, deviation: null, folds: 0 };
    const nested = trials > 1 ? `, each fold with a search of ${trials} trials of its own (nested)` : "";
    lines.push(
      `Cross-validation (${scheme}, ${folds} folds${repeats > 1 ? `, ${repeats} times` : ""}, ${learner}${nested}) of ${rows} rows: ${title} ${short(mean)} in the mean of ${defined} folds, with a standard deviation of ${short(deviation)}.`,
    );
    const first = evaluations[0]?.metrics[metric];
    if (first !== undefined && first.low !== null)
      lines.push(
        `Of all out-of-fold scores together ${short(first.value)} (${short(first.low)} to ${short(first.high)}).`,
      );
  }
  if (learningCurve !== undefined) {
    const points = learningCurve.points.map(({ rows, value, low, high }) =>
      low === null ? `${rows} rows ${short(value)}` : `${rows} rows ${short(value)} (${short(low)} to ${short(high)})`,
    );
    const gain =
      learningCurve.expectedGain === null
        ? ""
        : ` Twice as many rows would bring about ${short(learningCurve.expectedGain)}.`;
    lines.push(
      `Would more rows help? ${learningCurve.message}${gain}`,
      `${title} by training rows: ${points.join("; ")}.`,
    );
  }
  return lines;
}
