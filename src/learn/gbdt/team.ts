import { Worker } from "node:worker_threads";
import { MillraceError } from "#kernel";
import type { Kernels } from "../kernels/kernels.ts";
import type { WasmMemory, WasmModule } from "../kernels/web-assembly.ts";
import { type Command, command, type Member, newMember, perform } from "./commands.ts";
import { control, type Layout } from "./layout.ts";

/** Threads that carry out commands over one memory; this thread is member 0. */
export interface Team {
  readonly self: Member;
  /** Every member's share; returns when all have finished. */
  together(what: Command, ...args: number[]): void;
  /** The whole of it on this thread; only for teams of one. */
  close(): void;
}

/** What a worker thread is started with. */
export interface WorkerStart {
  readonly module: WasmModule;
  readonly memory: WasmMemory;
  readonly layout: Layout;
  readonly rank: number;
}

const startLimitMs = 20_000;
/** A thread that is alive takes a command within milliseconds; this thread cannot hear of its end while it waits. */
const takeLimitMs = 10_000;
const workLimitMs = 120_000;

/** Starts the other members' threads, where there are any; they load while this thread does other work. */
export function startThreads(module: WasmModule, memory: WasmMemory, layout: Layout): readonly Worker[] {
  const own = import.meta.url;
  const file = new URL(own.endsWith(".ts") ? "./worker.ts" : "./worker.js", own);
  return Array.from({ length: layout.members - 1 }, (_, k) => {
    const workerData: WorkerStart = { module, memory, layout, rank: k + 1 };
    return new Worker(file, { workerData });
  });
}

/**
 * The team of this thread and those that were started just before, in the same turn.
 *
 * Errors: LEARN_THREADS_FAILED: when a thread does not start.
 */
export async function gatherTeam(
  kernels: Kernels,
  memory: WasmMemory,
  layout: Layout,
  workers: readonly Worker[],
): Promise<Team> {
  const self = newMember(0, kernels, layout, memory.buffer);
  const words = new Int32Array(memory.buffer, layout.control, control.bytes / 4);
  const others = workers.length;
  await Promise.all(workers.map(hasStarted));
  let ended = false;
  for (const worker of workers) {
    worker.once("exit", () => {
      ended = true;
    });
    worker.on("error", () => undefined);
  }
  const send = (what: Command) => {
    Atomics.store(words, control.done, 0);
    Atomics.store(words, control.taken, 0);
    Atomics.store(words, control.command, what);
    Atomics.add(words, control.epoch, 1);
    Atomics.notify(words, control.epoch);
  };
  return {
    self,
    together(what, ...args) {
      if (ended) throw failed("a thread has ended");
      self.arguments.set(args);
      if (others > 0) send(what);
      perform(self, what);
      if (others > 0) waitFor(words, others);
    },
    close() {
      if (others > 0) send(command.stop);
      for (const worker of workers) worker.unref();
    },
  };
}

function waitFor(words: Int32Array, others: number): void {
  let spins = 0;
  let waitedMs = 0;
  for (;;) {
    const done = Atomics.load(words, control.done);
    if (done >= others) return;
    if (++spins > 20_000 && Atomics.wait(words, control.done, done, 100) === "timed-out") waitedMs += 100;
    if (waitedMs >= takeLimitMs && Atomics.load(words, control.taken) < others) throw failed("a thread has ended");
    if (waitedMs >= workLimitMs) throw failed(`a thread has not finished its share after ${workLimitMs} ms`);
  }
}

async function hasStarted(worker: Worker): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      timer = setTimeout(() => reject(failed(`a thread did not start within ${startLimitMs} ms`)), startLimitMs);
      worker.once("message", () => resolve());
      worker.once("error", (error) => reject(failed((error as Error).message)));
    });
  } finally {
    clearTimeout(timer);
  }
}

function failed(why: string): MillraceError {
  return new MillraceError("LEARN_THREADS_FAILED", {
    message: `Training on several threads failed: ${why}.`,
    next: "Run again with `threads: 1`; the model is the same.",
  });
}
