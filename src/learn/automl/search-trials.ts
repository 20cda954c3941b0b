import { metricNamed } from "#evaluate";
import { MillraceError, type WorkContext } from "#kernel";
import { firstTrials } from "../selection/choose-learners.ts";
import { breaksConstraint } from "./constraints.ts";
import type { AutomlRequest, AutomlResult, LiveBoard } from "./model.ts";
import type { TrialPlan } from "./portfolio.ts";
import { proposeTrial } from "./propose-trial.ts";
import { runTrial, type Trial, type TrialGround } from "./run-trial.ts";
import { isStop, type SearchBudget } from "./search-budget.ts";
import type { SearchFacts } from "./search-facts.ts";
import type { TrialRecord } from "./trial-record.ts";

type Worth = ReturnType<typeof worthOf>;
type Asked = Pick<AutomlRequest, "recorded" | "onTrial">;

/** So many proposals in a row that were tried before: the spaces hold hardly anything new. */
const mostRepeated = 200;

/** The trials of a search in the order they were made, and what ended it. */
export interface Searched {
  readonly trials: readonly Trial[];
  readonly ended: AutomlResult["ended"];
}

/**
 * Makes trials until the budget is spent: first the portfolio, then proposals that learn from the trials before. After its
 * first fold a trial goes on only if it is among the better half there, or the best of its learner.
 *
 * Errors: KERNEL_STOPPED: the work as a whole was called off; LEARN_TRIALS_OTHER: recorded trials are of another search.
 * Source: Li, Jamieson, Rostamizadeh et al., "A System for Massively Parallel Hyperparameter Tuning", MLSys 2020 (a trial is
 * promoted by its rank among the finished ones; folds are the rungs).
 */
export async function searchTrials(
  ground: TrialGround,
  facts: SearchFacts,
  budget: SearchBudget,
  asked: Asked,
  context: WorkContext,
): Promise<Searched> {
  const { settings, rows } = ground;
  const worth = worthOf(settings.metric);
  const first = [...new Map(firstTrials(facts, settings).map((plan) => [JSON.stringify(plan), plan])).values()];
  // Whoever names learners wants to see each of them.
  const most = Math.max(budget.trials, settings.learners === undefined ? 0 : settings.learners.length + 1);
  const trials: Trial[] = [];
  const known = new Set<string>();
  let beyond = 0;
  let repeated = 0;
  for (;;) {
    const done = trials.length;
    await budget.checkpoint(done);
    if (done >= most) return { trials, ended: "trials" };
    if (done > 0 && accepted(trials.at(-1)!, worth, settings)) return { trials, ended: "accepted" };
    const recorded = asked.recorded?.[done];
    if (done > 0 && recorded === undefined && budget.spent())
      return { trials, ended: budget.enough() ? "stopped" : "seconds" };
    const plan = first[done] ?? proposeTrial(trials, worth, facts, settings, beyond++);
    if (plan === undefined || repeated > mostRepeated) return { trials, ended: "exhausted" };
    const key = JSON.stringify(plan);
    // Rounded options may coincide; a second look would tell nothing.
    if (known.has(key)) {
      repeated++;
      continue;
    }
    known.add(key);
    repeated = 0;
    if (recorded !== undefined) trials.push({ ...sameTrial(recorded, plan, ground), models: [] });
    else {
      context.progress({
        what: `trial ${done + 1}: ${plan.learner}`,
        done,
        ...(budget.timed ? {} : { total: most }),
      });
      const began = budget.now();
      const poll = { clock: context.clock, stopping: done === 0 ? context.stopping : budget.stopsTrial };
      const goesOn = (score: number | null) =>
        done < 5 || promoted(score, plan, trials, rows.folds.length, settings.metric);
      try {
        const trial = await runTrial(plan, ground, poll, goesOn);
        trials.push({ ...trial, lost: [...trial.lost, ...breaksConstraint(trial, settings)] });
      } catch (error) {
        if (!isStop(error) || context.stopping()) throw error;
        return { trials, ended: budget.enough() ? "stopped" : "seconds" };
      }
      // A linear fit that was stopped gives what it has, which is no trial.
      if (done > 0 && budget.timed && budget.secondsLeft() < 0) {
        trials.pop();
        return { trials, ended: "seconds" };
      }
      if (done > 0) ground.matrices.noteOverhead(budget.now() - began - trials.at(-1)!.trainSeconds);
    }
    // Until there is a model, nothing is kept back from it.
    if (budget.timed && trials.length > 1) budget.reserve = reserveFor(trials, worth, ground, settings.budgetSeconds!);
    asked.onTrial?.(boardOf(trials, worth, budget, settings.metric));
  }
}

