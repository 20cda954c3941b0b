import { z } from "zod";
import { MillraceError, parseOptions, randomStream, shuffledIndices } from "#kernel";
import { compareModels } from "../compare-models.ts";
import { evaluate } from "../evaluate.ts";
import { metricNamed } from "../metrics/metric.ts";
import type { EvaluationInput, MetricResult, ModelComparison, Task } from "../model.ts";

export const learningCurveOptionsSchema = z.strictObject({
  halvings: z.int().min(1).max(10).default(3).describe("How often the training rows are halved."),
  minRows: z.int().min(2).default(30).describe("No part of the training rows is smaller."),
  seed: z.int().default(0).describe("Seed of the parts, the fits and the draws."),
  draws: z.int().min(20).default(1000).describe("Draws of the bootstrap."),
});
export type LearningCurveOptions = z.input<typeof learningCurveOptionsSchema>;

export interface LearningCurveRequest {
  readonly task: Task;
  readonly metric: string;
  /** How many rows there are to learn from. */
  readonly trainRows: number;
  /** The rows to judge on, the same for every part. */
  readonly test: Omit<EvaluationInput, "scores" | "predictions">;
  /** Learns from these training rows and scores the test rows, in their order (multiclass: one score a class). */
  readonly fit: (rows: Uint32Array, seed: number) => Promise<Float64Array> | Float64Array;
  readonly options?: LearningCurveOptions;
}

export interface LearningCurve {
  readonly metric: string;
  /** By rising number of rows. */
  readonly points: readonly ({ readonly rows: number } & MetricResult)[];
  /** All rows against half of them, on the same test rows; `null` where the metric is undefined. */
  readonly lastDoubling: ModelComparison | null;
  /** What the next doubling would bring if gains go on shrinking as they did; at least 0. */
  readonly expectedGain: number | null;
  readonly moreRowsHelp: "yes" | "no" | "unsure";
  readonly message: string;
}

/**
 * Would more data help? The metric on the same test rows, learned from growing parts of the training rows.
 *
 * ```ts
 * const labels = Array.from({ length: 40 }, (_, i) => i % 2);
 * const fit = () => Float64Array.from(labels, (label) => label);
 * const curve = await learningCurve({ task: "binary", metric: "accuracy", trainRows: 200, test: { labels }, fit });
 * curve.points.map(({ rows }) => rows); // [50, 100, 200]
 * ```
 *
 * Each part holds the one before it. Helps: `no` where all rows are surely not better than half of them by a twentieth
 * of what is left to perfect, else `yes` where they are surely better. Random: the order of rows, and a seed for each fit.
 * Errors: EVALUATE_FOLDS_IMPOSSIBLE: too few training rows to halve; EVALUATE_LENGTH_MISMATCH, and those of `evaluate`.
 * Source of halving: C. Perlich, F. Provost, J. Simonoff, "Tree induction vs. logistic regression", JMLR 4, 2003.
 */
export async function learningCurve(request: LearningCurveRequest): Promise<LearningCurve> {
  const { task, trainRows, test, fit: learn } = request;
  const { halvings, minRows, seed, draws } = parseOptions(
    learningCurveOptionsSchema,
    request.options ?? {},
    "learning curve",
  );
  const { name, traits } = metricNamed(request.metric, task);
  const sizes = Array.from({ length: halvings + 1 }, (_, i) => Math.floor(trainRows / 2 ** (halvings - i)));
  const kept = sizes.filter((size) => size >= minRows);
  if (kept.length < 2)
    throw new MillraceError("EVALUATE_FOLDS_IMPOSSIBLE", {
      message: `${trainRows} training rows cannot be halved into parts of at least ${minRows}.`,
      next: "Give more rows, or allow smaller parts with `minRows`.",
      facts: { rows: trainRows, minRows },
    });
  const order = shuffledIndices(trainRows, randomStream(seed, "learningCurve/rows"));
  const seeds = randomStream(seed, "learningCurve/fits");
  const scored: Float64Array[] = [];
  for (const [i, size] of kept.entries()) scored.push(await learn(order.slice(0, size).sort(), seeds.uint32At(i)));
  const points = kept.map((rows, i) => ({
    rows,
    ...evaluate(task, { ...test, scores: scored[i]! }, { seed, draws }).metrics[name]!,
  }));
  const doublings = kept.slice(1).map((_, i) => compared(i));
  const last = doublings.at(-1)!;
  const gainOf = (one: ModelComparison | null) =>
    one === null ? null : traits.direction === "up" ? one.difference : -one.difference;
  const gains = doublings.slice(-2).map(gainOf);
  const gain = gains.at(-1) ?? null;
  const before = gains.length === 2 ? gains[0]! : null;
  const expectedGain = gain === null ? null : expected(gain, before);
  const verdict = judge(last, points.at(-1)!.value, traits.direction === "up");
  return { metric: name, points, lastDoubling: last, expectedGain, ...verdict };

  function compared(i: number): ModelComparison | null {
    if (points[i]!.value === null || points[i + 1]!.value === null) return null;
    const { weights, classes, threshold } = test;
    const shared = {
      ...(weights && { weights }),
      ...(classes && { classes }),
      ...(threshold !== undefined && { threshold }),
    };
    return compareModels(task, test.labels, scored[i + 1]!, scored[i]!, name, { seed, draws, ...shared });
  }
}

/** Gains shrink from doubling to doubling by about the same factor (a power law). */
function expected(gain: number, before: number | null): number {
  if (gain <= 0) return 0;
  const factor = before === null || before <= 0 ? 1 : Math.min(1, gain / before);
  return gain * factor;
}

function judge(
  last: ModelComparison | null,
  value: number | null,
  up: boolean,
): Pick<LearningCurve, "moreRowsHelp" | "message"> {
  if (last === null || last.low === null || last.high === null || value === null)
    return { moreRowsHelp: "unsure", message: "The metric or its interval is not defined on these rows." };
  const [least, most] = up ? [last.low, last.high] : [-last.high, -last.low];
  const left = Math.abs((up ? 1 : 0) - value);
  if (most < left / 20)
    return {
      moreRowsHelp: "no",
      message: "All rows are hardly better than half of them: better columns or labels would help more than rows.",
    };
  if (least > 0)
    return { moreRowsHelp: "yes", message: "All rows are surely better than half of them: more would likely help." };
  return {
    moreRowsHelp: "unsure",
    message: "The test rows are too few to tell whether more training rows would help.",
  };
}
