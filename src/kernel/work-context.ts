import { type Clock, systemClock } from "./clock.ts";
import { type Log, silentLog } from "./log.ts";
import { type RandomStream, randomStream } from "./random/random.ts";

/** How far long work has come. `done` and `total` count the same unit. */
export interface Progress {
  readonly what: string;
  readonly done?: number;
  readonly total?: number;
}

/** What a verb may use of the world; it comes as an argument, never from globals. */
export interface WorkContext {
  readonly signal: AbortSignal;
  readonly random: RandomStream;
  readonly clock: Clock;
  readonly log: Log;
  /** True once the work should end; synchronous loops poll it. */
  stopping(): boolean;
  progress(progress: Progress): void;
}

/** A context for tests and small programs: seed 0, the machine's clock, no log. */
export function plainContext(overrides: Partial<WorkContext> & { seed?: number } = {}): WorkContext {
  const signal = overrides.signal ?? new AbortController().signal;
  return {
    random: overrides.random ?? randomStream(overrides.seed ?? 0, "root"),
    clock: overrides.clock ?? systemClock,
    log: overrides.log ?? silentLog,
    signal,
    stopping: overrides.stopping ?? (() => signal.aborted),
    progress: overrides.progress ?? (() => undefined),
  };
}
