import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { definePipeline } from "../definition/define-pipeline.ts";
import { judge, readNumbers, stumble } from "../fixtures/steps.ts";
import { openWorld, reasons, states } from "../fixtures/world.ts";

type How = "throw" | "transient" | "impure" | "wait" | "no-output";

const stumbling = (how: How, more: { until?: number; retries?: number; timeoutMs?: number } = {}) =>
  definePipeline("stumbling", (p) => {
    const { until = 99, ...limits } = more;
    const read = p.step("read", readNumbers, { inputs: {}, options: { path: "numbers.txt" } });
    const bad = p.step("bad", stumble, { inputs: {}, options: { how, until }, ...limits });
    p.step("good", judge, { inputs: { numbers: read.out.numbers } });
    p.step("after", judge, { inputs: { numbers: read.out.numbers }, after: [bad], options: { least: 2 } });
  });

test("a failed step is in the outcome with step, run and the user's stack; other branches finish, dependents are skipped", async () => {
  const world = await openWorld();
  const outcome = await world.run({ pipeline: stumbling("throw") });
  expect(outcome.state).toBe("failed");
  expect(states(outcome)).toEqual(["read: done", "bad: failed", "good: done", "after: skipped"]);
  expect(reasons(outcome).after).toBe("bad failed");
  const { error } = outcome.nodes[1]!;
  expect(error).toMatchObject({
    code: "PIPELINE_STEP_FAILED",
    facts: { step: "stumble", node: "bad", run: outcome.runId },
  });
  expect(error!.message).toContain("a fault of the user's own");
  expect(String(error!.facts.stack)).toContain("fixtures/steps.ts");
  const failed = await world.stores.metadata.read({ find: "executions", state: "failed" });
  expect(failed[0]!.properties.error).toMatchObject({ code: "PIPELINE_STEP_FAILED" });
});

test("a failed run is resumed from its last finished step", async () => {
  const world = await openWorld();
  const first = await world.run({ pipeline: stumbling("throw", { until: 1 }) });
  const resumed = await world.run({ resume: "newest" });
  expect(resumed.runId).toBe(first.runId);
  expect(states(resumed)).toEqual(["read: done", "bad: done", "good: done", "after: done"]);
  expect(reasons(resumed).bad).toBe(`runs again: it failed in ${first.runId}`);
  await expect(world.run({ resume: first.runId })).rejects.toMatchObject({ code: "PIPELINE_RUN_COMPLETE" });
  await expect(world.run({ resume: "newest" })).rejects.toMatchObject({ code: "PIPELINE_RUN_UNKNOWN" });
});

test("an error that may pass is tried again, with a pause; others are not", async () => {
  const world = await openWorld();
  const passed = await world.run({ pipeline: stumbling("transient", { until: 1 }) });
  expect(states(passed)[1]).toBe("bad: done");
  expect(reasons(passed).bad).toBe("retry 1 of 2 after ADAPTERS_METADATA_BUSY");
  const spent = await world.run({ pipeline: stumbling("transient", { retries: 0 }), seed: 2 });
  expect(spent.nodes[1]!.error?.code).toBe("ADAPTERS_METADATA_BUSY");
  expect(await readFile(join(world.project, "stumbles.txt"), "utf8")).toBe("xxx");
});

test.each([
  ["impure", "PIPELINE_STEP_NOT_PURE"],
  ["no-output", "PIPELINE_OUTPUT_INVALID"],
] as const)("a step that is %s fails with %s", async (how, code) => {
  const world = await openWorld();
  const outcome = await world.run({ pipeline: stumbling(how) });
  expect(outcome.nodes[1]!.error?.code).toBe(code);
});

test("a timeout ends a step and is not tried again", async () => {
  const world = await openWorld();
  const outcome = await world.run({ pipeline: stumbling("wait", { timeoutMs: 50 }) });
  expect(outcome.nodes[1]!.error?.code).toBe("PIPELINE_TASK_TIMEOUT");
  expect(await readFile(join(world.project, "stumbles.txt"), "utf8")).toBe("x");
});

test("a stopped run says so, keeps what was finished, and is resumed", async () => {
  const world = await openWorld();
  const stop = new AbortController();
  const stopped = await world.run({
    pipeline: stumbling("wait"),
    signal: stop.signal,
    onEvent: (event) => {
      if (event.type === "node-finished" && event.data.node === "good") stop.abort();
    },
  });
  expect(stopped.state).toBe("stopped");
  expect(states(stopped)).toEqual(["read: done", "bad: pending", "good: done", "after: pending"]);
  const executions = await world.stores.metadata.read({
    find: "executions",
    contextId: stopped.runId as `run_${string}`,
  });
  expect(executions.map(({ state }) => state).sort()).toEqual(["canceled", "complete", "complete"]);
  const again = new AbortController();
  const resumed = await world.run({
    resume: stopped.runId,
    signal: again.signal,
    onEvent: (event) => {
      if (event.type === "node-started") again.abort();
    },
  });
  expect(resumed.nodes[1]!.reason).toBe(`runs again: it was cut off in ${stopped.runId}`);
});

test("a resumed run takes no new options", async () => {
  const world = await openWorld();
  await world.run({ pipeline: stumbling("throw") });
  for (const more of [{ set: { "good.least": 5 } }, { from: "good" }, { seed: 3 }])
    await expect(world.run({ resume: "newest", ...more })).rejects.toMatchObject({ code: "PIPELINE_RESUME_CHANGED" });
});

test("a run that is under way is not driven twice", async () => {
  const world = await openWorld();
  const stop = new AbortController();
  let second: Promise<unknown> | undefined;
  await world.run({
    pipeline: stumbling("wait"),
    signal: stop.signal,
    onEvent: (event) => {
      if (event.type !== "node-finished" || event.data.node !== "good") return;
      second = world
        .run({ resume: "newest" })
        .catch((error: unknown) => error)
        .finally(() => stop.abort());
    },
  });
  expect(await second).toMatchObject({
    code: "PIPELINE_RUN_BUSY",
    message: expect.stringContaining(`process ${process.pid}`),
  });
});
