import type { JournalEvent, NodeCost, Plan, PlanNode, RecordedError } from "#pipeline";

export type NodeState = "pending" | "running" | "waiting" | "complete" | "cached" | "failed" | "skipped" | "stopped";
export type RunState = "running" | "waiting" | "complete" | "failed" | "stopped";

/** What a journal says about one instance of a step. */
export interface NodeFold {
  readonly id: string;
  readonly plan: PlanNode | null;
  state: NodeState;
  reason: string | null;
  attempts: number;
  execution: string | null;
  startedMs: number | null;
  endedMs: number | null;
  seconds: number | null;
  cost: NodeCost | null;
  error: RecordedError | null;
}

/** A run as far as its journal was read; `take` goes on from `lastSequence`. */
export interface RunFold {
  readonly id: string;
  pipeline: string;
  seed: number | null;
  plan: Plan | null;
  startedMs: number | null;
  endedMs: number | null;
  /** As the journal says; whoever drives a running one may have died: see `stateAt`. */
  state: RunState;
  leaseUntilMs: number;
  lastSequence: number;
  readonly nodes: Map<string, NodeFold>;
}

export function emptyRun(id: string): RunFold {
  return {
    id,
    pipeline: "",
    seed: null,
    plan: null,
    startedMs: null,
    endedMs: null,
    state: "running",
    leaseUntilMs: 0,
    lastSequence: 0,
    nodes: new Map(),
  };
}

/** The run's state now: one whose driver let its lease run out has stopped. */
export function stateAt(run: RunFold, nowMs: number): RunState {
  return run.state === "running" && run.leaseUntilMs < nowMs ? "stopped" : run.state;
}

/** Takes one more entry of the journal in. Types that this version does not know are passed over. */
export function take(run: RunFold, event: JournalEvent): void {
  run.lastSequence = event.sequence;
  switch (event.type) {
    case "run-started":
      begin(run, event.data.plan, event.atMs);
      run.pipeline = event.data.pipeline;
      run.seed = event.data.seed;
      run.leaseUntilMs = event.data.untilMs;
      return;
    case "run-resumed":
      run.state = "running";
      run.endedMs = null;
      run.leaseUntilMs = event.data.untilMs;
      for (const node of run.nodes.values()) reopen(node);
      return;
    case "lease-renewed":
      run.leaseUntilMs = event.data.untilMs;
      return;
    case "node-started": {
      const { node, execution, attempt, reason } = event.data;
      const first = nodeOf(run, node).startedMs;
      change(run, node, {
        state: "running",
        execution,
        attempts: attempt,
        reason,
        startedMs: attempt > 1 ? first : event.atMs,
        endedMs: null,
        error: null,
      });
      return;
    }
    case "node-finished": {
      const { node, execution, state, reason, seconds, cost } = event.data;
      change(run, node, {
        state: state === "cached" ? "cached" : "complete",
        execution,
        reason,
        seconds,
        cost,
        startedMs: nodeOf(run, node).startedMs ?? event.atMs - seconds * 1000,
        endedMs: event.atMs,
        error: null,
      });
      return;
    }
    case "node-failed": {
      const { node, execution, attempt, error, seconds } = event.data;
      change(run, node, { state: "failed", execution, attempts: attempt, error, seconds, endedMs: event.atMs });
      return;
    }
    case "node-skipped":
      change(run, event.data.node, { state: "skipped", reason: event.data.reason, endedMs: event.atMs });
      return;
    case "node-waiting":
      change(run, event.data.node, { state: "waiting", reason: event.data.question, startedMs: event.atMs });
      return;
    case "node-answered": {
      const { node, decision, by, comment } = event.data;
      change(run, node, { reason: `${decision} by ${by}${comment === "" ? "" : `: ${comment}`}` });
      return;
    }
    case "run-stopped":
      end(run, "stopped", event.atMs);
      for (const node of run.nodes.values()) if (node.state === "running") node.state = "stopped";
      return;
    case "run-waiting":
      end(run, "waiting", event.atMs);
      return;
    case "run-finished":
      end(run, event.data.state, event.atMs);
      return;
  }
}

function begin(run: RunFold, plan: Plan, atMs: number): void {
  run.plan = plan;
  run.startedMs = atMs;
  for (const node of plan.nodes) if (node.map === null) run.nodes.set(node.id, openNode(node.id, node));
}

function end(run: RunFold, state: RunState, atMs: number): void {
  run.state = state;
  run.endedMs = atMs;
}

function reopen(node: NodeFold): void {
  if (node.state === "complete" || node.state === "cached" || node.state === "waiting") return;
  Object.assign(node, openNode(node.id, node.plan));
}

function nodeOf(run: RunFold, id: string): NodeFold {
  const known = run.nodes.get(id);
  if (known !== undefined) return known;
  const stepId = id.slice(0, id.lastIndexOf("/"));
  const made = openNode(id, run.plan?.nodes.find((node) => node.id === id || node.id === stepId) ?? null);
  run.nodes.set(id, made);
  return made;
}

function change(run: RunFold, id: string, facts: Partial<NodeFold>): void {
  Object.assign(nodeOf(run, id), facts);
}

function openNode(id: string, plan: PlanNode | null): NodeFold {
  return {
    id,
    plan,
    state: "pending",
    reason: null,
    attempts: 0,
    execution: null,
    startedMs: null,
    endedMs: null,
    seconds: null,
    cost: null,
    error: null,
  };
}
