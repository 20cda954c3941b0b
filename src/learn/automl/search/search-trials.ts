import { metricNamed } from "#evaluate";
import { isMillraceError, MillraceError, type WorkContext } from "#kernel";
import { firstTrials } from "../../selection/choose-learners.ts";
import { KeepBack } from "../choose/keep-back.ts";
import { breaksConstraint } from "../constraints.ts";
import { boardOf } from "../leaderboard.ts";
import type { AutomlRequest, AutomlResult } from "../model.ts";
import type { RemoteFits } from "../remote/remote-fits.ts";
import { firstFolds, mostFoldedRows } from "../rows/judged-rows.ts";
import { judgedByFirst, runTrial, type Trial, type TrialGround } from "../trial/run-trial.ts";
import type { TrialRecord } from "../trial/trial-record.ts";
import { forClasses } from "./many-classes.ts";
import type { TrialPlan } from "./portfolio.ts";
import { promotionBar, reaches } from "./promotion.ts";
import { Proposals } from "./proposals.ts";
import { rowRung } from "./row-rung.ts";
import { isStop, type SearchBudget } from "./search-budget.ts";
import type { SearchFacts } from "./search-facts.ts";
import { fitSeconds } from "./trial-seconds.ts";

type Worth = ReturnType<typeof worthOf>;
type Asked = Pick<AutomlRequest, "recorded" | "onTrial">;

/** Trials before this one are dropped by no rank. */
const unrankedTrials = 5;
/** Trials before this one, less the baseline, may lower the number of folds. */
const decidingTrials = 3;

/** Trials before this one are made here, whatever else there is to make them, and at once from all rows: they are the first model. */
const localTrials = 2;

/** The trials of a search in the order they were made, and what ended it. */
export interface Searched {
  readonly trials: readonly Trial[];
  readonly ended: AutomlResult["ended"];
  readonly passedOver: AutomlResult["passedOver"];
  /** With only the folds that judged. */
  readonly ground: TrialGround;
}

/**
 * A trial's plan hangs on what was known so many trials before it, so that as many can be under way at once anywhere, and one
 * that takes long keeps no process waiting until the others are through.
 */
const ahead = 8;

/** Fits that a trial takes beyond its folds if it is chosen: one of all rows, and what keeps it within its seconds. */
const learningAgain = 1.5;

/** A trial under way. */
interface Pending {
  readonly plan: TrialPlan;
  readonly began: number;
  readonly result: Promise<Trial>;
  /** It is there, or will not be. */
  ended: boolean;
  made?: Trial;
}

/**
 * Makes trials until the budget is spent: first the portfolio, then proposals that learn from the trials before. After its
 * first fold a trial goes on only if it is among the better half there, or the best of its learner. With `remote` several are
 * under way at once; they count in their order, so the same number of trials gives the same ones wherever they are made.
 *
 * Where the first folds of the first trials show that the seconds will not do, fewer folds judge from then on; until there is
 * a model, a trial that the time stops counts with the folds that it has. Recorded trials bring their number of folds along.
 *
 * Errors: KERNEL_STOPPED: the work as a whole was called off; LEARN_TRIALS_OTHER: recorded trials are of another search.
 * Source: Li, Jamieson, Rostamizadeh et al., "A System for Massively Parallel Hyperparameter Tuning", MLSys 2020 (a trial is
 * promoted by its rank among the finished ones; folds are the rungs, or of many rows a part of them).
 */
