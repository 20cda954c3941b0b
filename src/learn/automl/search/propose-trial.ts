import { type RandomStream, randomStream } from "#kernel";
import type { Settings } from "../trial/run-trial.ts";
import type { TrialRecord } from "../trial/trial-record.ts";
import { fixedOptions } from "./fixed-options.ts";
import { lineThrough } from "./line-through.ts";
import { learnersAllowed, type TrialPlan } from "./portfolio.ts";
import type { SearchFacts } from "./search-facts.ts";
import { type Dimension, gridPoints, optionsAt, pointOf, type SearchedLearner, spaceOf } from "./search-space.ts";

const candidates = 24;

/**
 * Of six proposals three are of the learner that promises most, two of the best other one and one of the next: an ensemble
 * wants what is good and different.
 */
const turns = [0, 1, 0, 1, 0, 2];
/** So many proposals are all of the most promising learner: a short search has no more. */
const firstProposals = 6;
/** A learner that takes so many times the work of the promising one has no turn. */
const mostWork = 5;
/**
 * After so many trials one has a turn only where its best is as good as the promising one usually is, or short of the best by
 * little of what that gains on the baseline: of learners that are nearly as good an ensemble gains more than of another best one.
 */
const fewTrials = 6;
const mostShort = 0.02;
/** A learner that was not better in so many trials of its own has no turn. */
const patience = 10;
/** Trials after which a space is known well enough, for each pair of its options. */
const looksForPair = 8;

/** A trial with what it is worth, dropped ones as those that were not would be. */
interface Known {
  readonly plan: TrialPlan;
  readonly value: number;
  readonly work: number;
}

/**
 * The trial to make after the portfolio: the learner whose trials promise most improvement for their work, and options that
 * are likelier among its good trials than among its others. `random` draws from the same spaces, `grid` walks through them.
 *
 * Random: by the seed and the number of the proposal, so that after one that is known already another comes; it hangs on
 * trials' scores and counted work, on no measured time.
 * `undefined`: the grid is through, or no learner is allowed.
 * Source: Bergstra, Bardenet, Bengio, Kégl, "Algorithms for Hyper-Parameter Optimization", NIPS 2011, §4 (densities are
 * products of truncated normal kernels, one a trial, and a wide one); expected improvement per unit of cost: Snoek,
 * Larochelle, Adams, "Practical Bayesian Optimization", NIPS 2012, §3.2.
 */
export function proposeTrial(
  trials: readonly TrialRecord[],
  worth: (trial: TrialRecord) => number,
  facts: SearchFacts,
  settings: Settings,
  beyondPortfolio: number,
): TrialPlan | undefined {
  const learners = learnersAllowed(settings).filter((learner) => spaceOf(learner, facts).length > 0);
  if (learners.length === 0) return undefined;
  const random = randomStream(settings.seed, `automl/propose/${beyondPortfolio}`);
  if (settings.search === "grid") return gridTrial(learners, facts, settings, beyondPortfolio);
  const known = comparable(trials, worth);
  const open = unknownStill(learners, known, facts);
  const various = settings.ensemble && !settings.constraints.interpretable;
  const turn = various && beyondPortfolio >= firstProposals ? turns[beyondPortfolio % turns.length]! : 0;
  const learner =
    settings.search === "random"
      ? learners[random.integer(learners.length)]!
      : inTurn(turn, promising(known, open, random), known, open, facts, baselineOf(trials, worth));
  const space = spaceOf(learner, facts);
  const own = known.filter(({ plan }) => plan.learner === learner);
  const point =
    settings.search === "random" || own.length < 3 ? space.map(() => random.uniform()) : likeliest(space, own, random);
  return { learner, options: fixedOptions(learner, facts, settings, optionsAt(space, point)) };
}

function gridTrial(
  learners: readonly SearchedLearner[],
  facts: SearchFacts,
  settings: Settings,
  place: number,
): TrialPlan | undefined {
  let left = place;
  for (const learner of learners) {
    const points = gridPoints(learner, facts);
    if (left < points.length)
      return {
        learner,
        options: fixedOptions(learner, facts, settings, optionsAt(spaceOf(learner, facts), points[left]!)),
      };
    left -= points.length;
  }
  return undefined;
}

