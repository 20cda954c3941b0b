import { Worker } from "node:worker_threads";
import { MillraceError } from "#kernel";
import { bindKernels } from "../kernels/load-kernels.ts";
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

/**
 * Starts the team's other members, where there are any.
 *
 * Errors: LEARN_THREADS_FAILED: when a thread does not start.
 */
export async function gatherTeam(module: WasmModule, memory: WasmMemory, layout: Layout): Promise<Team> {
  const self = newMember(0, bindKernels(module, memory), layout, memory.buffer);
  const words = new Int32Array(memory.buffer, layout.control, control.bytes / 4);
  words.fill(0);
  const others = layout.members - 1;
  const workers = await Promise.all(
    Array.from({ length: others }, (_, k) => startWorker({ module, memory, layout, rank: k + 1 })),
  );
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

/** Waits for the next command after `epoch`: spins shortly, because commands follow each other within microseconds. */
export function nextEpoch(words: Int32Array, epoch: number): number {
  let spins = 0;
  while (Atomics.load(words, control.epoch) === epoch)
    if (++spins > 20_000) Atomics.wait(words, control.epoch, epoch, 1000);
  return epoch + 1;
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

async function startWorker(start: WorkerStart): Promise<Worker> {
  const own = import.meta.url;
  const worker = new Worker(new URL(own.endsWith(".ts") ? "./worker.ts" : "./worker.js", own), { workerData: start });
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
  return worker;
}

function failed(why: string): MillraceError {
  return new MillraceError("LEARN_THREADS_FAILED", {
    message: `Training on several threads failed: ${why}.`,
    next: "Run again with `threads: 1`; the model is the same.",
  });
}
