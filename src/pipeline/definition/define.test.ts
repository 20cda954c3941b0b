import { expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { addUp, judge, readNumbers, report, scale } from "../fixtures/steps.ts";
import { openWorld } from "../fixtures/world.ts";
import { planPipeline } from "../plan/plan-pipeline.ts";
import { definePipeline } from "./define-pipeline.ts";
import { defineStep } from "./define-step.ts";
import type { ArtifactRef } from "./model.ts";

const plain = { ...judge, watermark: undefined as never };

test.each([
  [{ name: "Not Kebab" }, "kebab-case"],
  [{ export: "a-b" }, "`export`"],
  [{ version: 0 }, "`version` must be a whole number from 1, and is 0"],
  [{ module: "/a.ts" }, "`import.meta.url`"],
  [{ kind: "source" as const }, "needs a `watermark`"],
  [{ unkeyed: ["nott"] }, 'names the option "nott"'],
  [{ options: z.string() as never }, "zod object"],
  [{ retries: -1 }, "`retries`"],
  [{ timeoutMs: 0 }, "`timeoutMs`"],
])("a step's definition is checked: %j", (change, message) => {
  expect(() => defineStep({ ...plain, ...change })).toThrow(message);
});

test("handles carry the types of artifacts, and wrong ones are refused by type and at run time", () => {
  definePipeline("typed", (p) => {
    const read = p.step("read", readNumbers, { inputs: {}, options: { path: "a" } });
    expectTypeOf(read.out.numbers).toEqualTypeOf<ArtifactRef<"numbers">>();
    const gate = p.step("gate", judge, { inputs: { numbers: read.out.numbers } });
    // @ts-expect-error a verdict is no list of numbers
    expect(() => p.step("bad", judge, { inputs: { numbers: gate.out.verdict } })).toThrow(
      /takes a numbers, and gate gives a verdict/,
    );
    // @ts-expect-error an input is missing
    expect(() => p.step("bad", judge, { inputs: {} })).toThrow(/its input "numbers" is not given/);
    // @ts-expect-error the option's type is wrong
    p.step("later", judge, { inputs: { numbers: read.out.numbers }, options: { least: "1" } });
    expect(() => p.step("gate", judge, { inputs: { numbers: read.out.numbers } })).toThrow(/taken/);
    expect(() => p.step("a/b", judge, { inputs: { numbers: read.out.numbers } })).toThrow(/must start with a letter/);
    const each = p.map("each", read.out.numbers, scale, { inputs: { numbers: read.out.numbers } });
    p.step("sum", addUp, { inputs: { parts: each.out.scaled } });
    // @ts-expect-error one artifact is wanted, not a list
    expect(() => p.step("bad", report, { inputs: { total: each.out.scaled } })).toThrow(/not a list/);
    expect(() => p.map("bad", read.out.numbers, scale, { inputs: { numbers: read.out.numbers }, as: "itm" })).toThrow(
      /did you mean item/,
    );
  });
});

const planned = async (options: unknown, set = {}) => {
  const world = await openWorld();
  const pipeline = definePipeline("one", (p) => {
    const read = p.step("read", readNumbers, { inputs: {}, options: { path: "numbers.txt" } });
    p.step("gate", judge, { inputs: { numbers: read.out.numbers }, options: options as never });
  });
  return planPipeline(pipeline, { ...world.stores, project: world.project, set });
};

test("a plan is JSON with resolved options and watermarks", async () => {
  const plan = await planned({ least: 3 });
  expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  expect(plan.nodes[1]).toMatchObject({
    step: { module: "millrace:src/pipeline/fixtures/steps.ts", export: "judge", name: "judge", version: 1 },
    options: { least: 3, note: "" },
    inputs: { numbers: { refs: [{ node: "read", output: "numbers" }], many: false, optional: false } },
  });
  expect(plan.nodes[0]!.watermark).toEqual({ files: { "numbers.txt": expect.stringMatching(/^sha256:/) } });
});

test("`set` changes options by node and path, and is checked like them", async () => {
  expect((await planned({}, { "gate.least": 5 })).nodes[1]!.options).toMatchObject({ least: 5 });
  await expect(planned({}, { "gat.least": 5 })).rejects.toMatchObject({ code: "PIPELINE_STEP_UNKNOWN" });
  await expect(planned({}, { "gate.leest": 5 })).rejects.toMatchObject({
    code: "PIPELINE_OPTION_INVALID",
    message: expect.stringContaining("did you mean least?"),
  });
});

test.each([
  [{ note: () => "x" }, "a function"],
  [{ note: { deep: [new Date(0)] } }, "a Date"],
  [{ least: Number.NaN }, "a number (NaN)"],
  [{ note: 1n }, "a bigint"],
])("an option that JSON cannot carry is refused: %o", async (options, message) => {
  await expect(planned(options)).rejects.toMatchObject({
    code: "PIPELINE_OPTION_NOT_PORTABLE",
    message: expect.stringContaining(message),
  });
});

test("a reference to code in options must lead to an export", async () => {
  await expect(planned({ note: "rules.ts#isHigh" })).rejects.toMatchObject({ code: "PIPELINE_MODULE_MISSING" });
});
