import { expect, test } from "vitest";
import { definePipeline } from "../definition/define-pipeline.ts";
import { judge, readNumbers, scale } from "../fixtures/steps.ts";
import { openWorld, reasons, states } from "../fixtures/world.ts";
import { answerWait } from "./answer-wait.ts";

const guarded = (stream?: string) =>
  definePipeline("guarded", (p) => {
    const read = p.step("read", readNumbers, { inputs: {}, options: { path: "numbers.txt" } });
    const approval = p.waitFor("approval", {
      of: read.out.numbers,
      question: "Are these numbers right?",
      ...(stream === undefined ? {} : { stream }),
    });
    p.step("after", judge, { inputs: { numbers: read.out.numbers }, after: [approval] });
    p.step("beside", judge, { inputs: { numbers: read.out.numbers }, options: { least: 9 } });
  });

test("a run rests until a person answers, then goes on; the same question is not asked again", async () => {
  const world = await openWorld();
  const first = await world.run({ pipeline: guarded() });
  expect(first.state).toBe("waiting");
  expect(states(first)).toEqual(["read: done", "approval: waiting", "after: pending", "beside: done"]);
  expect(reasons(first).approval).toBe("Are these numbers right?");
  const still = await world.run({ resume: first.runId });
  expect(still.state).toBe("waiting");
  const { metadata } = world.stores;
  await answerWait(metadata, first.runId, "approval", { decision: "approved", by: "anna", comment: "seen" });
  await expect(
    answerWait(metadata, first.runId, "approval", { decision: "rejected", by: "ben", comment: "" }),
  ).rejects.toMatchObject({ code: "PIPELINE_NODE_NOT_WAITING" });
  const done = await world.run({ resume: first.runId });
  expect(done.state).toBe("complete");
  expect(reasons(done).approval).toBe("approved by anna: seen");
  expect(done.nodes.find(({ id }) => id === "after")!.state).toBe("done");
  const second = await world.run({ pipeline: guarded() });
  expect(second.state).toBe("complete");
  expect(reasons(second).approval).toBe(`cached: approved by anna in ${first.runId}`);
});

test("a rejection skips what was to follow", async () => {
  const world = await openWorld();
  const { runId } = await world.run({ pipeline: guarded() });
  await answerWait(world.stores.metadata, runId, "approval", { decision: "rejected", by: "ben", comment: "too few" });
  const outcome = await world.run({ resume: runId });
  expect(outcome.state).toBe("complete");
  expect(reasons(outcome).after).toBe('the answer to approval is "rejected", wanted "approved"');
});

test("an entry of another stream about the same content answers as well", async () => {
  const world = await openWorld();
  const { metadata } = world.stores;
  const first = await world.run({ pipeline: guarded("model/numbers") });
  expect(first.state).toBe("waiting");
  const id = first.nodes[0]!.artifacts.numbers as `art_${string}`;
  const [artifact] = await metadata.read({ find: "artifacts", ids: [id] });
  const data = { content: artifact!.content, decision: "approved", by: "carl" };
  await metadata.write([{ put: "entry", stream: "model/numbers", type: "approval", data, atMs: 0 }]);
  const resumed = await world.run({ resume: first.runId });
  expect(resumed.state).toBe("complete");
  expect(reasons(resumed).approval).toBe("approved by carl");
});

test("conditions skip, and what needs the skipped is skipped; a list fans out", async () => {
  const world = await openWorld([4, 5]);
  const pipeline = definePipeline("conditional", (p) => {
    const read = p.step("read", readNumbers, { inputs: {}, options: { path: "numbers.txt" } });
    const gate = p.step("gate", judge, { inputs: { numbers: read.out.numbers }, options: { least: 9 } });
    const failed = p.when({ of: gate.out.verdict, path: "passed", equals: false });
    p.when({ of: gate.out.verdict, path: "passed" }, () => {
      const inner = p.step("inner", judge, { inputs: { numbers: read.out.numbers }, options: { least: 3 } });
      p.when({ of: inner.out.verdict, path: "passed" }, () => {
        p.step("innermost", judge, { inputs: { numbers: read.out.numbers }, options: { least: 4 } });
      });
    });
    p.map("each", { of: read.out.numbers }, scale, { inputs: { numbers: read.out.numbers }, when: failed });
  });
  const outcome = await world.run({ pipeline });
  expect(outcome.state).toBe("complete");
  const found = Object.fromEntries(outcome.nodes.map(({ id, state }) => [id, state]));
  expect(found).toMatchObject({ inner: "skipped", innermost: "skipped", "each/0": "done", "each/1": "done" });
  expect(reasons(outcome).inner).toBe("gate.verdict.passed is false, wanted true");
});

test("a path that the artifact lacks, or a list that is none, fails the node that reads it", async () => {
  const world = await openWorld();
  const pipeline = definePipeline("wrong", (p) => {
    const read = p.step("read", readNumbers, { inputs: {}, options: { path: "numbers.txt" } });
    const gate = p.step("gate", judge, { inputs: { numbers: read.out.numbers } });
    p.when({ of: gate.out.verdict, path: "pased" }, () => {
      p.step("never", judge, { inputs: { numbers: read.out.numbers } });
    });
    p.map("each", gate.out.verdict, scale, { inputs: { numbers: read.out.numbers } });
  });
  const outcome = await world.run({ pipeline });
  const errors = outcome.nodes.flatMap(({ id, error }) => (error === undefined ? [] : [`${id} ${error.code}`]));
  expect(errors.sort()).toEqual([
    "gate.verdict.list PIPELINE_MAP_NOT_LIST",
    "gate.verdict.pased PIPELINE_VALUE_MISSING",
  ]);
  expect(states(outcome)).toContain("each: skipped");
});
