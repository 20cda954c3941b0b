import { Worker } from "node:worker_threads";
import { MillraceError } from "#kernel";
import type { Kernels } from "../../kernels/kernels.ts";
import type { WasmMemory, WasmModule } from "../../kernels/web-assembly.ts";
import { type Command, command, type Member, newMember, perform } from "./commands.ts";
import { control, type Layout } from "./layout.ts";
import { offerParts, partsAreDone, takePart } from "./next-part.ts";
import { Sharing } from "./sharing.ts";

/** Threads that carry out commands over one memory; this thread is one of them. */
export interface Team {
  readonly self: Member;
  /** All parts of a command; returns when they are done. */
  together(what: Command, ...args: number[]): void;
  /** Whether parts are offered to other threads in this round. */
  readonly sharing: Sharing;
  /** Threads that have ended on their own, and why. Work goes on without them. */
  readonly ended: readonly string[];
  close(): void;
}

/** What a worker thread is started with. */
export interface WorkerStart {
  readonly module: WasmModule;
  readonly memory: WasmMemory;
  readonly layout: Layout;
}

/** So long may a part take that another thread has begun; this thread cannot hear of its end while it waits. */
const partLimitMs = 60_000;

/**
 * The team of this thread and of those that are started here. They load while this thread goes on, and take parts of commands
 * as soon as they can: nobody waits for a thread that has begun nothing.
 */
export function gatherTeam(
  kernels: Kernels,
  module: WasmModule,
  memory: WasmMemory,
  layout: Layout,
  limitMs = partLimitMs,
): Team {
  const self = newMember(kernels, layout, memory.buffer);
  const words = new Int32Array(memory.buffer, layout.control, control.bytes / 4);
  const { members } = layout;
  const ended: string[] = [];
  const workers = Array.from({ length: members - 1 }, () => startThread({ module, memory, layout }, ended));
  const sharing = new Sharing();
  let epoch = 0;
  return {
    self,
    ended,
    sharing,
    together(what, ...args) {
      for (let k = 0; k < args.length; k++) self.arguments[k] = args[k]!;
      if (members === 1 || !sharing.shared) {
        perform(self, what, 0, 1);
        return;
      }
      Atomics.store(words, control.command, what);
      offerParts(words, ++epoch);
      for (let part = takePart(words, epoch, members); part >= 0; part = takePart(words, epoch, members)) {
        perform(self, what, part, members);
        Atomics.add(words, control.done, 1);
      }
      if (!partsAreDone(words, members, limitMs)) throw lost(limitMs);
    },
    close() {
      Atomics.store(words, control.command, command.stop);
      offerParts(words, ++epoch);
      for (const worker of workers) worker.unref();
    },
  };
}

function startThread(start: WorkerStart, ended: string[]): Worker {
  const own = import.meta.url;
  const worker = new Worker(new URL(own.endsWith(".ts") ? "./worker.ts" : "./worker.js", own), { workerData: start });
  worker.once("error", (error) => ended.push((error as Error).message));
  // One that is killed while it still loads ends with code 0; after `close` nobody asks.
  worker.once("exit", (code) => {
    if (ended.length === 0) ended.push(`a thread ended with code ${code}`);
  });
  return worker;
}

function lost(limitMs: number): MillraceError {
  return new MillraceError("LEARN_THREADS_FAILED", {
    message: `Training on several threads failed: one has not finished its part after ${limitMs} ms.`,
    next: "Run again with `threads: 1`; the model is the same.",
  });
}