export async function searchTrials(
  whole: TrialGround,
  facts: SearchFacts,
  budget: SearchBudget,
  asked: Asked,
  remote: RemoteFits | undefined,
  context: WorkContext,
): Promise<Searched> {
  const { settings } = whole;
  let ground = whole;
  const worth = worthOf(settings.metric);
  const up = metricNamed(settings.metric).traits.direction === "up";
  const first = firstPlans(facts, settings);
  // Whoever names learners wants to see each of them.
  const most = Math.max(budget.trials, settings.learners === undefined ? 0 : settings.learners.length + 1);
  let trials: Trial[] = [];
  const judgeByFirst = (folds: number) => {
    if (folds >= ground.rows.folds.length) return;
    trials = trials.map((trial) => judgedByFirst(trial, folds, ground));
    ground = { ...ground, rows: firstFolds(ground.rows, folds) };
  };
  const proposals = new Proposals(first, facts, settings, worth);
  const kept = new KeepBack(budget, remote?.places ?? 1, facts);
  const pending: Pending[] = [];
  /** There is nothing more to try, or nothing that there is time for. */
  let through = false;
  const stop = new AbortController();
  const clock = remote && setInterval(() => budget.stopsTrial() && stop.abort(), 50);
  const start = (place: number, plan: TrialPlan): Promise<Trial> => {
    const knownBefore = trials.slice(0, Math.max(0, place - ahead + 1));
    const { length } = ground.rows.folds;
    const byRows = rowRung(ground.rows) !== undefined;
    const bar = place < unrankedTrials ? null : promotionBar(plan, knownBefore, length, up, byRows);
    if (remote !== undefined && place >= localTrials) return remote.trial(plan, length, bar, up, stop.signal);
    const began = budget.now();
    const poll = { clock: context.clock, stopping: place === 0 ? context.stopping : budget.stopsTrial };
    const fitsIn = (fitting: number) => {
      if (budget.timed && place > 0 && place < decidingTrials) {
        const making = budget.now() - began - fitting;
        judgeByFirst(
          foldsWithin({ making, fitting }, budget.secondsLeft(), ground.rows.folds.length, place, manyRows(ground)),
        );
      }
      return ground.rows.folds.length;
    };
    return runTrial(plan, ground, poll, {
      fitsIn,
      goesOn: (score) => reaches(score, bar, up),
      looks: place >= localTrials,
    }).then((made) => ({
      ...made,
      plannedFolds: ground.rows.folds.length,
    }));
  };
  const end = (ended: Searched["ended"]): Searched => {
    return { trials, ended, ground, passedOver: proposals.passedOver(trials.length) };
  };
  const timeUp = () => (budget.enough() ? "stopped" : "seconds");
  const isInTime = (plan: TrialPlan) =>
    !budget.timed ||
    fitSeconds(plan, trials, facts) * (ground.rows.folds.length + learningAgain) <=
      budget.secondsLeft() - budget.reserve;
  /** What came in behind a trial that the time stopped may be chosen; going on from the records makes it again. */
  const takeMade = () => {
    for (const { made } of pending)
      if (made !== undefined)
        trials.push({ ...judgedByFirst(made, ground.rows.folds.length, ground), unrecorded: true });
  };
  try {
    for (;;) {
      const done = trials.length;
      await budget.checkpoint(done);
      const last = trials.at(-1);
      if (done >= most) return end("trials");
      if (last !== undefined && accepted(last, worth, ground)) return end("accepted");
      const recorded = asked.recorded?.[done];
      if (done > 0 && recorded === undefined && !pending[0]?.ended && budget.spent()) {
        takeMade();
        return end(timeUp());
      }
      if (recorded !== undefined) {
        const seen: TrialPlan[] = [];
        // There was no time for those that come before it and were not made.
        const isIt = (plan: TrialPlan) => seen.push(plan) > 0 && JSON.stringify(plan) === JSON.stringify(recorded.plan);
        const plan = proposals.next(trials, ahead, isIt) ?? seen[0];
        if (plan === undefined) return end("exhausted");
        judgeByFirst(recorded.plannedFolds);
        trials.push({ ...sameTrial(recorded, plan, ground), models: [] });
      } else {
        // The first trials are made one by one: they tell how many folds there is time for.
        const places = remote === undefined || done < localTrials ? 1 : remote.places;
        const underWay = () => pending.filter(({ ended }) => !ended);
        while (!through && underWay().length < places && pending.length < ahead && done + pending.length < most) {
          const place = done + pending.length;
          const plan = proposals.next(trials, ahead, (one) => place < localTrials || isInTime(one));
          if (plan === undefined) {
            through = true;
            break;
          }
          const total = budget.timed ? {} : { total: most };
          context.progress({ what: `trial ${place + 1}: ${plan.learner}`, done, ...total });
          // Before it starts: what comes before its first pause is done at once.
          const began = budget.now();
          const result = start(place, plan);
          // Whoever waits for it first hears of its end; the others of the search that it ended.
          const one: Pending = { plan, began, result, ended: false };
          result.then(
            (made) => Object.assign(one, { made, ended: true }),
            () => Object.assign(one, { ended: true }),
          );
          pending.push(one);
        }
        const next = pending[0];
        if (next === undefined) return end(budget.timed && proposals.passedOver().length > 0 ? timeUp() : "exhausted");
        if (!next.ended) {
          await Promise.allSettled([Promise.race(underWay().map(({ result }) => result))]);
          continue;
        }
        pending.shift();
        let trial: Trial;
        try {
          trial = await next.result;
        } catch (error) {
          // With a model at hand, a trial that needs more memory than there is ends the search as the time would.
          const short = isMillraceError(error) && error.code === "LEARN_MEMORY_SHORT" && hasModel(trials);
          if (short) return end("memory");
          if (!isStop(error) || context.stopping()) throw error;
          takeMade();
          return end(timeUp());
        }
        trial = { ...trial, lost: [...trial.lost, ...breaksConstraint(trial, settings)] };
        if (trial.unfinished) {
          if (context.stopping()) await budget.checkpoint(done);
          if (!hasModel(trials)) {
            judgeByFirst(trial.folds);
            trials.push(trial);
          }
          return end(timeUp());
        }
        const dropped = trial.folds < ground.rows.folds.length;
        trials.push(dropped ? { ...trial, models: [] } : judgedByFirst(trial, ground.rows.folds.length, ground));
        if (done > 0 && done < localTrials)
          ground.matrices.noteOverhead(
            (budget.now() - next.began - trial.trainSeconds - (trial.lookSeconds ?? 0)) / trial.folds,
          );
      }
      // Until there is a model, nothing is kept back from it but writing the baseline.
      if (budget.timed && trials.length > 1) kept.count(trials, ground);
      else if (budget.timed && budget.reserve === 0) budget.reserve = budget.tail(trials);
      asked.onTrial?.(boardOf(trials, worth, budget.timed ? undefined : budget.trials, settings.metric));
    }
  } finally {
    clearInterval(clock);
    stop.abort();
  }
}

