import type { JsonObject } from "@millrace/program";
import { knownNames, MillraceError, parseOptions } from "#kernel";
import { learners } from "../learners.ts";
import type { Learner } from "../model.ts";
import type { LearnerChoices } from "../selection/choose-learners.ts";

export interface RankPlan {
  readonly learner: keyof typeof learners;
  readonly options: JsonObject;
}

/** Learners that need more than the grades of single rows. */
const unfitting: readonly string[] = ["seasonalNaive", "ets", "lagTrees", "command"];

/**
 * What is tried for a ranking, best first, after the baseline: LambdaMART in several shapes, then learners that only see the
 * grades. Of learners that were asked for: those.
 *
 * Errors: LEARN_LEARNER_UNFIT, LEARN_OPTION_INVALID.
 */
export function rankPlans(
  rows: number,
  { learners: asked }: { readonly learners?: LearnerChoices | undefined },
): RankPlan[] {
  const least = Math.max(2, Math.min(20, Math.round(rows / 100)));
  const ranked = (own: JsonObject): RankPlan => ({
    learner: "gbdt",
    options: { objective: "lambdarank", trees: 500, earlyStoppingRounds: 30, minRowsInLeaf: least, ...own },
  });
  const usual = [
    ranked({ leaves: 15, learningRate: 0.05, l2: 1, featureShare: 0.8, rowShare: 0.8 }),
    ranked({ leaves: 31, learningRate: 0.1 }),
    {
      learner: "gbdt",
      options: { leaves: 15, learningRate: 0.05, trees: 500, earlyStoppingRounds: 30, minRowsInLeaf: least },
    },
    { learner: "linear", options: {} },
    ranked({ leaves: 7, learningRate: 0.1, l2: 5, featureShare: 0.6 }),
    ranked({ leaves: 63, learningRate: 0.03, l2: 3, featureShare: 0.6, rowShare: 0.8 }),
    ranked({ leaves: 15, learningRate: 0.1, boosting: "dart", trees: 150 }),
    ranked({ leaves: 4, learningRate: 0.1, l2: 5, rowShare: 0.8 }),
  ] as const satisfies readonly RankPlan[];
  const own = asked?.map((choice): RankPlan => {
    const { learner: name, options } = typeof choice === "string" ? { learner: choice, options: undefined } : choice;
    const learner = requireLearner(name);
    const known = usual.find((plan) => plan.learner === name)?.options ?? {};
    const given = name === "gbdt" && options !== undefined ? { objective: "lambdarank", ...options } : options;
    const chosen = (given ?? known) as JsonObject;
    parseOptions(learner.options, chosen, name, "LEARN_OPTION_INVALID");
    return { learner: name as RankPlan["learner"], options: chosen };
  });
  return [{ learner: "constant", options: {} }, ...(own ?? usual)];
}

function requireLearner(name: string): Learner {
  const learner = Object.hasOwn(learners, name)
    ? (learners[name as keyof typeof learners] as unknown as Learner)
    : undefined;
  if (learner?.traits.tasks.includes("regression") && !unfitting.includes(name)) return learner;
  throw new MillraceError("LEARN_LEARNER_UNFIT", {
    message:
      learner === undefined
        ? `There is no learner "${name}" (${knownNames(name, Object.keys(learners))}).`
        : `The learner ${name} does not rank.`,
    next: "Correct `learners`: gbdt ranks by LambdaMART, and any learner of regressions by the grades.",
  });
}
