import type { Settings, Trial } from "../trial/run-trial.ts";
import { bearsClasses } from "./many-classes.ts";
import type { TrialPlan } from "./portfolio.ts";
import { proposeTrial } from "./propose-trial.ts";
import type { SearchFacts } from "./search-facts.ts";

/** So many proposals in a row that were tried before: the spaces hold hardly anything new. */
const mostRepeated = 200;
/** So many plans in a row that are not wanted: hardly any will be. */
const mostPassedOver = 30;

/** The plans of a search in their order: first those that are given, then proposals; none twice. */
export class Proposals {
  readonly #first: TrialPlan[];
  readonly #facts: SearchFacts;
  readonly #settings: Settings;
  readonly #worth: (trial: Pick<Trial, "score">) => number;
  readonly #known = new Set<string>();
  #beyond = 0;
  #passedOver = false;

  constructor(
    first: readonly TrialPlan[],
    facts: SearchFacts,
    settings: Settings,
    worth: (trial: Pick<Trial, "score">) => number,
  ) {
    this.#first = [...first];
    this.#facts = facts;
    this.#settings = settings;
    this.#worth = worth;
  }

  /** Whether any plan was not wanted. */
  get passedOver(): boolean {
    return this.#passedOver;
  }

  /**
   * The plan of a place, from the trials that lie at least `ahead` places before it: the first that is `wanted`, those before
   * it never come again. Undefined: there is nothing new, or nothing that is wanted.
   */
  next(
    trials: readonly Trial[],
    place: number,
    ahead: number,
    wanted: (plan: TrialPlan) => boolean = () => true,
  ): TrialPlan | undefined {
    const known = trials.slice(0, Math.max(0, place - ahead + 1));
    let passedOver = 0;
    for (let tries = 0; tries <= mostRepeated && passedOver <= mostPassedOver; tries++) {
      const plan = this.#first.shift() ?? proposeTrial(known, this.#worth, this.#facts, this.#settings, this.#beyond++);
      if (plan === undefined) return undefined;
      const key = JSON.stringify(plan);
      if (this.#settings.learners === undefined && !bearsClasses(plan, this.#facts)) continue;
      // Rounded options may coincide; a second look would tell nothing.
      if (this.#known.has(key)) continue;
      this.#known.add(key);
      if (wanted(plan)) return plan;
      this.#passedOver = true;
      passedOver++;
    }
    return undefined;
  }
}
