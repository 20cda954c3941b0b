import { setImmediate as turn } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { MillraceError } from "#kernel";
import { bindKernels, type WasmMemory, type WasmModule } from "../kernels/web-assembly.ts";
import type { FitContext } from "../model.ts";
import { type GrownParts, type Growth, growTree } from "./grow-tree.ts";
import type { ForestLayout } from "./layout.ts";

/** What a worker thread is started with. */
export interface WorkerStart {
  readonly module: WasmModule;
  readonly memory: WasmMemory;
  readonly layout: ForestLayout;
  readonly growth: Growth;
  readonly rank: number;
}

type Grown = { readonly t: number; readonly parts: GrownParts };

/**
 * Grows `count` trees, in order of their numbers. With several members each is a thread that takes the next tree; the trees of
 * a thread that ends early are grown by the others, or here, so that the forest is the same.
 *
 * Errors: KERNEL_STOPPED: when the context says so.
 */
export async function growTrees(
  module: WasmModule,
  memory: WasmMemory,
  layout: ForestLayout,
  growth: Growth,
  count: number,
  context: FitContext,
): Promise<GrownParts[]> {
  const grown = new Array<GrownParts>(count);
  const queue = Array.from({ length: count }, (_, k) => count - 1 - k);
  let done = 0;
  const keep = ({ t, parts }: Grown) => {
    grown[t] = parts;
    context.progress({ what: "growing trees", done: ++done, total: count });
  };
  const check = () => {
    if (context.stopping()) throw stopped(done, count);
  };
  if (layout.members > 1)
    await Promise.all(
      layout.each.map((_, rank) => employ({ module, memory, layout, growth, rank }, queue, keep, check)),
    );
  const kernels = bindKernels(module, memory);
  for (let t = queue.pop(); t !== undefined; t = queue.pop()) {
    check();
    keep({ t, parts: growTree(kernels, memory.buffer, layout, 0, growth, t) });
    await turn();
  }
  return grown;
}

/** Feeds one thread from the queue until that is empty or the thread is gone; puts back what it did not finish. */
async function employ(
  start: WorkerStart,
  queue: number[],
  keep: (grown: Grown) => void,
  check: () => void,
): Promise<void> {
  const own = import.meta.url;
  const worker = new Worker(new URL(own.endsWith(".ts") ? "./worker.ts" : "./worker.js", own), { workerData: start });
  let pending: number | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      const next = () => {
        pending = queue.pop();
        if (pending === undefined) resolve();
        else worker.postMessage(pending);
      };
      worker.on("message", (grown: Grown) => {
        try {
          keep(grown);
          pending = undefined;
          check();
          next();
        } catch (error) {
          reject(error);
        }
      });
      // A thread that fails says so before it ends; either way its tree goes back to the queue.
      worker.on("error", () => undefined);
      worker.on("exit", () => resolve());
      next();
    });
  } finally {
    if (pending !== undefined) queue.push(pending);
    await worker.terminate();
  }
}

function stopped(done: number, total: number): MillraceError {
  return new MillraceError("KERNEL_STOPPED", {
    message: `Training was stopped after ${done} of ${total} trees.`,
    next: "Run again to start the training anew.",
  });
}