function hasModel(trials: readonly Trial[]): boolean {
  return trials.some(({ plan, lost }) => plan.learner !== "constant" && lost.length === 0);
}

function manyRows({ rows }: TrialGround): boolean {
  return rows.all.frame.rows > mostFoldedRows;
}

function firstPlans(facts: SearchFacts, settings: TrialGround["settings"]): readonly TrialPlan[] {
  const plans = [...new Map(firstTrials(facts, settings).map((plan) => [JSON.stringify(plan), plan])).values()];
  // Whoever names learners knows what they hold.
  return settings.learners === undefined ? forClasses(plans, facts) : plans;
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
  many = false,
): number {
  // Of many rows several folds are wanted only where they leave time for a search.
  const each = making + (done === 1 ? (many ? 15 : 5) : 2) * fitting;
  // The matrices of all rows are made as well.
  return Math.max(1, Math.min(folds, Math.floor((secondsLeft - making) / each)));
}

/** How good a trial is, more being better; trials without a score come last. */
export function worthOf(metric: string): (trial: Pick<TrialRecord, "score">) => number {
  const up = metricNamed(metric).traits.direction === "up";
  return ({ score }) => (score === null ? Number.NEGATIVE_INFINITY : up ? score : -score);
}

function accepted(trial: Trial, worth: Worth, ground: TrialGround) {
  const { accept, metric } = ground.settings;
  if (accept === undefined || trial.score === null || trial.lost.length > 0) return false;
  // What was dropped early is judged by less than what may be chosen.
  if (trial.folds < ground.rows.folds.length) return false;
  return worth(trial) >= (metricNamed(metric).traits.direction === "up" ? accept : -accept);
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
