import { describe, expect, test } from "vitest";
import { z } from "zod";
import { parseOptions } from "./options.ts";

const schema = z.object({
  rate: z.number().min(0).max(1).default(0.1),
  layers: z
    .array(z.object({ width: z.number().int(), activation: z.enum(["relu", "tanh"]).default("relu") }))
    .default([]),
  sink: z
    .discriminatedUnion("kind", [
      z.object({ kind: z.literal("file"), path: z.string() }),
      z.object({ kind: z.literal("none") }),
    ])
    .optional(),
  labels: z.record(z.string(), z.object({ weight: z.number() })).optional(),
  extra: z.looseObject({ a: z.number().optional() }).optional(),
});

const problemsOf = (value: unknown): unknown => {
  try {
    parseOptions(schema, value, "train");
  } catch (error) {
    return (error as { facts: { problems: unknown } }).facts.problems;
  }
  return "valid";
};

describe("parseOptions", () => {
  test("fills in defaults and freezes to the bottom", () => {
    const options = parseOptions(schema, { layers: [{ width: 8 }] }, "train");
    expect(options).toEqual({ rate: 0.1, layers: [{ width: 8, activation: "relu" }] });
    expect([options, options.layers, options.layers[0]].every((part) => Object.isFrozen(part))).toBe(true);
    expect(parseOptions(schema, undefined, "train")).toEqual({ rate: 0.1, layers: [] });
  });

  test("leaves what is no plain data as it is", () => {
    const values = new Float64Array([1]);
    const options = parseOptions(z.object({ values: z.instanceof(Float64Array) }), { values }, "train");
    options.values[0] = 2;
    expect(values[0]).toBe(2);
  });

  test("names an unknown option and the nearest known, at any depth", () => {
    expect(problemsOf({ rat: 1 })).toEqual([
      'unknown option "rat" (did you mean rate? known are rate, layers, sink, labels, extra)',
    ]);
    expect(problemsOf({ layers: [{ width: 1 }, { width: 2, activaton: "tanh" }] })).toEqual([
      'unknown option "layers.1.activaton" (did you mean activation? known are width, activation)',
    ]);
    expect(problemsOf({ sink: { kind: "none", path: "x" } })).toEqual([
      'unknown option "sink.path" (the only one known is kind)',
    ]);
    expect(problemsOf({ labels: { yes: { weight: 1, wieght: 2 } } })).toEqual([
      'unknown option "labels.yes.wieght" (did you mean weight? the only one known is weight)',
    ]);
    expect(problemsOf({ extra: { anything: 1 }, sink: { kind: "file", path: "x" } })).toBe("valid");
  });

  test("names every wrong value with its path and limit", () => {
    const problems = problemsOf({ rate: 3, layers: [{ width: "wide" }] }) as string[];
    expect(problems).toHaveLength(2);
    expect(problems[0]).toMatch(/^rate: .*1/);
    expect(problems[1]).toMatch(/^layers\.0\.width: /);
    expect(problemsOf("text")).toEqual([expect.stringMatching(/^train: /)]);
    expect(problemsOf({ extras: 1 })).toHaveLength(1);
  });

  test("fails with the code that the caller gives", () => {
    expect(() => parseOptions(schema, { x: 1 }, "train", "KERNEL_JSON_INVALID")).toThrow(
      expect.objectContaining({ code: "KERNEL_JSON_INVALID" }),
    );
  });
});
