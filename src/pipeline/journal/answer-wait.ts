import { type Clock, type MetadataStore, MillraceError, systemClock } from "#kernel";
import { type Answer, viewRun } from "../next.ts";
import { findRun } from "./find-run.ts";
import { journalStream } from "./journal.ts";

/**
 * Records a person's answer to a node that waits. The first answer counts; the run goes on when it is resumed.
 *
 * ```ts
 * await answerWait(metadata, runId, "approval", { decision: "approved", by: "anna", comment: "" });
 * ```
 *
 * Errors: PIPELINE_RUN_UNKNOWN; PIPELINE_NODE_NOT_WAITING: when the node does not wait in that run.
 */
export async function answerWait(
  metadata: MetadataStore,
  runId: string,
  node: string,
  answer: Answer,
  { clock = systemClock }: { readonly clock?: Clock } = {},
): Promise<void> {
  const run = await findRun(metadata, runId);
  const view = viewRun(run.started.plan, run.events);
  const waiting = [...view.values()].filter(({ state, answer: given }) => state === "waiting" && given === null);
  if (!waiting.some(({ instance }) => instance === node))
    throw new MillraceError("PIPELINE_NODE_NOT_WAITING", {
      message: `The node "${node}" of ${run.runId} does not wait for an answer (waiting: ${waiting.map(({ instance }) => instance).join(", ") || "none"}).`,
      next: "Name a node that waits.",
      facts: { run: run.runId, node },
    });
  const { decision, by, comment } = answer;
  await metadata.write([
    {
      put: "entry",
      stream: journalStream(run.runId),
      type: "node-answered",
      data: { node, decision, by, comment },
      key: `answered/${node}`,
      atMs: clock.nowMs(),
    },
  ]);
}
