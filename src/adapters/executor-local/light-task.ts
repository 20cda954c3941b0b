import { performance } from "node:perf_hooks";
import type { Task, TaskResult } from "#kernel";
import { loadTaskFunction, type SubmitContext, stopped, taskError, timedOut } from "./task-function.ts";

/**
 * Runs a task in this process. A timeout or stop aborts its signal; one that does not heed it is left behind after the grace
 * time, because code of one's own process cannot be killed.
 *
 * CPU time is that of the whole process over the task's span, so tasks at the same time share it.
 */
export async function runLight(task: Task, context: SubmitContext, graceMs: number): Promise<TaskResult> {
  if (context.signal.aborted) throw stopped(task.id);
  const own = new AbortController();
  const began = performance.now();
  const cpu = process.cpuUsage();
  let ending: Error | undefined;
  let timer: NodeJS.Timeout | undefined;
  let grace: NodeJS.Timeout | undefined;
  let onAbort = (): void => undefined;
  const ended = new Promise<never>((_, reject) => {
    const end = (error: Error): void => {
      ending ??= error;
      own.abort(ending);
      grace = setTimeout(() => reject(ending), graceMs);
    };
    onAbort = () => end(stopped(task.id));
    context.signal.addEventListener("abort", onAbort, { once: true });
    const { timeoutMs } = task;
    if (timeoutMs !== undefined) timer = setTimeout(() => end(timedOut(task.id, timeoutMs)), timeoutMs);
  });
  try {
    const run = await loadTaskFunction(task.module, task.export);
    const value = await Promise.race([
      run(task.payload, { ...context, signal: own.signal, stopping: () => own.signal.aborted }),
      ended,
    ]);
    // What a stopped task gives back may be half of its work.
    if (ending !== undefined) throw ending;
    const used = process.cpuUsage(cpu);
    return {
      value,
      cost: {
        cpuSeconds: (used.user + used.system) / 1e6,
        wallSeconds: (performance.now() - began) / 1000,
        peakMemoryBytes: process.memoryUsage.rss(),
      },
    };
  } catch (error) {
    throw ending ?? taskError(error);
  } finally {
    clearTimeout(timer);
    clearTimeout(grace);
    context.signal.removeEventListener("abort", onAbort);
  }
}
