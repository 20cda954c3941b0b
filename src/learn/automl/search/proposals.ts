import type { Settings, Trial } from "../trial/run-trial.ts";
import { bearsClasses } from "./many-classes.ts";
import type { TrialPlan } from "./portfolio.ts";
import { proposeTrial } from "./propose-trial.ts";
import type { SearchFacts } from "./search-facts.ts";

/** So many proposals in a row that were tried before: the spaces hold hardly anything new. */
const mostRepeated = 200;

/** The plans of a search in their order: first those that are given, then proposals; none twice. */
export class Proposals {
  readonly #first: readonly TrialPlan[];
  readonly #facts: SearchFacts;
  readonly #settings: Settings;
  readonly #worth: (trial: Pick<Trial, "score">) => number;
  readonly #known = new Set<string>();
  #beyond = 0;

  constructor(
    first: readonly TrialPlan[],
    facts: SearchFacts,
    settings: Settings,
    worth: (trial: Pick<Trial, "score">) => number,
  ) {
    this.#first = first;
    this.#facts = facts;
    this.#settings = settings;
    this.#worth = worth;
  }

  /** The plan of a place, from the trials that lie at least `ahead` places before it; undefined: there is nothing new. */
  next(trials: readonly Trial[], place: number, ahead: number): TrialPlan | undefined {
    const known = trials.slice(0, Math.max(0, place - ahead + 1));
    for (let tries = 0; tries <= mostRepeated; tries++) {
      const plan = this.#first[place] ?? proposeTrial(known, this.#worth, this.#facts, this.#settings, this.#beyond++);
      if (plan === undefined) return undefined;
      const key = JSON.stringify(plan);
      if (this.#settings.learners === undefined && !bearsClasses(plan, this.#facts)) continue;
      // Rounded options may coincide; a second look would tell nothing.
      if (this.#known.has(key)) continue;
      this.#known.add(key);
      return plan;
    }
    return undefined;
  }
}
