import { z } from "zod";
import { knownNames, MillraceError, parseOptions } from "#kernel";
import type { AutomlOptions } from "../automl/model.ts";
import { monotoneOptions } from "../automl/search/fixed-options.ts";
import { learnersAllowed, portfolio, type TrialPlan } from "../automl/search/portfolio.ts";
import type { SearchFacts } from "../automl/search/search-facts.ts";
import { learners } from "../learners.ts";
import type { Learner } from "../model.ts";

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
  return asksForecast({ learners: choices }) ? { timeTrend: true, ...transform } : transform;
}

/** Whether one of the learners that were named is a forecast. */
export function asksForecast({ learners: choices = [] }: { readonly learners?: LearnerChoices | undefined }): boolean {
  return choices.some((choice) => forecasts.includes(typeof choice === "string" ? choice : choice.learner));
}

/**
 * What a search tries first. Of learners that were asked for: the baseline, each with its options, then the portfolio's further
 * settings of those that were named alone.
 *
 * Errors: LEARN_LEARNER_UNFIT: a name that is none, or a learner that does not do the task or hold to the constraints;
 * LEARN_OPTION_INVALID.
 */
export function firstTrials(facts: SearchFacts, options: AutomlOptions): TrialPlan[] {
  const warm = warmPlans(options);
  const [baseline, ...known] = portfolio(facts, options);
  if (options.learners === undefined) return [baseline!, ...warm, ...known];
  const plans: TrialPlan[] = [{ learner: "constant", options: {} }];
  for (const choice of options.learners) {
    const { learner: name, options: asked } =
      typeof choice === "string" ? { learner: choice, options: undefined } : choice;
    const learner = requireLearner(name, options);
    const bound = holdsMonotone.includes(name) ? monotoneOptions(options.constraints) : {};
    const own =
      asked === undefined ? (known.find((plan) => plan.learner === name)?.options ?? {}) : { ...asked, ...bound };
    parseOptions(learner.options, own, name, "LEARN_OPTION_INVALID");
    if (name !== "constant")
      plans.push({ learner: learner.name as TrialPlan["learner"], options: own as TrialPlan["options"] });
  }
  plans.splice(1, 0, ...warm);
  const more = known.filter((plan) => !plans.some((one) => JSON.stringify(one) === JSON.stringify(plan)));
  return [...plans, ...more];
}

/** Earlier settings whose learner this search may use and whose options it knows; data and versions may have changed since. */
export function warmPlans(options: AutomlOptions): TrialPlan[] {
  const allowed: readonly string[] = learnersAllowed(options);
  const monotone = JSON.stringify(options.constraints.monotone);
  return options.warmStart.flatMap(({ learner, options: own }) => {
    if (!allowed.includes(learner) || JSON.stringify(own.monotone ?? {}) !== monotone) return [];
    const { options: schema } = learners[learner as keyof typeof learners];
    const known = Object.keys(own).every((name) => Object.hasOwn(schema.shape, name));
    return known && schema.safeParse(own).success ? [{ learner, options: own } as TrialPlan] : [];
  });
}

/** Learners that a person can read. */
const readable: readonly string[] = ["constant", "linear", "tree", "ruleList", "gam", "naiveBayes"];

/** Learners whose score can be made to only rise or only fall with a column. */
const holdsMonotone: readonly string[] = ["gbdt", "gam"];

function requireLearner(name: string, { task, constraints }: AutomlOptions): Learner {
  if (!Object.hasOwn(learners, name))
    throw unfit(`There is no learner "${name}" (${knownNames(name, Object.keys(learners))}).`);
  const learner: Learner = learners[name as keyof typeof learners] as unknown as Learner;
  const { tasks } = learner.traits;
  if (!tasks.includes(task)) throw unfit(`The learner ${name} does ${tasks.join(" and ")}; the task is ${task}.`);
  if (constraints.interpretable && !readable.includes(name))
    throw unfit(`The learner ${name} makes no model that a person can read; these do: ${readable.join(", ")}.`);
  if (Object.keys(constraints.monotone).length > 0 && ![...holdsMonotone, "constant"].includes(name))
    throw unfit(`The learner ${name} cannot hold columns monotone in a search; ${holdsMonotone.join(" and ")} can.`);
  return learner;
}

function unfit(message: string): MillraceError {
  return new MillraceError("LEARN_LEARNER_UNFIT", {
    message,
    next: "Correct `learners`; docs/reference/learners.md lists them with the tasks that they do.",
  });
}
