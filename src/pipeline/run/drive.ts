import { rm } from "node:fs/promises";
import { invariant } from "#kernel";
import { leaseMs, leaseRenewalMs } from "../journal/lease.ts";
import type { JournalEvent } from "../model.ts";
import { type Command, next } from "../next.ts";
import { runContext } from "../records/lineage-records.ts";
import { askPerson, concludeAnswer } from "./ask-person.ts";
import type { Drive } from "./model.ts";
import { startInstance } from "./start-instance.ts";

/**
 * Drives a run until it is complete, failed, waiting for a person, or stopped by the signal: commands → executor and
 * publisher → journal → commands.
 *
 * Rejects only when records cannot be written or the run was taken over; the run can then be resumed.
 */
export async function driveRun(drive: Drive, stop: AbortController): Promise<void> {
  const busy = new Map<string, Promise<void>>();
  let fault: { readonly error: unknown } | undefined;
  const failed = (error: unknown): void => {
    fault ??= { error };
    stop.abort(error);
  };
  const renewal = setInterval(() => {
    const untilMs = drive.clock.nowMs() + leaseMs;
    drive.journal.append("lease-renewed", { session: drive.session, untilMs }).catch(failed);
  }, leaseRenewalMs);
  renewal.unref();
  const stopping = new Promise<void>((resolve) =>
    drive.signal.addEventListener("abort", () => resolve(), { once: true }),
  );
  try {
    while (!drive.signal.aborted) {
      const commands = next(drive.plan, drive.journal.events).filter(
        (command) => !("instance" in command && busy.has(command.instance)),
      );
      if (busy.size === 0 && (await ended(commands, drive))) return;
      for (const command of commands) {
        if (command.do === "finish" || command.do === "rest") continue;
        const work = carryOut(command, drive)
          .catch(failed)
          .finally(() => busy.delete(command.instance));
        busy.set(command.instance, work);
      }
      if (busy.size > 0) await Promise.race([...busy.values(), stopping]);
    }
    await Promise.all(busy.values());
    await drive.journal.settled().catch(failed);
    if (fault !== undefined) throw fault.error;
    await end(drive, "stopped", (also) =>
      drive.journal.append("run-stopped", { session: drive.session, reason: "stopped on request" }, { also }),
    );
  } finally {
    clearInterval(renewal);
    await Promise.allSettled(busy.values());
  }
}

async function ended(commands: readonly Command[], drive: Drive): Promise<boolean> {
  const [command] = commands;
  invariant(command !== undefined, "A run with nothing under way has nothing to do and is not at its end.");
  const { session } = drive;
  // An answer that came meanwhile makes the entry obsolete: look again.
  if (command.do === "rest")
    return end(drive, "waiting", (also) =>
      drive.journal.append("run-waiting", { session, nodes: command.waiting }, { also, ifUnchanged: true }),
    );
  if (command.do === "finish")
    return end(drive, command.state, (also) =>
      drive.journal.append(
        "run-finished",
        { session, state: command.state },
        { also, ifUnchanged: true, key: `run-finished/${session}` },
      ),
    );
  return false;
}

async function end(
  drive: Drive,
  state: "complete" | "failed" | "waiting" | "stopped",
  append: (also: readonly [ReturnType<typeof runContext>]) => Promise<boolean>,
): Promise<boolean> {
  const startedMs = (drive.journal.events[0] as JournalEvent).atMs;
  // Before the last entry: nobody takes up a run that has ended, so nobody would clear away what a kill left behind.
  await rm(drive.scratch, { recursive: true, force: true });
  return append([runContext(drive.plan, drive.runId, drive.seed, state, startedMs, drive.clock.nowMs())]);
}

async function carryOut(command: Exclude<Command, { do: "finish" | "rest" }>, drive: Drive): Promise<void> {
  if (command.do === "skip") {
    const { instance, reason, blocked } = command;
    drive.journal.note(
      "node-skipped",
      { node: instance, reason, blocked },
      { key: `skipped/${instance}/${drive.session}` },
    );
    return;
  }
  const node = drive.plan.nodes.find(({ id }) => id === command.node);
  invariant(node !== undefined, `The plan has no node ${command.node}.`);
  if (command.do === "ask") await askPerson(node, command, drive);
  else if (command.do === "conclude") await concludeAnswer(node, command, drive);
  else await startInstance(node, command, drive);
}