/** How good a trial is, more being better; trials without a score come last. */
export function worthOf(metric: string): (trial: Pick<TrialRecord, "score">) => number {
  const up = metricNamed(metric).traits.direction === "up";
  return ({ score }) => (score === null ? Number.NEGATIVE_INFINITY : up ? score : -score);
}

function accepted(trial: Trial, worth: Worth, { accept, metric }: TrialGround["settings"]) {
  if (accept === undefined || trial.score === null || trial.lost.length > 0) return false;
  return worth(trial) >= (metricNamed(metric).traits.direction === "up" ? accept : -accept);
}

function promoted(
  score: number | null,
  plan: TrialPlan,
  trials: readonly Trial[],
  folds: number,
  metric: string,
): boolean {
  if (score === null) return false;
  const up = metricNamed(metric).traits.direction === "up";
  const finished = trials.filter((trial) => trial.folds === folds && trial.plan.learner !== "constant");
  const better = (some: readonly Trial[]) =>
    some.filter(({ firstScore }) => firstScore !== null && (up ? firstScore > score : firstScore < score)).length;
  return (
    better(finished) < finished.length / 2 || better(finished.filter((one) => one.plan.learner === plan.learner)) === 0
  );
}

function sameTrial(recorded: TrialRecord, plan: TrialPlan, { rows, classes, settings }: TrialGround): TrialRecord {
  const outputs = settings.task === "multiclass" ? classes.length : 1;
  const fits =
    JSON.stringify(recorded.plan) === JSON.stringify(plan) &&
    recorded.margins.length === outputs * (rows.starts[recorded.folds] ?? Number.NaN);
  if (fits) return recorded;
  throw new MillraceError("LEARN_TRIALS_OTHER", {
    message: `The recorded trial of ${recorded.plan.learner} is not what this search tries at its place (${plan.learner}).`,
    next: "Go on with the same data, seed and options, or start anew without the recorded trials.",
    facts: { recorded: recorded.plan.learner, expected: plan.learner },
  });
}

/** Seconds that learning the best few again from all rows, and writing them, will take. */
function reserveFor(
  trials: readonly Trial[],
  worth: Worth,
  { rows, matrices }: TrialGround,
  budgetSeconds: number,
): number {
  const grows = rows.all.frame.rows / rows.folds[0]!.train.length;
  const best = trials.toSorted((a, b) => worth(b) - worth(a)).slice(0, 8);
  const fits = best.reduce((sum, { trainSeconds, folds }) => sum + (trainSeconds / folds) * grows, 0);
  // Selecting an ensemble judges about as often as so many trials.
  const selecting = 15 * matrices.judging;
  return Math.min(
    0.35 * budgetSeconds,
    0.2 + 0.02 * budgetSeconds + selecting + 1.2 * (fits + matrices.overhead * grows),
  );
}

function boardOf(trials: readonly Trial[], worth: Worth, budget: SearchBudget, metric: string): LiveBoard {
  const { models: _, ...trial } = trials.at(-1)!;
  return {
    trial,
    done: trials.length,
    total: budget.timed ? undefined : budget.trials,
    metric,
    best: trials
      .toSorted((a, b) => b.folds - a.folds || worth(b) - worth(a))
      .slice(0, 8)
      .map(({ plan, score, interval, trainSeconds, scoreMicros }) => ({
        learner: plan.learner,
        score,
        interval,
        trainSeconds,
        scoreMicros,
      })),
  };
}
