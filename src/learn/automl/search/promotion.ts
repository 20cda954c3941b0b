import type { Trial } from "../trial/run-trial.ts";
import type { TrialPlan } from "./portfolio.ts";

/**
 * The score of the first rung that a trial must reach to go on: that of the better half of the finished trials, or the best of
 * its learner, whichever is easier; null: any. The first of a learner goes on by any score where a fold is the rung; of many
 * rows it is dear, and a part of them shows whether it can keep up.
 */
export function promotionBar(
  plan: TrialPlan,
  trials: readonly Trial[],
  folds: number,
  up: boolean,
  byRows: boolean,
): number | null {
  const finished = trials.filter((trial) => trial.folds === folds && trial.plan.learner !== "constant");
  const scores = (some: readonly Trial[]) =>
    some.flatMap(({ firstScore }) => (firstScore === null ? [] : [firstScore])).sort((a, b) => (up ? b - a : a - b));
  const all = scores(finished);
  const own = scores(finished.filter((one) => one.plan.learner === plan.learner));
  // Fewer than half of the finished trials may be better.
  const half = all[Math.ceil(finished.length / 2) - 1];
  if (half === undefined || (own.length === 0 && !byRows)) return null;
  if (own.length === 0) return half;
  return up ? Math.min(half, own[0]!) : Math.max(half, own[0]!);
}

/** Whether a score is as good as a bar. */
export function reaches(score: number | null, bar: number | null, up: boolean): boolean {
  if (bar === null) return score !== null;
  return score !== null && (up ? score >= bar : score <= bar);
}