/**
 * What trials are worth. Those that were dropped early have the score of the first rung alone, which may be easier or harder
 * than the others: they are worth as much more than there as trials usually are.
 */
function comparable(trials: readonly TrialRecord[], worth: (trial: TrialRecord) => number): Known[] {
  const scored = trials.filter(({ score, plan }) => score !== null && plan.learner !== "constant");
  const most = Math.max(...scored.map(({ folds }) => folds));
  const first = (trial: TrialRecord) => worth({ ...trial, score: trial.firstScore });
  const gaps = scored
    .filter(({ folds, firstScore }) => folds === most && firstScore !== null)
    .map((trial) => worth(trial) - first(trial))
    .sort((a, b) => a - b);
  const gap = gaps[gaps.length >> 1] ?? 0;
  return scored.map((trial) => ({
    plan: trial.plan,
    work: trial.work,
    value: trial.folds === most || trial.firstScore === null ? worth(trial) : first(trial) + gap,
  }));
}

/** What the trivial model is worth; where it was not tried, as much as anything. */
function baselineOf(trials: readonly TrialRecord[], worth: (trial: TrialRecord) => number): number {
  const baseline = trials.find(({ plan, score }) => plan.learner === "constant" && score !== null);
  return baseline === undefined ? Number.POSITIVE_INFINITY : worth(baseline);
}

/** The learners whose spaces are not known well enough yet; where there is none, all. */
function unknownStill(
  learners: readonly SearchedLearner[],
  known: readonly Known[],
  facts: SearchFacts,
): readonly SearchedLearner[] {
  const open = learners.filter((learner) => {
    const looks = known.filter(({ plan }) => plan.learner === learner).length;
    return looks < looksForPair * spaceOf(learner, facts).length ** 2;
  });
  return open.length > 0 ? open : learners;
}

