import type { Trial, TrialGround } from "../trial/run-trial.ts";
import type { LayerLearner } from "./fit-second-layer.ts";

/** Trials that a second layer reads: few after a short search, a third of those of a longer one. */
export const fewestBases = 5;
const bases = { share: 1 / 3, most: 20 };
/** After so many trials the second layer is of more learners. */
const manyTrials = 25;

/**
 * How many of so many trials a second layer reads. On public sets of 5,000 to 15,000 rows and ten minutes, 12 instead of 5 to 8
 * lowered the error by 0.3 to 3 %; all of them are a part of the model.
 */
export function baseCount(trials: number): number {
  return Math.max(fewestBases, Math.min(bases.most, Math.round(bases.share * trials)));
}

/** What learns the second layer after so many trials. */
export function layerLearners(trials: number): readonly LayerLearner[] {
  return trials < manyTrials ? ["gbdt", "linear"] : ["gbdt", "linear", "extraTrees", "network"];
}

/** What the folds of a second layer take: about as long as those of the best trials of its learners. */
export function layerSeconds(
  learners: readonly LayerLearner[],
  ranked: readonly Trial[],
  { rows }: Pick<TrialGround, "rows">,
): number {
  return learners.reduce((sum, learner) => {
    const best = ranked.find(({ plan, folds }) => plan.learner === learner && folds > 0);
    return sum + (best === undefined ? 0 : (best.trainSeconds / best.folds) * rows.folds.length);
  }, 0);
}

/** The longest beginning of at least so many trials, and two, that there is time to learn again; undefined: there is none. */
export function longestInTime<T>(
  trials: readonly T[],
  least: number,
  isInTime: (some: readonly T[]) => boolean,
): readonly T[] | undefined {
  for (let count = trials.length; count >= Math.max(2, least); count--)
    if (isInTime(trials.slice(0, count))) return trials.slice(0, count);
  return undefined;
}
