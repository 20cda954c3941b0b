import { isMillraceError, MillraceError, type WorkContext } from "#kernel";
import type { AutomlOptions, AutomlRequest } from "../model.ts";
import { type Cost, writingSeconds } from "../trial/program-cost.ts";

/** Of less work the clock tells nothing. */
const leastStretchMs = 20;

/**
 * How long a search may go on: by trials, by the clock, until someone has enough. The clock decides how many
 * trials there are and which would take too long to be begun, never what a trial is.
 */
export class SearchBudget {
  readonly trials: number;
  readonly #deadlineMs: number;
  readonly #context: WorkContext;
  readonly #enough: () => boolean;
  /** Seconds kept back for learning the chosen model from all rows and writing it. */
  reserve = 0;
  /** The part of them that is for learning and writing the best model alone. */
  finishing = 0;
  /** Seconds kept back from learning the chosen model, for writing it and what follows. */
  writing = 0;
  /** How many times longer than alone this thread's work takes, where others share the cores. */
  #slowness = 1;

  readonly #afterwards: NonNullable<AutomlRequest["afterwards"]>;

  constructor(
    options: AutomlOptions,
    context: WorkContext,
    enough?: () => boolean,
    afterwards: AutomlRequest["afterwards"] = { seconds: 0, rowsScored: 0 },
  ) {
    this.#afterwards = afterwards;
    this.trials = options.budgetTrials;
    this.#context = context;
    this.#enough = enough ?? (() => false);
    this.#deadlineMs =
      options.budgetSeconds === undefined
        ? Number.POSITIVE_INFINITY
        : context.clock.nowMs() + 1000 * options.budgetSeconds;
  }

  get timed(): boolean {
    return Number.isFinite(this.#deadlineMs);
  }

  secondsLeft(): number {
    return (this.#deadlineMs - this.#context.clock.nowMs()) / 1000;
  }

  now(): number {
    return this.#context.clock.nowMs() / 1000;
  }

  /** Does a stretch of work, by which it is told how busy the machine is. */
  stretch<T>(work: () => T): T {
    const [began, before] = [performance.now(), process.threadCpuUsage()];
    try {
      return work();
    } finally {
      const { user, system } = process.threadCpuUsage(before);
      const own = (user + system) / 1000;
      if (own >= leastStretchMs) this.#slowness = Math.max(1, (performance.now() - began) / own);
    }
  }

  /** Seconds that writing models and what follows takes, as busy as the machine is. */
  tail(models: readonly Cost[]): number {
    const { seconds, rowsScored } = this.#afterwards;
    const own = models.reduce(
      (sum, { sizeBytes, scoreMicros }) => sum + writingSeconds(sizeBytes) + 1e-6 * rowsScored * scoreMicros,
      seconds,
    );
    return own * this.#slowness;
  }

  /** Someone asked for the end, and what there is shall be kept. */
  enough(): boolean {
    return this.#enough();
  }

  /** No further trial fits. */
  spent(): boolean {
    return this.enough() || this.secondsLeft() <= this.reserve;
  }

  /** What a look before the search polls: it may take such a share of the seconds that are left. */
  looking(share: number): () => boolean {
    const until = this.now() + share * this.secondsLeft();
    const isClosed = () => this.reserve === Number.POSITIVE_INFINITY;
    return () => this.#context.stopping() || this.enough() || isClosed() || (this.timed && this.now() >= until);
  }

  /** No trial beyond the first is made. */
  close(): void {
    this.reserve = Number.POSITIVE_INFINITY;
  }

  /** What a fit of the search polls. */
  readonly stopsTrial = (): boolean => this.#context.stopping() || this.spent();

  /** What the choice of an ensemble polls: the best model alone must still be learned again. */
  readonly stopsChoosing = (): boolean => this.#context.stopping() || this.secondsLeft() <= this.finishing;

  /** What the last fit polls: the end of the budget, less the writing. */
  readonly stopsFinish = (): boolean => this.#context.stopping() || this.secondsLeft() <= this.writing;

  /** Refuses to go on where the work as a whole was called off. Errors: KERNEL_STOPPED. */
  async checkpoint(done: number): Promise<void> {
    // Lets signals through between fits, which do not let go of the thread.
    await new Promise((resolve) => setImmediate(resolve));
    if (!this.#context.stopping()) return;
    throw new MillraceError("KERNEL_STOPPED", {
      message: `The search was stopped after ${done} trials.`,
      next: "Run again to start the search anew.",
    });
  }
}

export function isStop(error: unknown): boolean {
  return isMillraceError(error) && error.code === "KERNEL_STOPPED";
}
