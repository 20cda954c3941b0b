import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loopPipeline } from "../fixtures/pipelines.ts";
import { openWorld, reasons, states } from "../fixtures/world.ts";

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
