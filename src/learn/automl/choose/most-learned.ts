import type { FittedModel } from "../../model.ts";
import type { TrialPlan } from "../search/portfolio.ts";
import type { Trial } from "../trial/run-trial.ts";
import type { FinalModel } from "./assemble-models.ts";

/** One fit of learning a choice again from all rows. */
export interface Job {
  readonly of: Trial;
  readonly trial: TrialPlan;
  readonly seed: number;
  readonly weight: number;
  /** Of the second layer: the jobs whose margins it reads. */
  readonly reads?: readonly number[];
}

interface Weighed {
  readonly models: readonly FinalModel[];
  /** Of each model's margins. */
  readonly weights: readonly number[];
}

export function modelsOf(jobs: readonly Job[], fits: ReadonlyMap<Job, FittedModel>): Weighed {
  return {
    models: jobs.map((job) => ({ trial: job.trial, model: fits.get(job)!, reads: job.reads })),
    weights: jobs.map(({ weight }) => weight),
  };
}

/**
 * The members of which at least one copy was learned, with the weights of the others, where most of the weight is theirs;
 * `missing`: how many are not among them. Undefined where that is less, or where a model reads the margins of others, of
 * which none can be left out.
 */
export function mostLearned(
  jobs: readonly Job[],
  fits: ReadonlyMap<Job, FittedModel>,
): (Weighed & { readonly missing: number }) | undefined {
  if (jobs.some(({ reads }) => reads !== undefined)) return undefined;
  const total = (some: readonly Job[]) => some.reduce((sum, { weight }) => sum + weight, 0);
  const whole = (member: Trial) => total(jobs.filter(({ of }) => of === member));
  const done = jobs.filter((job) => fits.has(job));
  const members = new Set(done.map(({ of }) => of));
  const there = [...members].reduce((sum, member) => sum + whole(member), 0);
  if (!(there > 0.5 * total(jobs))) return undefined;
  const copies = (member: Trial) => total(done.filter(({ of }) => of === member));
  const { models } = modelsOf(done, fits);
  const weights = done.map(({ of, weight }) => (weight * whole(of) * total(jobs)) / (copies(of) * there));
  return { models, weights, missing: new Set(jobs.map(({ of }) => of)).size - members.size };
}
