import { expect, test } from "vitest";
import { loopPipeline } from "../fixtures/pipelines.ts";
import { openWorld } from "../fixtures/world.ts";
import type { RunEvent } from "../run/model.ts";

test("each execution records what it was made from, where, at what cost, and why", async () => {
  const world = await openWorld([5]);
  const heard: RunEvent[] = [];
  const { runId, nodes } = await world.run({
    pipeline: loopPipeline(),
    seed: 7,
    rates: { perCpuHour: 3600, wattsPerCpu: 10 },
    onEvent: (event) => heard.push(event),
  });
  const { metadata } = world.stores;
  const executions = await metadata.read({ find: "executions", contextId: runId as `run_${string}` });
  expect(executions).toHaveLength(nodes.length);
  const sum = executions.find(({ type }) => type === "add-up")!;
  const { properties } = sum;
  expect(sum).toMatchObject({ state: "complete", cacheKey: expect.stringMatching(/^sha256:/) });
  expect(properties).toMatchObject({
    run: runId,
    pipeline: "loop",
    pipelineVersion: 1,
    node: "sum",
    kind: "pure",
    version: 1,
    attempt: 1,
    reason: "first run",
    seed: 7,
    executor: "local",
    git: null,
    environment: { node: process.versions.node, platform: process.platform },
    code: { module: "millrace:src/pipeline/fixtures/steps.ts", export: "addUp" },
    key: { step: "add-up", version: 1, seed: 7, inputs: { parts: [expect.stringMatching(/^sha256:/)] } },
  });
  expect(properties.packages).toHaveProperty("zod");
  const cost = properties.cost as {
    cpuSeconds: number;
    wallSeconds: number;
    money: number;
    energyWattHours: number;
    peakMemoryBytes: number;
  };
  expect(cost.money).toBeCloseTo(cost.cpuSeconds, 9);
  expect(cost.energyWattHours).toBeCloseTo(cost.cpuSeconds / 360, 9);
  expect(cost.peakMemoryBytes).toBeGreaterThan(1e7);
  const events = await metadata.read({ find: "events", executionIds: [sum.id] });
  expect(events.map(({ type, path }) => `${type} ${path}`).sort()).toEqual(["input parts/0", "output total"]);
  const read = executions.find(({ type }) => type === "read-numbers")!;
  expect(read.properties.metrics).toEqual({ count: 1 });
  const [code] = await metadata.read({
    find: "artifacts",
    ids: [(properties.code as { artifact: `art_${string}` }).artifact],
  });
  expect(Object.keys(code!.files)).toContain("millrace:src/pipeline/fixtures/steps.ts");
  expect(
    (await metadata.read({ find: "types" })).filter(({ kind }) => kind === "execution").map(({ name }) => name),
  ).toContain("add-up");
  expect(heard.filter(({ type }) => type === "node-progress")).toHaveLength(1);
  const sequences = heard.flatMap((event) => ("sequence" in event ? [event.sequence] : []));
  expect(sequences).toEqual(sequences.map((_, index) => index + 1));
  expect(await metadata.read({ find: "entries", stream: `run/${runId}` })).toHaveLength(sequences.length);
});
