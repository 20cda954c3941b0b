import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { millraceRoot } from "../code/module-names.ts";
import { definePipeline } from "../definition/define-pipeline.ts";
import { loopPipeline } from "../fixtures/pipelines.ts";
import { openWorld, reasons, states } from "../fixtures/world.ts";
import type { StepDefinition } from "../model.ts";

const changed = (before: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(before).filter(([, reason]) => !reason.startsWith("cached")));

test("one changed option runs its step and what depends on it again, and each says why", async () => {
  const world = await openWorld([5]);
  await world.run({ pipeline: loopPipeline({ by: 2 }) });
  const second = await world.run({ pipeline: loopPipeline({ by: 3 }) });
  expect(changed(reasons(second))).toEqual({
    "scale/0": "runs again: option by 2 → 3",
    sum: "runs again: input parts changed",
    announce: "runs again: input total changed",
    report: "runs again: input receipt changed; input total changed",
  });
  const third = await world.run({ pipeline: loopPipeline({ by: 3 }), set: { "gate.least": 0 } });
  // The verdict is the same, so nothing after the gate runs.
  expect(changed(reasons(third))).toEqual({ gate: "runs again: option least 1 → 0" });
});

test("an option that is not keyed changes nothing; a seed and a source do", async () => {
  const world = await openWorld([5]);
  const first = await world.run({ pipeline: loopPipeline() });
  const noted = await world.run({ pipeline: loopPipeline({ note: "for people" }) });
  expect(noted.nodes.every(({ state }) => state === "cached")).toBe(true);
  const seeded = await world.run({ pipeline: loopPipeline(), seed: 1 });
  expect(reasons(seeded).read).toBe("runs again: seed 0 → 1");
  await writeFile(join(world.project, "numbers.txt"), "6\n");
  const fed = await world.run({ pipeline: loopPipeline() });
  expect(reasons(fed).read).toBe("runs again: seed 1 → 0; source changed: numbers.txt");
  await writeFile(join(world.project, "numbers.txt"), "5\n");
  const back = await world.run({ pipeline: loopPipeline() });
  expect(reasons(back).read).toBe(`cached: same inputs, options and code as ${first.runId}`);
});

test("--from runs a step and all that depend on it again; an effect then has a new idempotency key", async () => {
  const world = await openWorld([5]);
  await world.run({ pipeline: loopPipeline() });
  const again = await world.run({ pipeline: loopPipeline(), from: "sum" });
  expect(changed(reasons(again))).toEqual({
    sum: "asked: --from sum",
    announce: "asked: --from sum",
    report: "asked: --from sum",
  });
  expect((await readFile(join(world.project, "ledger.txt"), "utf8")).trim().split("\n")).toHaveLength(2);
  await expect(world.run({ pipeline: loopPipeline(), from: "summ" })).rejects.toMatchObject({
    code: "PIPELINE_STEP_UNKNOWN",
    message: expect.stringContaining("did you mean sum?"),
  });
});

test("an effect is done again when the outside was changed in between, though its key was seen before", async () => {
  const world = await openWorld([5]);
  const runs = [];
  for (const by of [2, 3, 2, 2]) runs.push(await world.run({ pipeline: loopPipeline({ by }) }));
  const effects = runs.map((run) => run.nodes.find(({ id }) => id === "announce")!);
  expect(effects.map(({ state }) => state)).toEqual(["done", "done", "done", "cached"]);
  const calls = (await readFile(join(world.project, "calls.txt"), "utf8")).trim().split("\n");
  expect(new Set(calls).size).toBe(3);
  // What is pure came from the first run the third time.
  expect(runs[2]!.nodes.find(({ id }) => id === "sum")!.state).toBe("cached");
});

test("results whose files are gone are made again", async () => {
  const world = await openWorld([5]);
  const first = await world.run({ pipeline: loopPipeline() });
  const id = first.nodes.find((node) => node.id === "sum")!.artifacts.total as `art_${string}`;
  const [total] = await world.stores.metadata.read({ find: "artifacts", ids: [id] });
  await world.stores.objects.remove(total!.files["total.txt"]!.object);
  const second = await world.run({ pipeline: loopPipeline() });
  expect(reasons(second).sum).toBe(`runs again: what it made in ${first.runId} is no longer stored`);
  expect(second.nodes.find((node) => node.id === "report")!.state).toBe("cached");
});

test("changed code of a step, of a file that it imports, or named in options says which file", async () => {
  const world = await openWorld();
  const { project } = world;
  const write = (name: string, text: string) => writeFile(join(project, name), text);
  const define = JSON.stringify(pathToFileURL(join(millraceRoot, "src/pipeline/definition/define-step.ts")).href);
  await write("package.json", '{"type":"module"}');
  await write("rules.ts", "export const isHigh = (x: number) => x > 1;\n");
  await write("part.ts", "export const part: number = 1;\n");
  await write(
    "step.ts",
    `import { z } from ${JSON.stringify(pathToFileURL(join(millraceRoot, "node_modules/zod/index.js")).href)};
import { defineStep } from ${define};
import { part } from "./part.ts";
export const own = defineStep({ module: import.meta.url, export: "own", name: "own", version: 1, kind: "pure", weight: "light",
  inputs: {}, outputs: { result: { type: "number" } }, options: z.object({ rule: z.string() }),
  run: async () => ({ result: { value: part } }) });\n`,
  );
  const { own } = (await import(/* @vite-ignore */ pathToFileURL(join(project, "step.ts")).href)) as {
    own: StepDefinition;
  };
  const pipeline = definePipeline("own", (p) => {
    p.step("own", own, { inputs: {}, options: { rule: "rules.ts#isHigh" } });
  });
  expect(states(await world.run({ pipeline }))).toEqual(["own: done"]);
  await write("part.ts", "export const part: number = 1;\r\n");
  expect(states(await world.run({ pipeline }))).toEqual(["own: cached"]);
  await write("part.ts", "export const part: number = 22;\n");
  await write("rules.ts", "export const isHigh = (x: number) => x > 3;\n");
  const last = await world.run({ pipeline });
  expect(reasons(last).own).toBe("runs again: code changed: part.ts, rules.ts");
  // This process had loaded the old file: the step ran in a fresh one.
  const id = last.nodes[0]!.artifacts.result as `art_${string}`;
  const [result] = await world.stores.metadata.read({ find: "artifacts", ids: [id] });
  const bytes = await world.stores.objects.get(result!.files["value.json"]!.object);
  expect(Buffer.from(bytes).toString()).toBe("22");
  await rm(join(project, "part.ts"));
  const broken = await world.run({ pipeline });
  expect(broken.nodes[0]!.error).toMatchObject({ code: "PIPELINE_MODULE_MISSING" });
});
