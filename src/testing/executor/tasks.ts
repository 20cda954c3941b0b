import { setTimeout as sleep } from "node:timers/promises";
import type { JsonObject, JsonValue } from "@millrace/program";
import { MillraceError, type TaskContext } from "#kernel";

/* Tasks that the executor suite runs; they are loaded by the executor, as any module is. */

export function double(payload: JsonValue): JsonValue {
  return { doubled: 2 * ((payload as JsonObject).number as number), pid: process.pid };
}

export function refuse(payload: JsonValue): never {
  throw new MillraceError("KERNEL_FILE_MISSING", {
    message: "There is no file a.csv.",
    next: "Check the path.",
    facts: { payload },
  });
}

export function stumble(): never {
  throw new TypeError("a fault of the user's own");
}

/** Waits in small pieces, so that it can be stopped; says when it ran. */
export async function wait(payload: JsonValue, context: TaskContext): Promise<JsonValue> {
  const { forMs } = payload as { forMs: number };
  const startedMs = Date.now();
  while (Date.now() - startedMs < forMs && !context.stopping()) await sleep(5);
  return { startedMs, endedMs: Date.now(), pid: process.pid };
}

/** Never gives the event loop back, and does not ask whether it should stop. */
export function spin(payload: JsonValue): JsonValue {
  const { forMs } = payload as { forMs: number };
  const startedMs = Date.now();
  let rounds = 0;
  while (Date.now() - startedMs < forMs) rounds += 1;
  return { rounds };
}

/** Takes memory and touches all of it. */
export async function grow(payload: JsonValue): Promise<JsonValue> {
  const { bytes } = payload as { bytes: number };
  const step = 16 << 20;
  const held: Uint8Array[] = [];
  for (let taken = 0; taken < bytes; taken += step) {
    held.push(new Uint8Array(step).fill(1));
    await sleep(5);
  }
  await sleep(500);
  return { held: held.length };
}

export function die(): never {
  process.kill(process.pid, "SIGKILL");
  for (;;) Math.abs(0);
}

export async function report(_payload: JsonValue, context: TaskContext): Promise<JsonValue> {
  for (let done = 1; done <= 3; done++) {
    context.progress({ what: "reporting", done, total: 3 });
    await sleep(1);
  }
  return null;
}
