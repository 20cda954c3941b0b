import { compareModels, metricNamed } from "#evaluate";
import type { LearningData } from "../model.ts";
import type { AutomlOptions } from "./model.ts";
import { judge, type Trial } from "./run-trial.ts";
import { meanMargins, scoresOf } from "./scores.ts";

/** The trials whose mean margin is the model (one trial: itself), and why. */
export interface Chosen {
  readonly members: readonly Trial[];
  readonly margins: Float64Array;
  readonly score: number | null;
  readonly interval: readonly [number, number] | null;
  readonly reasons: readonly string[];
}

const surely = 0.95;

/** Trials from best to worst by the metric; equals keep the order in which they were tried. */
export function rankTrials(trials: readonly Trial[], metric: string): Trial[] {
  const up = metricNamed(metric).traits.direction === "up";
  const worth = ({ score }: Trial) => (score === null ? Number.NEGATIVE_INFINITY : up ? score : -score);
  return trials.toSorted((a, b) => worth(b) - worth(a) || trials.indexOf(a) - trials.indexOf(b));
}

/**
 * The best trial, or the average of the best few where that is better on the validation rows beyond noise (in at least 95 %
 * of the paired bootstrap's draws).
 */
export function chooseModel(
  ranked: readonly Trial[],
  validation: LearningData,
  options: AutomlOptions & { readonly metric: string },
  classes: readonly string[],
): Chosen {
  const best = ranked[0]!;
  const reasons: string[] = [];
  const baseline = ranked.find(({ plan }) => plan.learner === "constant");
  if (best.score !== null && baseline !== undefined && baseline !== best)
    reasons.push(againstBaseline(best, baseline, validation, options, classes));
  let chosen: Chosen = {
    members: [best],
    margins: best.margins,
    score: best.score,
    interval: best.interval,
    reasons: [],
  };
  const candidates = ranked.filter(({ plan, score }) => plan.learner !== "constant" && score !== null);
  if (options.ensemble && best.score !== null && best.plan.learner !== "constant" && candidates.length > 1) {
    const average = bestAverage(candidates, validation, options, classes);
    const { pBetter, difference } = compare(average.margins, best.margins, validation, options, classes);
    if (pBetter >= surely && difference !== 0) {
      chosen = average;
      reasons.push(
        `The average of the best ${average.members.length} models is better than the best one in ${share(pBetter)} of the draws.`,
      );
    } else
      reasons.push(
        `An average of the best ${average.members.length} models was not taken: it is better than the best one in only ${share(pBetter)} of the draws.`,
      );
  }
  return { ...chosen, reasons };
}

function bestAverage(
  candidates: readonly Trial[],
  validation: LearningData,
  options: AutomlOptions & { readonly metric: string },
  classes: readonly string[],
): Chosen {
  const up = metricNamed(options.metric).traits.direction === "up";
  const averages = [2, 3, 5]
    .filter((count) => count <= candidates.length)
    .map((count) => {
      const members = candidates.slice(0, count);
      const margins = meanMargins(members.map((member) => member.margins));
      return { members, margins, ...judge(margins, validation, options, classes), reasons: [] };
    });
  return averages.reduce((best, average) =>
    average.score !== null && (best.score === null || (up ? average.score > best.score : average.score < best.score))
      ? average
      : best,
  );
}

function compare(
  first: Float64Array,
  second: Float64Array,
  validation: LearningData,
  options: AutomlOptions & { readonly metric: string },
  classes: readonly string[],
) {
  const { task, metric, seed, draws } = options;
  const count = Math.max(classes.length, 1);
  return compareModels(task, validation.target, scoresOf(task, count, first), scoresOf(task, count, second), metric, {
    seed,
    draws,
    ...(validation.weights === undefined ? {} : { weights: validation.weights }),
    ...(classes.length > 0 ? { classes } : {}),
  });
}

function againstBaseline(
  best: Trial,
  baseline: Trial,
  validation: LearningData,
  options: AutomlOptions & { readonly metric: string },
  classes: readonly string[],
): string {
  const { pBetter } = compare(best.margins, baseline.margins, validation, options, classes);
  const { name, traits } = metricNamed(options.metric, options.task);
  return `${best.plan.learner} has the best ${traits.title} (${name} ${best.score!.toFixed(4)}) of the trials; it beats the trivial baseline (${baseline.score?.toFixed(4) ?? "undefined"}) in ${share(pBetter)} of the draws.`;
}

function share(p: number): string {
  return `${(100 * p).toFixed(0)} %`;
}
