import { metricNamed } from "#evaluate";
import { MillraceError, type WorkContext } from "#kernel";
import { firstTrials } from "../selection/choose-learners.ts";
import { breaksConstraint } from "./constraints.ts";
import { copiesOf } from "./copies.ts";
import { firstFolds } from "./judged-rows.ts";
import type { AutomlRequest, AutomlResult, LiveBoard } from "./model.ts";
import type { TrialPlan } from "./portfolio.ts";
import { writingSeconds } from "./program-cost.ts";
import { proposeTrial } from "./propose-trial.ts";
import { judgedByFirst, runTrial, type Trial, type TrialGround } from "./run-trial.ts";
import { isStop, type SearchBudget } from "./search-budget.ts";
import type { SearchFacts } from "./search-facts.ts";
import type { TrialRecord } from "./trial-record.ts";

type Worth = ReturnType<typeof worthOf>;
type Asked = Pick<AutomlRequest, "recorded" | "onTrial">;

/** Trials before this one are dropped by no rank. */
const unrankedTrials = 5;
/** Trials before this one, less the baseline, may lower the number of folds. */
const decidingTrials = 3;

/** So many proposals in a row that were tried before: the spaces hold hardly anything new. */
const mostRepeated = 200;

/** The trials of a search in the order they were made, and what ended it. */
export interface Searched {
  readonly trials: readonly Trial[];
  readonly ended: AutomlResult["ended"];
  /** With only the folds that judged. */
  readonly ground: TrialGround;
}

/**
 * Makes trials until the budget is spent: first the portfolio, then proposals that learn from the trials before. After its
 * first fold a trial goes on only if it is among the better half there, or the best of its learner.
 *
 * Where the first folds of the first trials show that the seconds will not do, fewer folds judge from then on; until there is
 * a model, a trial that the time stops counts with the folds that it has. Recorded trials bring their number of folds along.
 *
 * Errors: KERNEL_STOPPED: the work as a whole was called off; LEARN_TRIALS_OTHER: recorded trials are of another search.
 * Source: Li, Jamieson, Rostamizadeh et al., "A System for Massively Parallel Hyperparameter Tuning", MLSys 2020 (a trial is
 * promoted by its rank among the finished ones; folds are the rungs).
 */
