import { networkOptions } from "../../network/options.ts";
import type { TrialRecord } from "../trial/trial-record.ts";
import { lineThrough } from "./line-through.ts";
import { secondsOfPass } from "./pass-seconds.ts";
import type { TrialPlan } from "./portfolio.ts";
import type { SearchFacts } from "./search-facts.ts";
import { pointOf, type SearchedLearner, spaceOf } from "./search-space.ts";

/** Of a quicker fit the clock tells little. */
const leastSeconds = 0.01;

/**
 * Seconds that one fit of a plan will take, as trials of its learner took, by a line through their options; 0 where there is
 * none to tell. Of networks the passes are counted, as the first that is large may take a hundred times as long as those before.
 * `rounds`: so many of boosting, or passes of a network, stand for what such trials needed or were allowed.
 */
export function fitSeconds(
  plan: TrialPlan,
  trials: readonly TrialRecord[],
  facts: SearchFacts,
  rounds?: number,
): number {
  const counted = ({ learner, options }: TrialPlan, made?: number) => {
    const network = learner === "network" ? networkOptions.safeParse(options).data : undefined;
    return network === undefined ? (made ?? 1) : secondsOfPass({ ...network }, facts) * (made ?? network.rounds);
  };
  const grown = ({ roundsGrown }: TrialRecord["facts"]) =>
    rounds === undefined || roundsGrown === undefined ? undefined : Number(roundsGrown);
  const own = trials.filter(({ plan: { learner }, folds }) => learner === plan.learner && folds > 0);
  if (own.length === 0) return plan.learner === "network" ? counted(plan, rounds) : 0;
  const space = spaceOf(plan.learner as SearchedLearner, facts);
  const line = lineThrough(
    own.map((trial) => pointOf(space, trial.plan.options)),
    own.map((trial) =>
      Math.log(Math.max(leastSeconds, trial.trainSeconds / trial.folds) / counted(trial.plan, grown(trial.facts))),
    ),
  );
  return counted(plan, rounds) * Math.exp(line(pointOf(space, plan.options)));
}
