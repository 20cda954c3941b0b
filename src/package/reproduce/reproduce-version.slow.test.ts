import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type Artifact, newId, systemClock } from "#kernel";
import { definePipeline } from "#pipeline";
import { registerVersion } from "#registry";
import { temporaryFolder } from "#testing";
import { loopPipeline } from "../../pipeline/fixtures/pipelines.ts";
import { readNumbers, scale } from "../../pipeline/fixtures/steps.ts";
import { openStores } from "../../pipeline/fixtures/stores.ts";
import { openWorld, type World } from "../../pipeline/fixtures/world.ts";
import { noisyStep } from "../fixtures/noisy-step.ts";
import { reproduceVersion } from "./reproduce-version.ts";

async function registered(world: World, runId: string, artifactId: string) {
  const { metadata } = world.stores;
  const [artifact] = await metadata.read({ find: "artifacts", ids: [artifactId as Artifact["id"]] });
  const context = { metadata, clock: systemClock, by: "test" };
  const { value } = await registerVersion(context, { model: "sum", artifactId, content: artifact!.content, runId });
  return value;
}

async function reproduced(world: World, version: Awaited<ReturnType<typeof registered>>) {
  const folder = await temporaryFolder();
  const home = await openStores(folder);
  onTestFinished(() => home.metadata.close());
  const { project, stores, executor } = world;
  return reproduceVersion(
    { ...stores, project, home: { ...home, executor, scratch: join(folder, "scratch") } },
    version,
  );
}

test("all that leads to a version is made again from the recorded source, fan-outs and children's work too", async () => {
  const world = await openWorld([5, 7]);
  const { runId, nodes } = await world.run({ pipeline: loopPipeline(), seed: 9 });
  const sum = nodes.find(({ id }) => id === "sum")!;
  const version = await registered(world, runId, sum.artifacts.total!);
  await rm(join(world.project, "numbers.txt"));
  expect(await reproduced(world, version)).toMatchObject({
    identical: true,
    actual: version.content,
    // The list that is fanned out over, scale/0, scale/1 and sum; what the sum does not depend on is left alone.
    compared: 4,
    first: null,
    codeChanged: [],
  });
});

test("the first artifact that differs is named, and the code that changed", async () => {
  const world = await openWorld([5]);
  await writeFile(join(world.project, "rule.mjs"), "export const rule = 1;\n");
  const pipeline = definePipeline("noise", (p) => {
    const { numbers } = p.step("read", readNumbers, { inputs: {}, options: { path: "numbers.txt" } }).out;
    p.step("early", scale, { inputs: { numbers }, options: { item: 3 } });
    p.step("noisy", noisyStep, { inputs: { numbers }, options: { rule: "./rule.mjs#rule" } });
  });
  const { runId, nodes } = await world.run({ pipeline });
  const version = await registered(world, runId, nodes.find(({ id }) => id === "noisy")!.artifacts.noise!);
  await writeFile(join(world.project, "rule.mjs"), "export const rule = 2;\n");
  process.env.MILLRACE_TEST_NOISE = "1";
  onTestFinished(() => void delete process.env.MILLRACE_TEST_NOISE);
  const found = await reproduced(world, version);
  expect(found).toMatchObject({
    identical: false,
    expected: version.content,
    first: { node: "noisy", output: "noise", expected: version.content, actual: found.actual },
    codeChanged: ["rule.mjs"],
  });
  expect(found.actual).not.toBe(version.content);
});

test("a version whose run is not on record cannot be made again", async () => {
  const world = await openWorld();
  const { runId, nodes } = await world.run({ pipeline: loopPipeline() });
  const version = await registered(world, runId, nodes.find(({ id }) => id === "sum")!.artifacts.total!);
  for (const other of [{ runId: null }, { artifactId: newId("art") }])
    await expect(reproduced(world, { ...version, ...other })).rejects.toMatchObject({ code: "PACKAGE_RECORD_MISSING" });
});