export async function searchTrials(
  whole: TrialGround,
  facts: SearchFacts,
  budget: SearchBudget,
  asked: Asked,
  context: WorkContext,
): Promise<Searched> {
  const { settings } = whole;
  let ground = whole;
  const worth = worthOf(settings.metric);
  const first = [...new Map(firstTrials(facts, settings).map((plan) => [JSON.stringify(plan), plan])).values()];
  // Whoever names learners wants to see each of them.
  const most = Math.max(budget.trials, settings.learners === undefined ? 0 : settings.learners.length + 1);
  let trials: Trial[] = [];
  const end = (ended: Searched["ended"]): Searched => ({ trials, ended, ground });
  const timeUp = () => end(budget.enough() ? "stopped" : "seconds");
  const judgeByFirst = (folds: number) => {
    if (folds >= ground.rows.folds.length) return;
    trials = trials.map((trial) => judgedByFirst(trial, folds, ground));
    ground = { ...ground, rows: firstFolds(ground.rows, folds) };
  };
  const known = new Set<string>();
  let beyond = 0;
  let repeated = 0;
  for (;;) {
    const done = trials.length;
    await budget.checkpoint(done);
    if (done >= most) return end("trials");
    if (done > 0 && accepted(trials.at(-1)!, worth, settings)) return end("accepted");
    const recorded = asked.recorded?.[done];
    if (done > 0 && recorded === undefined && budget.spent()) return timeUp();
    const plan = first[done] ?? proposeTrial(trials, worth, facts, settings, beyond++);
    if (plan === undefined || repeated > mostRepeated) return end("exhausted");
    const key = JSON.stringify(plan);
    // Rounded options may coincide; a second look would tell nothing.
    if (known.has(key)) {
      repeated++;
      continue;
    }
    known.add(key);
    repeated = 0;
    if (recorded !== undefined) {
      judgeByFirst(recorded.plannedFolds);
      trials.push({ ...sameTrial(recorded, plan, ground), models: [] });
    } else {
      context.progress({
        what: `trial ${done + 1}: ${plan.learner}`,
        done,
        ...(budget.timed ? {} : { total: most }),
      });
      const began = budget.now();
      const poll = { clock: context.clock, stopping: done === 0 ? context.stopping : budget.stopsTrial };
      const foldsAfter = (score: number | null, fitting: number) => {
        const { length } = ground.rows.folds;
        if (done >= unrankedTrials && !promoted(score, plan, trials, length, settings.metric)) return 1;
        if (budget.timed && done > 0 && done < decidingTrials) {
          const making = budget.now() - began - fitting;
          judgeByFirst(foldsWithin({ making, fitting }, budget.secondsLeft(), length, done));
        }
        return ground.rows.folds.length;
      };
      let trial: Trial;
      try {
        const made = await runTrial(plan, ground, poll, foldsAfter);
        trial = { ...made, plannedFolds: ground.rows.folds.length };
      } catch (error) {
        if (!isStop(error) || context.stopping()) throw error;
        return timeUp();
      }
      trial = { ...trial, lost: [...trial.lost, ...breaksConstraint(trial, settings)] };
      if (trial.unfinished) {
        if (context.stopping()) await budget.checkpoint(done);
        if (!trials.some(({ plan, lost }) => plan.learner !== "constant" && lost.length === 0)) {
          judgeByFirst(trial.folds);
          trials.push(trial);
        }
        return timeUp();
      }
      trials.push(trial);
      if (done > 0) ground.matrices.noteOverhead((budget.now() - began - trial.trainSeconds) / trial.folds);
    }
    // Until there is a model, nothing is kept back from it.
    if (budget.timed && trials.length > 1) keepBack(budget, trials, worth, ground);
    asked.onTrial?.(boardOf(trials, worth, budget, settings.metric));
  }
}

/**
 * Folds that the seconds allow, as the first fold of one of the first trials shows: several fits on each, and after the first
 * trial this one and its learning again. `making`: seconds of a fold's matrices, which are made once.
 */
export function foldsWithin(
  { making, fitting }: { readonly making: number; readonly fitting: number },
  secondsLeft: number,
  folds: number,
  done: number,
): number {
  const each = making + (done === 1 ? 5 : 2) * fitting;
  // The matrices of all rows are made as well.
  return Math.max(1, Math.min(folds, Math.floor((secondsLeft - making) / each)));
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

/** Keeps back the seconds that choosing among the best few, learning them again from all rows and writing them will take. */
function keepBack(budget: SearchBudget, trials: readonly Trial[], worth: Worth, ground: TrialGround): void {
  const { rows, matrices, settings } = ground;
  const budgetSeconds = settings.budgetSeconds!;
  const grows = rows.all.frame.rows / rows.folds[0]!.train.length;
  const best = trials.toSorted((a, b) => b.folds - a.folds || worth(b) - worth(a)).slice(0, 8);
  const finishing = (some: readonly Trial[]) => {
    const fits = some.reduce(
      (sum, { plan, trainSeconds, folds }) =>
        sum + copiesOf(plan, rows.all.frame.rows, settings) * (trainSeconds / folds) * grows,
      0,
    );
    const writing = some.reduce((sum, { sizeBytes }) => sum + writingSeconds(sizeBytes), 0);
    return 0.2 + 0.02 * budgetSeconds + 1.2 * (fits + matrices.overhead * grows) + writing;
  };
  // Selecting an ensemble judges about as often as so many trials.
  const selecting = 15 * matrices.judging;
  const most = 0.4 * budgetSeconds;
  budget.finishing = Math.min(most, finishing(best.slice(0, 1)));
  budget.reserve = Math.min(most, selecting + finishing(best));
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
