import { sharedBy } from "../remote/remote-fits.ts";
import type { SearchBudget } from "../search/search-budget.ts";
import type { SearchFacts } from "../search/search-facts.ts";
import { matrixOf, type Trial, type TrialGround } from "../trial/run-trial.ts";
import { candidatesAmong, candidatesOf, chooseModel, rankTrials } from "./choose-model.ts";
import { copiesOf } from "./copies.ts";
import { mayStack } from "./fit-second-layer.ts";
import { baseCount, fewestBases, layerPlans, layerSeconds } from "./layer-size.ts";
import { nestedSeconds } from "./nested-margins.ts";

/** Share of the seconds for models of segments. */
const forSegments = 0.2;

/** Most of the seconds for a second layer, for the nested folds that judge it, and for learning again what it reads. */
const forLayer = { folds: 0.1, nested: 0.15, base: 0.2 };
/** Trials after which another choice is worth a look: so many, or of many trials a share, for it takes longer then. */
const newTrials = { least: 6, share: 0.1 };
/** Share of the budget before its presumed end in which the choice is looked at. */
const near = 0.2;

/**
 * Keeps back the seconds that choosing among the trials, learning the chosen ones again from all rows and writing them will
 * take: at first as if the best few were all chosen, near the end by what would be chosen, which is mostly less.
 */
export class KeepBack {
  readonly #budget: SearchBudget;
  readonly #places: number;
  readonly #facts: SearchFacts;
  #looked: { readonly members: readonly Trial[]; readonly trials: number; readonly seconds: number } | undefined;

  constructor(budget: SearchBudget, places: number, facts: SearchFacts) {
    this.#facts = facts;
    this.#budget = budget;
    this.#places = places;
  }

  /** After a trial more. */
  count(trials: readonly Trial[], ground: TrialGround): void {
    const { matrices, settings } = ground;
    const budget = this.#budget;
    const budgetSeconds = settings.budgetSeconds!;
    const ranked = rankTrials(trials, settings.metric).filter(({ folds }) => folds > 0);
    const most = 0.4 * budgetSeconds;
    const plans = mayStack(ground) ? layerPlans(ranked.length, this.#facts, settings) : [];
    const layer = 1.3 * layerSeconds(plans, ranked, this.#facts, ground.rows.folds.length, fewestBases);
    const { nested, base } = forLayer;
    const fewest = nestedSeconds(ranked.slice(0, fewestBases), ground, this.#places);
    // Where a second layer would take more, the trials that it costs are worth more.
    const isWorth = layer <= forLayer.folds * budgetSeconds && fewest <= nested * budgetSeconds;
    const layering = isWorth ? layer : 0;
    const finishing = (some: readonly Trial[]) => finishingSeconds(some, ground, budget, this.#places);
    const reading = layering > 0 ? readWithin(base * budgetSeconds, ranked, finishing) : 0;
    const nesting =
      layering > 0
        ? readWithin(nested * budgetSeconds, ranked, (some) => nestedSeconds(some, ground, this.#places))
        : 0;
    const segments = settings.segments === undefined ? 0 : forSegments * budgetSeconds;
    const keep = (some: readonly Trial[], selecting: number) =>
      Math.min(most, selecting + segments + layering + nesting + Math.max(reading, finishing(some)));
    budget.finishing = Math.min(most, finishing(ranked.slice(0, 1)));
    // Selecting an ensemble judges 1.5 times for each candidate that it may have.
    const candidates = candidatesAmong(ranked.filter(({ folds }) => folds === ground.rows.folds.length).length);
    budget.reserve = keep(ranked.slice(0, 8), 1.5 * candidates * matrices.judging);
    if (budget.secondsLeft() - this.#reserveOf(keep) < near * budgetSeconds) this.#look(ranked, ground);
    budget.reserve = this.#reserveOf(keep);
  }

  #reserveOf(keep: (members: readonly Trial[], selecting: number) => number): number {
    const { reserve } = this.#budget;
    if (this.#looked === undefined) return reserve;
    // The next trials may change the choice, and learning it from all rows take longer than its folds tell.
    const needed = keep(this.#looked.members, this.#looked.seconds);
    return Math.min(reserve, Math.max(1.3 * needed, 0.4 * reserve));
  }

  #look(ranked: readonly Trial[], ground: TrialGround): void {
    const budget = this.#budget;
    const wanted = Math.max(newTrials.least, newTrials.share * ranked.length);
    if (ranked.length < (this.#looked?.trials ?? 0) + wanted || candidatesOf(ranked, ground).length < 2) return;
    const began = budget.now();
    const { members } = budget.stretch(() => chooseModel(ranked, ground, budget.stopsChoosing));
    this.#looked = { members, trials: ranked.length, seconds: budget.now() - began };
  }
}

/** Seconds of what a second layer may read: of the best trials as many as there are at most so many seconds for. */
function readWithin(most: number, ranked: readonly Trial[], secondsOf: (some: readonly Trial[]) => number): number {
  let seconds = 0;
  for (let count = 2; count <= Math.min(ranked.length, baseCount(ranked.length)); count++) {
    const own = secondsOf(ranked.slice(0, count));
    if (own > most) break;
    seconds = own;
  }
  return seconds;
}

/** Seconds kept back for what no clock foretells: of a long search no more than of one of minutes. */
const mostMargin = 3;

/** Seconds to learn models again from all rows and to write them, reckoned with a margin. */
export function finishingSeconds(
  some: readonly Trial[],
  { rows, matrices, settings }: TrialGround,
  budget: SearchBudget,
  places: number,
): number {
  const grows = rows.all.frame.rows / rows.folds[0]!.train.length;
  const copies = some.map(({ plan }) => copiesOf(plan, some.length, rows.all.frame.rows, settings));
  const fits = some.reduce((sum, { trainSeconds, folds }, k) => sum + copies[k]! * (trainSeconds / folds) * grows, 0);
  const models = copies.reduce((sum, count) => sum + count, 0);
  // Each kind of matrix is made anew of all rows.
  const kinds = new Set(some.map(({ plan }) => matrixOf(plan))).size;
  const learning = fits / sharedBy(places, models) + kinds * matrices.overhead * grows;
  return 0.2 + Math.min(mostMargin, 0.02 * settings.budgetSeconds!) + 1.2 * learning + budget.tail(some);
}