/** The learner whose turn it is: the promising one, or that of the best trial among the others; one option is no search. */
function inTurn(
  turn: number,
  promised: SearchedLearner,
  known: readonly Known[],
  learners: readonly SearchedLearner[],
  facts: SearchFacts,
  baseline: number,
): SearchedLearner {
  if (turn === 0) return promised;
  const of = (learner: SearchedLearner) => known.filter(({ plan }) => plan.learner === learner);
  const limit = mostWork * (meanWork(of(promised)) + 1);
  const usual = of(promised)
    .map(({ value }) => value)
    .sort((a, b) => b - a);
  const top = known.reduce((most, { value }) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const enough = Math.min(usual[usual.length >> 1] ?? Number.NEGATIVE_INFINITY, top - mostShort * (top - baseline));
  const others = learners
    .filter((learner) => learner !== promised && spaceOf(learner, facts).length > 1)
    .map((learner) => ({ learner, own: of(learner) }))
    .filter(({ own }) => own.length > 0 && meanWork(own) <= limit)
    .map(({ learner, own }) => {
      const values = own.map(({ value }) => value);
      const best = Math.max(...values);
      return { learner, best, count: own.length, since: own.length - 1 - values.indexOf(best) };
    })
    .filter(({ best, count, since }) => count < fewTrials || (best >= enough && since < patience))
    .sort((a, b) => b.best - a.best);
  return others[turn - 1]?.learner ?? promised;
}

function meanWork(trials: readonly Known[]): number {
  return trials.reduce((sum, { work }) => sum + work, 0) / Math.max(1, trials.length);
}

/** The learner of the greatest expected improvement on the best score per work, each once before any twice. */
function promising(
  known: readonly Known[],
  learners: readonly SearchedLearner[],
  random: RandomStream,
): SearchedLearner {
  const sorted = known.map(({ value }) => value).sort((a, b) => b - a);
  const best = sorted[0] ?? Number.NEGATIVE_INFINITY;
  // Options that make the same model say nothing of how far models lie apart.
  const spread = deviation([...new Set(sorted)].slice(0, 10)) || Math.abs(best) * 1e-3 || 1e-6;
  const gains = learners.map((learner) => {
    const own = known.filter(({ plan }) => plan.learner === learner);
    if (own.length === 0) return Number.POSITIVE_INFINITY;
    const values = own.map(({ value }) => value).sort((a, b) => b - a);
    const top = values.slice(0, Math.max(1, Math.ceil(values.length / 3)));
    const mean = top.reduce((sum, value) => sum + value, 0) / top.length;
    // Each trial that did not help makes the next less likely to; options that hardly change a learner never will.
    const general = (spread + deviation(top)) / Math.sqrt(1 + own.length / 4);
    const sd = own.length < 4 ? general : Math.min(general, 2 * deviation(values) + 1e-12);
    // The square root: a dear learner that is better must not starve.
    return logImprovement(mean - best, sd) - 0.5 * Math.log(meanWork(own) + 1);
  });
  const most = Math.max(...gains);
  const winners = learners.filter((_, k) => gains[k] === most);
  // Now and then another, so that a learner with bad first settings is not lost for ever.
  return random.uniform() < 0.1 ? learners[random.integer(learners.length)]! : winners[0]!;
}

/**
 * The logarithm of sd · (φ(z) + z Φ(z)), z = difference / sd: of many trials the best lies so many deviations above the usual
 * one that the improvement itself is lost to rounding.
 */
function logImprovement(difference: number, sd: number): number {
  const z = difference / sd;
  const logDensity = -0.5 * z * z - 0.5 * Math.log(2 * Math.PI);
  // φ(z) / (z² + 2.6) is within 2 % below −3, and exact far from 0.
  if (z < -3) return Math.log(sd) + logDensity - Math.log(z * z + 2.6);
  return Math.log(sd * Math.exp(logDensity) + difference * normalBelow(z));
}

/** Φ within 7.5e-8. Source: Zelen and Severo in Abramowitz, Stegun, "Handbook of Mathematical Functions", 1964, 26.2.17. */
function normalBelow(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const polynomial = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const beyond = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * polynomial;
  return z > 0 ? 1 - beyond : beyond;
}

function likeliest(space: readonly Dimension[], known: readonly Known[], random: RandomStream): readonly number[] {
  const sorted = known.toSorted((a, b) => b.value - a.value);
  const count = Math.max(2, Math.min(12, Math.ceil(sorted.length / 4)));
  const points = sorted.map(({ plan }) => pointOf(space, plan.options));
  const logWork = lineThrough(
    points,
    sorted.map(({ work }) => Math.log(work + 1)),
  );
  const good = points.slice(0, count);
  const others = points.slice(count);
  let best: { point: number[]; ratio: number } | undefined;
  for (let k = 0; k < candidates; k++) {
    // One of the kernels, or the wide one.
    const centre = random.integer(good.length + 1);
    const point = space.map((_, d) =>
      centre === good.length ? random.uniform() : drawNear(good[centre]![d]!, widthOf(good.length), random),
    );
    // What is likelier by little and takes many times as long costs the trials that it displaces.
    const ratio = logDensity(point, good) - logDensity(point, others) - 0.5 * logWork(point);
    if (best === undefined || ratio > best.ratio) best = { point, ratio };
  }
  return best!.point;
}

const widthOf = (kernels: number) => Math.max(0.08, 0.35 / kernels ** 0.4);

function logDensity(point: readonly number[], kernels: readonly (readonly number[])[]): number {
  const width = widthOf(Math.max(1, kernels.length));
  let sum = 0;
  for (const [d, x] of point.entries()) {
    let density = 1;
    for (const kernel of kernels) density += Math.exp(-(((x - kernel[d]!) / width) ** 2) / 2) / (width * 2.5066);
    sum += Math.log(density / (kernels.length + 1));
  }
  return sum;
}

function drawNear(centre: number, width: number, random: RandomStream): number {
  for (let tries = 0; tries < 20; tries++) {
    const radius = Math.sqrt(-2 * Math.log(1 - random.uniform()));
    const place = centre + width * radius * Math.cos(2 * Math.PI * random.uniform());
    if (place >= 0 && place < 1) return place;
  }
  return Math.min(0.999, Math.max(0, centre));
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
