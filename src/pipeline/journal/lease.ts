import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { newId } from "#kernel";
import type { Holder, JournalEvent } from "../model.ts";

/** How long a holder that gives no sign of life keeps a run, where its process cannot be looked at. */
export const leaseMs = 60_000;
export const leaseRenewalMs = 20_000;

const activeSessions = new Set<string>();

/** A new drive of this process. */
export function newHolder(nowMs: number): Holder {
  const session = newId("evt", nowMs).slice(4);
  activeSessions.add(session);
  return { host: hostname(), pid: process.pid, startedTicks: startedTicks(process.pid), session };
}

export function endSession(session: string): void {
  activeSessions.delete(session);
}

/** Who drives the run by its journal, or `undefined` when nobody does any more. */
export function currentHolder(events: readonly JournalEvent[], nowMs: number): Holder | undefined {
  let holder: Holder | undefined;
  let untilMs = 0;
  for (const event of events) {
    if (event.type === "run-started" || event.type === "run-resumed") ({ holder, untilMs } = event.data);
    else if (event.type === "lease-renewed") untilMs = event.data.untilMs;
    else if (event.type === "run-finished" || event.type === "run-stopped" || event.type === "run-waiting")
      holder = undefined;
  }
  return holder !== undefined && isAlive(holder, untilMs, nowMs) ? holder : undefined;
}

/** On this host the process itself is looked at, so that a killed one frees its run at once. */
function isAlive(holder: Holder, untilMs: number, nowMs: number): boolean {
  if (holder.host !== hostname()) return nowMs < untilMs;
  if (holder.pid === process.pid && holder.startedTicks === startedTicks(process.pid))
    return activeSessions.has(holder.session);
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  return holder.startedTicks === null ? nowMs < untilMs : startedTicks(holder.pid) === holder.startedTicks;
}

/** When a process began, in clock ticks since the machine's start (field 22 of Linux's /proc/<pid>/stat); a dead one has none. */
function startedTicks(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? null : (fields[19] ?? null);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ESRCH" || code === "EACCES") return null;
    throw error;
  }
}
