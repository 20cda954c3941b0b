import type { JsonObject } from "@millrace/program";
import { type Executor, isMillraceError, knownNames, MillraceError, type TaskFunction } from "#kernel";

/** What `submit` is given beside the task. */
export type SubmitContext = Parameters<Executor["submit"]>[1];

/** Imports a task's module and looks its export up. Errors: PIPELINE_TASK_INVALID. */
export async function loadTaskFunction(module: string, name: string): Promise<TaskFunction> {
  let loaded: Record<string, unknown>;
  try {
    loaded = (await import(/* @vite-ignore */ module)) as Record<string, unknown>;
  } catch (error) {
    throw new MillraceError("PIPELINE_TASK_INVALID", {
      message: `The module ${module} cannot be loaded: ${error instanceof Error ? error.message : String(error)}`,
      next: "Correct the module, or the task that names it.",
      facts: { module, ...stackOf(error) },
      cause: error,
    });
  }
  const found = loaded[name];
  if (typeof found === "function") return found as TaskFunction;
  throw new MillraceError("PIPELINE_TASK_INVALID", {
    message: `The module ${module} has no function "${name}" (${knownNames(name, Object.keys(loaded))}).`,
    next: "Export the function under the name that the task gives.",
    facts: { module, export: name },
  });
}

/** What a task threw, as an error that can cross a process border with its stack. */
export function taskError(error: unknown): MillraceError {
  if (isMillraceError(error)) return error;
  return new MillraceError("PIPELINE_STEP_FAILED", {
    message: error instanceof Error ? error.message : String(error),
    next: "Correct the code at the stack's first line.",
    facts: stackOf(error),
    cause: error,
  });
}

function stackOf(error: unknown): JsonObject {
  return error instanceof Error && error.stack !== undefined ? { stack: error.stack } : {};
}

export function stopped(taskId: string): MillraceError {
  return new MillraceError("KERNEL_STOPPED", {
    message: "The task was stopped on request.",
    next: "Resume the run to go on.",
    facts: { task: taskId },
  });
}

export function timedOut(taskId: string, timeoutMs: number): MillraceError {
  return new MillraceError("PIPELINE_TASK_TIMEOUT", {
    message: `The task took longer than its timeout of ${timeoutMs} ms and was ended.`,
    next: "Give the step more time (`timeoutMs`) or less work.",
    facts: { task: taskId, timeoutMs },
  });
}
