import type { JournalEvent } from "../model.ts";
import { type InstanceView, viewRun } from "../next.ts";
import type { Plan } from "../plan/model.ts";
import type { NodeOutcome, RunOutcome } from "../run/model.ts";

/** What a journal says of its run: every node with its state and reason. A run under way counts as `stopped`. */
export function describeRun(runId: string, plan: Plan, events: readonly JournalEvent[]): RunOutcome {
  const view = [...viewRun(plan, events).values()];
  const nodes = plan.nodes.flatMap((node) => {
    const own = view.filter((entry) => entry.node === node.id).sort(byIndex);
    return own.map((entry) => nodeOutcome(entry, node.step.name));
  });
  return { runId, state: stateOf(events), nodes };
}

function byIndex(a: InstanceView, b: InstanceView): number {
  return Number(a.instance.split("/")[1] ?? 0) - Number(b.instance.split("/")[1] ?? 0);
}

function stateOf(events: readonly JournalEvent[]): RunOutcome["state"] {
  let state: RunOutcome["state"] = "stopped";
  for (const event of events) {
    if (event.type === "run-finished") state = event.data.state;
    else if (event.type === "run-waiting") state = "waiting";
    else if (event.type === "run-stopped" || event.type === "run-resumed") state = "stopped";
  }
  return state;
}

const shownStates = {
  open: "pending",
  running: "pending",
  retrying: "pending",
  waiting: "waiting",
  done: "done",
  cached: "cached",
  skipped: "skipped",
  failed: "failed",
} as const;

function nodeOutcome(entry: InstanceView, step: string): NodeOutcome {
  const { instance, state, reason, outputs, values, seconds, cost, execution, error } = entry;
  const outcome = {
    id: instance,
    step,
    state: shownStates[state],
    reason: state === "failed" ? (error?.message ?? reason) : reason,
    artifacts: outputs,
    values,
    seconds,
    cost,
    executionId: execution,
  };
  return error === null ? outcome : { ...outcome, error };
}
