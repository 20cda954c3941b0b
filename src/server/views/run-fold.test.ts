import { describe, expect, it } from "vitest";
import type { JournalData, JournalEvent, JournalType, Plan, PlanNode } from "#pipeline";
import { emptyRun, type RunFold, stateAt, take } from "./run-fold.ts";

const node = (id: string, more: Partial<PlanNode> = {}): PlanNode => ({
  id,
  step: { module: "millrace:x", export: "x", name: id, version: 1 },
  kind: "pure",
  weight: "light",
  options: {},
  unkeyed: [],
  references: [],
  inputs: {},
  outputs: {},
  reports: [],
  when: [],
  after: [],
  map: null,
  wait: null,
  watermark: null,
  watermarkAt: "plan",
  retries: 1,
  timeoutMs: null,
  memoryLimitBytes: null,
  ...more,
});
const plan: Plan = {
  format: 1,
  pipeline: "loop",
  version: 1,
  nodes: [node("a"), node("b"), node("each", { map: { node: "a", output: "list", as: "item" } })],
};
const holder = { host: "h", pid: 1, startedTicks: null, session: "s" };
const error = { code: "KERNEL_STOPPED", message: "stopped", next: "go on", facts: {} };

function journal(): { readonly run: RunFold; add<K extends JournalType>(type: K, data: JournalData[K]): void } {
  const run = emptyRun("run_1");
  let sequence = 0;
  return {
    run,
    add: (type, data) => {
      sequence += 1;
      take(run, {
        stream: "run/run_1",
        sequence,
        type,
        data,
        key: null,
        atMs: sequence * 1000,
      } as unknown as JournalEvent);
    },
  };
}

const started = { pipeline: "loop", plan, seed: 1, from: null, holder, untilMs: 30_000 };
const begun = (id: string, attempt = 1) => ({
  node: id,
  execution: `exe_${id}`,
  attempt,
  reason: "first run",
  session: "s",
});
const ended = (id: string, state: "done" | "cached") => ({
  node: id,
  execution: `exe_${id}`,
  state,
  reason: "why",
  outputs: {},
  values: {},
  seconds: 2,
  cost: null,
});

describe("a run folded from its journal", () => {
  it("knows the plan's steps before they begin, and instances of a fan-out when they do", () => {
    const { run, add } = journal();
    add("run-started", started);
    expect([...run.nodes.keys()]).toEqual(["a", "b"]);
    add("node-started", begun("each/0"));
    expect(run.nodes.get("each/0")).toMatchObject({ state: "running", plan: { id: "each" } });
  });

  it("keeps the first start over retries, and the reason, time and error of each step", () => {
    const { run, add } = journal();
    add("run-started", started);
    add("node-started", begun("a"));
    add("node-failed", { node: "a", execution: "exe_a", attempt: 1, retryable: true, error, seconds: 1 });
    expect(run.nodes.get("a")).toMatchObject({ state: "failed", error });
    add("node-started", begun("a", 2));
    add("node-finished", ended("a", "done"));
    expect(run.nodes.get("a")).toMatchObject({
      state: "complete",
      attempts: 2,
      startedMs: 2000,
      endedMs: 5000,
      error: null,
    });
  });

  it("opens what failed or was left out again when the run is resumed, and keeps what is done", () => {
    const { run, add } = journal();
    add("run-started", started);
    add("node-finished", ended("a", "cached"));
    add("node-failed", { node: "b", execution: "exe_b", attempt: 2, retryable: false, error, seconds: 1 });
    add("run-finished", { session: "s", state: "failed" });
    expect(stateAt(run, 0)).toBe("failed");
    add("run-resumed", { holder, untilMs: 90_000 });
    expect(stateAt(run, 60_000)).toBe("running");
    expect(run.endedMs).toBeNull();
    expect(run.nodes.get("a")?.state).toBe("cached");
    expect(run.nodes.get("b")).toMatchObject({ state: "pending", error: null });
  });

  it("is stopped once its driver's lease has run out, until it is renewed", () => {
    const { run, add } = journal();
    add("run-started", started);
    expect(stateAt(run, 30_000)).toBe("running");
    expect(stateAt(run, 30_001)).toBe("stopped");
    add("lease-renewed", { session: "s", untilMs: 60_000 });
    expect(stateAt(run, 30_001)).toBe("running");
  });

  it("passes over entries of types that it does not know", () => {
    const { run, add } = journal();
    add("run-started", started);
    add("weather" as JournalType, {} as never);
    expect(run.lastSequence).toBe(2);
  });
});
