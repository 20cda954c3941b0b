import type { Settings, Trial } from "../trial/run-trial.ts";
import { bearsClasses } from "./many-classes.ts";
import type { TrialPlan } from "./portfolio.ts";
import { proposeTrial } from "./propose-trial.ts";
import type { SearchFacts } from "./search-facts.ts";

/** So many proposals in a row that were tried before: the spaces hold hardly anything new. */
const mostRepeated = 200;
/** So many plans in a row that are not wanted: hardly any will be. */
const mostPassedOver = 30;

/** The plans of a search in their order, numbered from 1: first those that are given, then proposals; none twice. */
export class Proposals {
  readonly #first: TrialPlan[];
  readonly #facts: SearchFacts;
  readonly #settings: Settings;
  readonly #worth: (trial: Pick<Trial, "score">) => number;
  readonly #known = new Set<string>();
  /** The number of each place's plan. */
  readonly #numbers: number[] = [];
  readonly #passedOver: number[] = [];
  #beyond = 0;

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

  /** Numbers of the plans that were passed over; of those before the last of so many trials. */
  passedOver(trials?: number): readonly number[] {
    const last = this.#numbers[(trials ?? 0) - 1] ?? Number.POSITIVE_INFINITY;
    return this.#passedOver.filter((number) => number < last);
  }

  /**
   * The plan of the next place, from the trials that lie at least `ahead` places before it: the first that is `wanted`, those
   * before it never come again. Undefined: there is nothing new, or nothing that is wanted.
   */
  next(
    trials: readonly Trial[],
    ahead: number,
    wanted: (plan: TrialPlan) => boolean = () => true,
  ): TrialPlan | undefined {
    const known = trials.slice(0, Math.max(0, this.#numbers.length - ahead + 1));
    let unwanted = 0;
    for (let tries = 0; tries <= mostRepeated && unwanted <= mostPassedOver; tries++) {
      const plan = this.#first.shift() ?? proposeTrial(known, this.#worth, this.#facts, this.#settings, this.#beyond++);
      if (plan === undefined) return undefined;
      const key = JSON.stringify(plan);
      if (this.#settings.learners === undefined && !bearsClasses(plan, this.#facts)) continue;
      // Rounded options may coincide; a second look would tell nothing.
      if (this.#known.has(key)) continue;
      this.#known.add(key);
      const number = this.#numbers.length + this.#passedOver.length + 1;
      if (!this.#settings.passOver.includes(number) && wanted(plan)) {
        this.#numbers.push(number);
        return plan;
      }
      this.#passedOver.push(number);
      unwanted++;
    }
    return undefined;
  }
}
