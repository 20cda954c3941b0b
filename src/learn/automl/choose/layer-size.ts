import { fixedOptions } from "../search/fixed-options.ts";
import { learnersAllowed, type TrialPlan } from "../search/portfolio.ts";
import type { SearchFacts } from "../search/search-facts.ts";
import { fitSeconds } from "../search/trial-seconds.ts";
import type { Trial, TrialGround } from "../trial/run-trial.ts";

/** Trials that a second layer reads: few after a short search, half of those of a longer one. */
export const fewestBases = 5;
const bases = { share: 0.5, most: 20 };
/** After so many trials the second layer is of more learners. */
const manyTrials = 25;

/**
 * How many of so many trials a second layer reads. On four public sets of 5,000 to 15,000 rows and ten minutes, more of them and
 * more various ones lowered the error on rows left out by up to a quarter (sylvine); each is a part of the model.
 */
export function baseCount(trials: number): number {
  return Math.max(fewestBases, Math.min(bases.most, Math.round(bases.share * trials)));
}

/**
 * Bytes that a second layer may read of models besides its first few; loading 100 MB takes some four seconds. With 50 MB gesture
 * (8,900 rows, five classes, forests of 15 MB) was learned worse than with 182 MB: log loss .684, not .669.
 */
const mostReadBytes = 150e6;

/** Without those that are large: after the first few a trial is read only while all together have so many bytes. */
export function lightEnough<T extends { readonly sizeBytes: number }>(trials: readonly T[]): readonly T[] {
  let bytes = 0;
  return trials.filter(({ sizeBytes }, k) => {
    const isRead = k < fewestBases || bytes + sizeBytes <= mostReadBytes;
    if (isRead) bytes += sizeBytes;
    return isRead;
  });
}

/** What learns a second layer: few leaves and strong penalties, as what it reads tells most already. */
const learning = {
  gbdt: { leaves: 8, learningRate: 0.05, l2: 5, featureShare: 0.5, rowShare: 0.8 },
  linear: {},
  extraTrees: { featuresPerSplit: 0.3, minRowsInLeaf: 10, trees: 100 },
  network: { width: 64, learningRate: 0.002, weightDecay: 0.3 },
};

/** The plans of a second layer after so many trials. */
export function layerPlans(
  trials: number,
  facts: SearchFacts,
  settings: TrialGround["settings"],
): readonly TrialPlan[] {
  const all = ["gbdt", "linear", "extraTrees", "network"] as const;
  const allowed: readonly string[] = learnersAllowed(settings);
  return all
    .slice(0, trials < manyTrials ? 2 : all.length)
    .filter((learner) => allowed.includes(learner))
    .map((learner) => ({ learner, options: fixedOptions(learner, facts, settings, learning[learner]) }));
}

/**
 * Rounds of boosting and passes of a network after which a second layer mostly has stopped: what it reads tells most already. On
 * five public sets they were 90 to 300 and 15 to 25, a tenth of those of trials where these need most.
 */
const usualRounds: Readonly<Record<string, number>> = { gbdt: 200, network: 20 };

/** So many columns' worth of a fit does not grow with the columns. */
const fixedWork = 20;

/** Seconds that the folds of a second layer over so many trials take: as rounds of trials of its learners did, and longer by their margins. */
export function layerSeconds(
  plans: readonly TrialPlan[],
  trials: readonly Trial[],
  facts: SearchFacts,
  folds: number,
  bases: number,
): number {
  const margins = bases * (facts.task === "multiclass" ? facts.classes : 1);
  const once = plans.reduce((sum, plan) => sum + fitSeconds(plan, trials, facts, usualRounds[plan.learner]), 0);
  return folds * once * (1 + margins / (facts.columns + fixedWork));
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
