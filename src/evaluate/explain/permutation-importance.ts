import type { Frame } from "@millrace/program";
import { z } from "zod";
import { parseOptions, randomStream, shuffledIndices } from "#kernel";
import { checkInput } from "../check-input.ts";
import { metricValue, sampleOf } from "../evaluate.ts";
import { bootstrap, centralInterval, type Draws } from "../intervals/bootstrap.ts";
import { rankingMeasures } from "../measures/ranking-measures.ts";
import { metricNamed } from "../metrics/metric.ts";
import type { EvaluationInput, Task } from "../model.ts";
import { columnNamed, takeRows, withColumn } from "./columns.ts";
import type { InputImportance, ScoredModel } from "./model.ts";

export const importanceOptionsSchema = z.strictObject({
  metric: z.string().describe("The metric whose loss is told."),
  repeats: z.int().min(1).max(1000).default(5).describe("How often each input is shuffled."),
  draws: z.int().min(0).max(10_000).default(100).describe("Draws of the bootstrap over the rows; 0: no intervals."),
  confidence: z.number().gt(0.5).lt(1).default(0.95).describe("Coverage of the intervals."),
  seed: z.int().default(0).describe("Seed of the shuffles and draws."),
});
export type ImportanceOptions = z.input<typeof importanceOptionsSchema>;

/**
 * What a metric loses when the values of one input are shuffled among the rows, for each input, the greatest loss first.
 *
 * Shapes: `frame` has the rows of the labels. Units: of the metric; positive where the input helps. Missing: shuffled like
 * any value. Random: keyed by the seed and the input's name; the interval holds the draw of the rows (of a ranking: of whole
 * queries, whatever their rows weigh) and of the shuffles; a metric of a series has none.
 * Errors: EVALUATE_INPUT_UNKNOWN: when an input of the model is not in the frame; EVALUATE_METRIC_UNDEFINED, and those of
 * `evaluate`.
 * Source: L. Breiman, Random forests, Machine Learning 45, 2001, § 10; A. Fisher et al., All models are wrong, but many are
 * useful, JMLR 20, 2019. Two inputs that say the same hide each other: both then look unimportant.
 */
export function permutationImportance(
  model: ScoredModel,
  task: Task,
  frame: Frame,
  input: Omit<EvaluationInput, "scores" | "predictions">,
  options: ImportanceOptions,
): InputImportance[] {
  const {
    metric: name,
    repeats,
    draws,
    confidence,
    seed,
  } = parseOptions(importanceOptionsSchema, options, "importances");
  const metric = metricNamed(name, task);
  const sign = metric.traits.direction === "up" ? 1 : -1;
  const shuffledScores = (one: string) => {
    const column = columnNamed(frame, one);
    const random = randomStream(seed, `permutation/${one}`);
    return Array.from({ length: repeats }, () =>
      model.score(withColumn(frame, one, takeRows(column, shuffledIndices(frame.rows, random)))),
    );
  };
  const scores = model.score(frame);
  const ranking = metric.traits.needs === "queries" ? input.ranking : undefined;
  // Of rows that belong together in another way, such as a series, no single ones can be drawn.
  if (metric.traits.needs !== undefined && ranking === undefined) {
    const measure = (given: Float64Array) => metricValue(metric.name, task, { ...input, scores: given }) ?? Number.NaN;
    const before = measure(scores);
    return greatestFirst(
      model.inputs.map((one) => ({
        input: one,
        loss: mean(shuffledScores(one).map((given) => sign * (before - measure(given)))),
        low: null,
        high: null,
      })),
    );
  }
  const measured = (given: Float64Array) =>
    ranking === undefined
      ? sampleOf(checkInput(task, { ...input, scores: given }))
      : rankingMeasures(given, input.labels, ranking.queries, ranking.top === undefined ? {} : { top: ranking.top });
  const whole = measured(scores);
  const weights =
    ranking === undefined ? checkInput(task, { ...input, scores }).weights : new Float64Array(whole.rows).fill(1);
  const at = whole.names.indexOf(metric.name);
  const metricOf = (sample: typeof whole) => {
    const values = new Float64Array(sample.names.length);
    sample.measure(weights, values);
    return values[at]!;
  };
  const before = metricOf(whole);
  const shuffled = model.inputs.map((one) => shuffledScores(one).map(measured));
  const [own, ...drawn] = draws === 0 ? [] : bootstrap([whole, ...shuffled.flat()], weights, draws, seed);
  return greatestFirst(
    model.inputs.map((one, k) => {
      const loss = mean(shuffled[k]!.map((sample) => sign * (before - metricOf(sample))));
      const others = drawn.slice(k * repeats, (k + 1) * repeats);
      const interval = own === undefined ? null : lossInterval(own, others);
      return { input: one, loss, low: interval?.low ?? null, high: interval?.high ?? null };
    }),
  );

  /** A draw takes rows anew, the same for all; its loss is the mean over the shuffles. */
  function lossInterval(own: Draws, others: readonly Draws[]) {
    const width = whole.names.length;
    const found = Float64Array.from({ length: draws }, (_, draw) => {
      const mean = others.reduce((sum, { values }) => sum + values[draw * width + at]!, 0) / others.length;
      return sign * (own.values[draw * width + at]! - mean);
    }).filter(Number.isFinite);
    return centralInterval(found.sort(), draws, confidence);
  }
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

const greatestFirst = (found: readonly InputImportance[]) =>
  found.toSorted((a, b) => b.loss - a.loss || (a.input < b.input ? -1 : 1));
