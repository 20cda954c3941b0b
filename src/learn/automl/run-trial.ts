import { evaluate, metricNamed } from "#evaluate";
import { parseOptions, type WorkContext } from "#kernel";
import { learners } from "../learners.ts";
import type { FitInput, FittedModel, Learner, LearningData } from "../model.ts";
import type { AutomlOptions } from "./model.ts";
import type { TrialPlan } from "./portfolio.ts";
import { scoresOf } from "./scores.ts";
import type { MatrixKind } from "./training-rows.ts";

/** A fitted model with what it reached on the validation rows. */
export interface Trial {
  readonly plan: TrialPlan;
  readonly model: FittedModel;
  readonly margins: Float64Array;
  readonly score: number | null;
  readonly interval: readonly [number, number] | null;
  readonly trainSeconds: number;
}

export function learnerOf(plan: TrialPlan): Learner {
  return learners[plan.learner];
}

export function matrixOf(plan: TrialPlan): MatrixKind {
  return learnerOf(plan).traits.categorical ? "trees" : "linear";
}

/** Fits one model of the portfolio and judges it on the validation rows. */
export async function runTrial(
  plan: TrialPlan,
  input: FitInput & { readonly validation: LearningData },
  options: AutomlOptions & { readonly metric: string },
  classes: readonly string[],
  context: WorkContext,
): Promise<Trial> {
  const startedMs = context.clock.nowMs();
  const model = await fitModel(plan, input, options, context);
  const trainSeconds = (context.clock.nowMs() - startedMs) / 1000;
  const { validation } = input;
  const margins = learnerOf(plan).predict(model, validation.features, validation.rows);
  return { plan, model, margins, trainSeconds, ...judge(margins, validation, options, classes) };
}

export async function fitModel(
  plan: TrialPlan,
  input: FitInput,
  options: AutomlOptions,
  context: WorkContext,
): Promise<FittedModel> {
  const learner = learnerOf(plan);
  const resolved = parseOptions(learner.options, plan.options, learner.name, "LEARN_OPTION_INVALID");
  return learner.fit(input, resolved, {
    seed: options.seed,
    threads: options.threads,
    stopping: context.stopping,
    progress: () => undefined,
  });
}

/** The metric and its interval on the validation rows. */
export function judge(
  margins: Float64Array,
  validation: LearningData,
  options: AutomlOptions & { readonly metric: string },
  classes: readonly string[],
): { score: number | null; interval: readonly [number, number] | null } {
  const { task, metric, seed, draws } = options;
  const scores = scoresOf(task, Math.max(classes.length, 1), margins);
  const input = {
    scores,
    labels: validation.target,
    ...(validation.weights === undefined ? {} : { weights: validation.weights }),
    ...(classes.length > 0 ? { classes } : {}),
  };
  const { name } = metricNamed(metric, task);
  const resultWith = (count: number) => evaluate(task, input, { seed, draws: count }).metrics[name]!;
  // A metric whose interval has a formula needs no draws.
  const plain = resultWith(0);
  const result = plain.value === null || plain.low !== null ? plain : resultWith(draws);
  return {
    score: result.value,
    interval: result.low === null || result.high === null ? null : [result.low, result.high],
  };
}
