import { availableParallelism } from "node:os";
import { z } from "zod";
import { type Executor, parseOptions, type Task, type TaskResult } from "#kernel";
import { childPool } from "./child-pool.ts";
import { runHeavy } from "./heavy-task.ts";
import { runLight } from "./light-task.ts";
import { type SubmitContext, stopped } from "./task-function.ts";

const optionsSchema = z.object({
  parallel: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe("Most tasks at once, of each weight; the number of CPUs unless told."),
  memoryLimitBytes: z
    .number()
    .positive()
    .optional()
    .describe("Limit of resident memory of heavy tasks that name none."),
  childIdleMs: z.number().min(0).default(10_000).describe("How long an idle child process is kept for the next task."),
  graceMs: z.number().min(0).default(2_000).describe("How long a stopped task may take to end before it is killed."),
  imports: z.array(z.string()).default([]).describe("Modules that every child process loads first."),
});

export type LocalExecutorOptions = z.input<typeof optionsSchema>;

/**
 * Runs tasks on this machine: light ones in this process, heavy ones in a pool of child processes, where memory limit, timeout
 * and kill are real.
 *
 * ```ts
 * const executor = localExecutor({ parallel: 2, memoryLimitBytes: 2 ** 30 });
 * await executor.drain();
 * ```
 *
 * Units: a memory limit is of resident memory, looked at every 50 ms, so a faster growth is seen late. A light task cannot be
 * killed: timeout and stop abort its signal, and what does not heed it is left behind.
 * Errors: PIPELINE_TASK_MEMORY, PIPELINE_TASK_TIMEOUT, PIPELINE_TASK_KILLED, PIPELINE_TASK_INVALID, KERNEL_STOPPED.
 */
export function localExecutor(options: LocalExecutorOptions = {}): Executor {
  const parsed = parseOptions(optionsSchema, options, "localExecutor");
  const parallel = parsed.parallel ?? availableParallelism();
  const pool = childPool(parsed.childIdleMs, parsed.imports);
  const running = new Map<string, { readonly stop: AbortController; readonly done: Promise<unknown> }>();
  const turns = { light: turnstile(parallel), heavy: turnstile(parallel) };

  const run = async (task: Task, context: SubmitContext): Promise<TaskResult> => {
    const leave = await turns[task.weight].enter(context.signal);
    try {
      if (context.signal.aborted) throw stopped(task.id);
      if (task.weight === "light") return await runLight(task, context, parsed.graceMs);
      const memoryLimitBytes = task.memoryLimitBytes ?? parsed.memoryLimitBytes;
      const child = pool.take(task.generation ?? 0, memoryLimitBytes);
      try {
        return await runHeavy(task, child, context, { memoryLimitBytes, graceMs: parsed.graceMs });
      } finally {
        pool.giveBack(child);
      }
    } finally {
      leave();
    }
  };

  return {
    kind: "executor",
    name: "local",
    version: "1",
    traits: { parallel, remote: false, isolation: "process" },
    async submit(task, context) {
      const stop = new AbortController();
      const signal = AbortSignal.any([context.signal, stop.signal]);
      const done = run(task, { ...context, signal });
      running.set(task.id, { stop, done });
      try {
        return await done;
      } finally {
        running.delete(task.id);
      }
    },
    async cancel(taskId) {
      const found = running.get(taskId);
      found?.stop.abort();
      await found?.done.catch(() => undefined);
    },
    async drain() {
      while (running.size > 0) await Promise.allSettled([...running.values()].map(({ done }) => done));
      await pool.empty();
    },
  };
}

/** Lets so many in at once, in order of arrival. */
function turnstile(places: number) {
  let free = places;
  const waiting: (() => void)[] = [];
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  };
  return {
    async enter(signal: AbortSignal): Promise<() => void> {
      if (free > 0) {
        free -= 1;
        return leave;
      }
      await new Promise<void>((resolve) => {
        const admit = () => {
          signal.removeEventListener("abort", giveUp);
          resolve();
        };
        // Whoever gives up is let through at once, and leaves no place behind.
        const giveUp = () => {
          const index = waiting.indexOf(admit);
          if (index >= 0) waiting.splice(index, 1);
          free -= 1;
          resolve();
        };
        waiting.push(admit);
        signal.addEventListener("abort", giveUp, { once: true });
      });
      return leave;
    },
  };
}
