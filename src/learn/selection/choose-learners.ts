import { z } from "zod";
import { knownNames, MillraceError, parseOptions } from "#kernel";
import { portfolio, type TrialPlan } from "../automl/portfolio.ts";
import { learners } from "../learners.ts";
import type { Learner, LearningTask } from "../model.ts";

/** Learners to search among: names, or names with options. */
export const learnerChoices = z
  .array(
    z.union([
      z.string().min(1),
      z.strictObject({
        learner: z.string().min(1),
        options: z.record(z.string(), z.unknown()).default({}).describe("of that learner; see the page of learners"),
      }),
    ]),
  )
  .min(1)
  .describe("learners to search among, by name or as { learner, options }; default: the portfolio");

export type LearnerChoices = z.output<typeof learnerChoices>;

const forecasts: readonly string[] = ["seasonalNaive", "ets", "lagTrees"];

/** The options of feature engineering; a forecast needs the time itself as a feature. */
export function withTimeTrend({
  learners: choices,
  transform,
}: {
  readonly learners?: LearnerChoices | undefined;
  readonly transform: Record<string, unknown>;
}): Record<string, unknown> {
  const asked = (choices ?? []).map((choice) => (typeof choice === "string" ? choice : choice.learner));
  return asked.some((name) => forecasts.includes(name)) ? { timeTrend: true, ...transform } : transform;
}

interface Problem {
  readonly task: LearningTask;
  readonly rows: number;
  readonly seed: number;
  readonly budgetTrials: number;
}

/**
 * What to try of the learners that were asked for: the baseline, each with its options, then the portfolio's further
 * settings of those that were named alone, as far as the budget goes.
 *
 * Errors: LEARN_LEARNER_UNFIT: a name that is none, or a learner that does not do the task; LEARN_OPTION_INVALID.
 */
export function trialsOf(
  choices: LearnerChoices | undefined,
  { task, rows, seed, budgetTrials }: Problem,
): TrialPlan[] {
  if (choices === undefined) return portfolio(budgetTrials, rows, seed);
  const asked = choices.map((choice) =>
    typeof choice === "string" ? { learner: choice, options: undefined } : choice,
  );
  const free = new Set<string>();
  const plans: TrialPlan[] = [{ learner: "constant", options: {} }];
  for (const { learner: name, options } of asked) {
    const learner = requireLearner(name, task);
    if (options === undefined) free.add(name);
    const known = portfolio(budgetTrials, rows, seed).find((plan) => plan.learner === name);
    const own = options === undefined ? (known?.options ?? {}) : options;
    parseOptions(learner.options, own, name, "LEARN_OPTION_INVALID");
    if (name !== "constant")
      plans.push({ learner: learner.name as TrialPlan["learner"], options: own as TrialPlan["options"] });
  }
  const more = portfolio(Math.max(budgetTrials, 8) * 2, rows, seed).filter(
    (plan) => free.has(plan.learner) && !plans.some((one) => JSON.stringify(one) === JSON.stringify(plan)),
  );
  return [...plans, ...more].slice(0, Math.max(plans.length, budgetTrials));
}

function requireLearner(name: string, task: LearningTask): Learner {
  if (!Object.hasOwn(learners, name))
    throw unfit(`There is no learner "${name}" (${knownNames(name, Object.keys(learners))}).`);
  const learner: Learner = learners[name as keyof typeof learners] as unknown as Learner;
  const { tasks } = learner.traits;
  if (!tasks.includes(task)) throw unfit(`The learner ${name} does ${tasks.join(" and ")}; the task is ${task}.`);
  return learner;
}

function unfit(message: string): MillraceError {
  return new MillraceError("LEARN_LEARNER_UNFIT", {
    message,
    next: "Correct `learners`; docs/reference/learners.md lists them with the tasks that they do.",
  });
}
