import type { TrialPlan } from "../search/portfolio.ts";
import type { Settings, Trial, TrialGround } from "../trial/run-trial.ts";
import type { Chosen } from "./choose-model.ts";

/** Above so many rows the draws of a fit hardly change what it learns. */
const mostCopiedRows = 10_000;
const several = 3;
/** More models than these are an average already: beside one copy each, three gain nothing on 25 public sets. */
const fewModels = 3;

/**
 * How often each of so many models is learned from all rows with other random draws, to be averaged: chance in few rows shows in
 * the scores otherwise. Once where there are several, where a fit draws nothing, where rows are many, and where a constraint
 * bounds latency or size.
 *
 * Source: Breiman, "Bagging predictors", Machine Learning 24, 1996, §4 (averaging unstable fits lowers their variance).
 */
export function copiesOf(
  { learner, options }: TrialPlan,
  models: number,
  rows: number,
  { constraints, ensemble }: Settings,
): number {
  const { maxScoreMicros, maxSizeBytes } = constraints;
  if (models > fewModels) return 1;
  if (!ensemble || rows > mostCopiedRows || maxScoreMicros !== undefined || maxSizeBytes !== undefined) return 1;
  const draws = (share: unknown) => typeof share === "number" && share < 1;
  const drawn = learner === "gbdt" && (draws(options.rowShare) || draws(options.featureShare));
  return drawn || learner === "network" ? several : 1;
}

/** The same of a trial of a choice: what a second layer reads is learned once, for it learned from margins of single models. */
export function copiesWithin(
  trial: Trial,
  { members, copied }: Pick<Chosen, "members" | "copied">,
  ground: TrialGround,
): number {
  if (!copied || members.some(({ over }) => over?.includes(trial))) return 1;
  return copiesOf(trial.plan, members.length, ground.rows.all.frame.rows, ground.settings);
}
