import { setTimeout as sleep } from "node:timers/promises";
import { MillraceError, systemClock } from "#kernel";
import { currentHolder, describeRun, findRun, type RunOutcome, readJournal, requestCancel } from "#pipeline";
import type { Project } from "../open-project.ts";

type Stores = Pick<Project, "metadata">;

export interface CancelRequest {
  readonly by: string;
  readonly reason: string;
  /** How long the answer is waited for. */
  readonly waitMs: number;
}

/**
 * Asks the process that drives a run to stop it neatly, and waits until it has. Finished steps stay; the run can be resumed.
 *
 * Errors: PIPELINE_RUN_UNKNOWN; FACTORY_RUN_NOT_UNDER_WAY: nobody drives it; FACTORY_CANCEL_UNANSWERED: it went on for
 * longer than `waitMs`.
 */
export async function cancelRun(
  { metadata }: Stores,
  which: string,
  { by, reason, waitMs }: CancelRequest,
): Promise<RunOutcome> {
  const { runId, started, events } = await findRun(metadata, which);
  const holder = currentHolder(events, systemClock.nowMs());
  if (holder === undefined) {
    const { state } = describeRun(runId, started.plan, events);
    throw new MillraceError("FACTORY_RUN_NOT_UNDER_WAY", {
      message: `No process drives ${runId}: it is ${state}.`,
      next:
        state === "complete"
          ? "List the runs: `millrace runs list`."
          : "Nothing is to be stopped; it goes on only when somebody resumes it.",
      facts: { run: runId, state },
    });
  }
  const askedMs = systemClock.nowMs();
  await requestCancel(metadata, runId, { by, reason, atMs: askedMs });
  for (;;) {
    const now = await readJournal(metadata, runId);
    if (currentHolder(now, systemClock.nowMs()) === undefined) return describeRun(runId, started.plan, now);
    if (systemClock.nowMs() - askedMs >= waitMs) break;
    await sleep(100);
  }
  throw new MillraceError("FACTORY_CANCEL_UNANSWERED", {
    message: `Process ${holder.pid} on ${holder.host} still drives ${runId}, ${Math.round(waitMs / 1000)} s after it was asked to stop.`,
    next: `Wait, for it may be in the middle of a step; or end the process itself: \`kill -INT ${holder.pid}\` on ${holder.host}.`,
    facts: { run: runId, pid: holder.pid, host: holder.host, waitMs },
  });
}
