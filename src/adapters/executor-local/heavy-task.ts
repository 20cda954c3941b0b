import { MillraceError, type Task, type TaskResult } from "#kernel";
import { type Child, onMessage } from "./child-process.ts";
import type { FromChild } from "./messages.ts";
import { residentBytes } from "./resident-memory.ts";
import { type SubmitContext, stopped, timedOut } from "./task-function.ts";

const memoryLookMs = 50;

/**
 * Runs a task in a child, and watches over it: its resident memory every 50 ms, its time, and whether it is to stop (a message
 * first, SIGKILL after the grace time). Afterwards the child is either idle or dead.
 *
 * Errors: PIPELINE_TASK_MEMORY, PIPELINE_TASK_TIMEOUT, PIPELINE_TASK_KILLED, KERNEL_STOPPED, and what the task threw.
 */
export function runHeavy(
  task: Task,
  child: Child,
  context: SubmitContext,
  limits: { readonly memoryLimitBytes: number | undefined; readonly graceMs: number },
): Promise<TaskResult> {
  const { memoryLimitBytes } = limits;
  const pid = child.process.pid;
  return new Promise<TaskResult>((resolve, reject) => {
    let settled = false;
    let ending: MillraceError | undefined;
    let peak = 0;
    const timers: NodeJS.Timeout[] = [];

    const settle = (finish: () => void): void => {
      if (settled) return;
      settled = true;
      for (const timer of timers) clearInterval(timer);
      context.signal.removeEventListener("abort", onAbort);
      unlisten();
      unhear();
      finish();
    };
    const killFor = (error: MillraceError): void => {
      ending ??= error;
      child.process.kill("SIGKILL");
    };
    const look = (bytes: number | undefined): void => {
      if (bytes === undefined) return;
      peak = Math.max(peak, bytes);
      if (memoryLimitBytes !== undefined && bytes > memoryLimitBytes)
        killFor(tooMuchMemory(task.id, bytes, memoryLimitBytes));
    };
    const onAbort = (): void => {
      ending ??= stopped(task.id);
      child.send({ type: "stop" });
      timers.push(setTimeout(() => child.process.kill("SIGKILL"), limits.graceMs));
    };
    const unlisten = onMessage(child, (message: FromChild) => {
      if (message.type === "progress") context.progress(message.progress);
      else if (message.type === "log") logOf(context, message)(...message.args);
      else if (message.type === "memory") look(message.residentBytes);
      else if (message.type === "failed") settle(() => reject(ending ?? MillraceError.fromJSON(message.error)));
      else if (message.type === "done")
        settle(() => {
          const peakMemoryBytes = Math.max(peak, message.cost.peakMemoryBytes);
          // What a stopped task gives back may be half of its work.
          if (ending !== undefined) reject(ending);
          else resolve({ value: message.value, cost: { ...message.cost, peakMemoryBytes } });
        });
    });
    const unhear = child.onLine((line) => context.log.info({ task: task.id }, line));
    void child.gone.then(({ code, signal }) =>
      settle(() => reject(ending ?? died(task.id, code, signal, child.tail()))),
    );

    if (pid !== undefined) timers.push(setInterval(() => look(residentBytes(pid)), memoryLookMs));
    const { timeoutMs } = task;
    if (timeoutMs !== undefined) timers.push(setTimeout(() => killFor(timedOut(task.id, timeoutMs)), timeoutMs));
    context.signal.addEventListener("abort", onAbort, { once: true });
    if (context.signal.aborted) onAbort();
    child.send({ type: "run", module: task.module, export: task.export, payload: task.payload });
  });
}

function logOf(
  { log }: Pick<SubmitContext, "log">,
  { level, bindings }: Extract<FromChild, { type: "log" }>,
): (...args: unknown[]) => void {
  const own = Object.keys(bindings).length === 0 ? log : log.child(bindings);
  return (...args) => (own[level] as (...values: unknown[]) => void).apply(own, args);
}

function tooMuchMemory(taskId: string, bytes: number, limitBytes: number): MillraceError {
  const megabytes = (value: number) => `${Math.round(value / 1048576)} MiB`;
  return new MillraceError("PIPELINE_TASK_MEMORY", {
    message: `The task held ${megabytes(bytes)} of resident memory; its limit is ${megabytes(limitBytes)}.`,
    next: "Raise the step's `memoryLimitBytes`, or give it less data.",
    facts: { task: taskId, residentBytes: bytes, limitBytes },
  });
}

function died(taskId: string, code: number | null, signal: string | null, tail: string): MillraceError {
  const how = signal === null ? `ended with code ${code}` : `was ended by ${signal}`;
  return new MillraceError("PIPELINE_TASK_KILLED", {
    message: `The process of the task ${how} before it gave an answer.`,
    next: "Look at what it wrote last, and run again.",
    facts: { task: taskId, code, signal, tail },
  });
}
