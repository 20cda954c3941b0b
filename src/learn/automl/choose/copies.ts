import type { TrialPlan } from "../search/portfolio.ts";
import type { Settings } from "../trial/run-trial.ts";

/** Above so many rows the draws of a fit hardly change what it learns. */
const mostCopiedRows = 10_000;
const several = 3;

/**
 * How often a model is learned from all rows with other random draws, to be averaged: chance in few rows shows in the scores
 * otherwise. Once where a fit draws nothing, where rows are many, and where a constraint bounds latency or size.
 *
 * Source: Breiman, "Bagging predictors", Machine Learning 24, 1996, §4 (averaging unstable fits lowers their variance).
 */
export function copiesOf({ learner, options }: TrialPlan, rows: number, { constraints, ensemble }: Settings): number {
  const { maxScoreMicros, maxSizeBytes } = constraints;
  if (!ensemble || rows > mostCopiedRows || maxScoreMicros !== undefined || maxSizeBytes !== undefined) return 1;
  const draws = (share: unknown) => typeof share === "number" && share < 1;
  const drawn = learner === "gbdt" && (draws(options.rowShare) || draws(options.featureShare));
  return drawn || learner === "network" ? several : 1;
}
