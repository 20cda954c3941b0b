import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loopPipeline } from "../fixtures/pipelines.ts";
import { openWorld, reasons, states } from "../fixtures/world.ts";
import { planPipeline } from "../plan/plan-pipeline.ts";
import { previewRun } from "./preview-run.ts";

test("every kind of node runs, and a second run is all cache hits that say why", async () => {
  const world = await openWorld();
  const first = await world.run({ pipeline: loopPipeline(), seed: 7 });
  expect(first.state).toBe("complete");
  expect(states(first)).toEqual([
    "read: done",
    "gate: done",
    "read.numbers.list: done",
    "scale/0: done",
    "scale/1: done",
    "scale/2: done",
    "sum: done",
    "gate.verdict.passed: done",
    "announce: done",
    "report: done",
  ]);
  expect(new Set(Object.values(reasons(first)))).toEqual(new Set(["first run"]));
  const second = await world.run({ pipeline: loopPipeline(), seed: 7 });
  expect(second.nodes.map(({ state }) => state)).toEqual(second.nodes.map(() => "cached"));
  expect(reasons(second).sum).toBe(`cached: same inputs, options and code as ${first.runId}`);
  expect(second.nodes.map(({ artifacts }) => artifacts)).toEqual(first.nodes.map(({ artifacts }) => artifacts));
  expect((await readFile(join(world.project, "calls.txt"), "utf8")).trim().split("\n")).toHaveLength(1);
});

test("a preview says what would run and why, and writes nothing", async () => {
  const world = await openWorld([5]);
  const { stores, project } = world;
  const preview = async (by: number, from?: string) => {
    const plan = await planPipeline(loopPipeline({ by }), { ...stores, project });
    const nodes = await previewRun({ ...stores, plan, project, ...(from === undefined ? {} : { from }) });
    return Object.fromEntries(nodes.map(({ id, action, reason }) => [id, `${action}: ${reason}`]));
  };
  expect(await preview(2)).toMatchObject({ read: "run: first run", gate: "open: depends on what runs before it" });
  const { runId } = await world.run({ pipeline: loopPipeline({ by: 2 }) });
  const same = `cached: cached: same inputs, options and code as ${runId}`;
  expect(new Set(Object.values(await preview(2)))).toEqual(new Set([same]));
  expect(await preview(3)).toMatchObject({
    read: same,
    "scale/0": "run: runs again: option by 2 → 3",
    sum: "open: depends on what runs before it",
  });
  expect(await preview(2, "sum")).toMatchObject({ gate: same, sum: "run: asked: --from sum" });
  expect(await stores.metadata.read({ find: "contexts", type: "run" })).toHaveLength(1);
});
