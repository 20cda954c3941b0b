import { type Frame, load, type Program, type Tensor } from "@millrace/program";
import { expect, test } from "vitest";
import { behaviourSchema, measureRobustness, runBehaviours, scoredModel } from "#evaluate";
import { randomStream } from "#kernel";
import { columnOf } from "../explain/columns.ts";
import { addNoise, loseValues, mistype } from "./perturb.ts";

/** score = x + 2 · (plan = "pro"), missing counts as 0. */
const program: Program = {
  format: 1,
  inputs: [
    { name: "x", type: "number", missingAllowed: true },
    { name: "plan", type: "string", missingAllowed: true },
  ],
  nodes: [
    { op: "impute", version: 1, inputs: [0], attributes: { value: 0 } },
    { op: "oneHot", version: 1, inputs: [1], attributes: { levels: ["pro"], other: false, missing: false } },
    { op: "linear", version: 1, inputs: [2, 3], attributes: { weights: { tensor: "w" }, bias: 0 } },
  ],
  outputs: { task: "regression", score: 4 },
};
const tensors = new Map<string, Tensor>([["w", { type: "f64", values: Float64Array.of(1, 2) }]]);
const scorer = load({ program, tensors });
const model = scoredModel(scorer);
const random = randomStream(1, "test");
const rows = 2000;
const frame: Frame = {
  rows,
  columns: new Map([
    [
      "x",
      columnOf(
        "number",
        Array.from({ length: rows }, () => random.uniform() * 10),
      ),
    ],
    [
      "plan",
      columnOf(
        "string",
        Array.from({ length: rows }, (_, k) => (k % 2 === 0 ? "pro" : "basic")),
      ),
    ],
  ]),
};
const labels = model.score(frame);

test("a perfect model loses what the fault takes", () => {
  const found = measureRobustness(
    model,
    "regression",
    frame,
    { labels },
    { metric: "rmseError", noise: 0.5, units: ["x"] },
  );
  const byKind = new Map(found.map((one) => [one.kind, one]));
  // half of the standard deviation of a uniform number of 0 … 10
  expect(byKind.get("noise")!.loss).toBeCloseTo(0.5 * (10 / Math.sqrt(12)), 1);
  // 5 % of x lost: √(0.05 · E x²), and 5 % of "pro": √(0.05 · 2²/2)
  expect(byKind.get("missing")!.loss).toBeCloseTo(Math.sqrt(0.05 * (100 / 3) + 0.05 * 2), 0);
  expect(byKind.get("typo")!.loss).toBeCloseTo(Math.sqrt((0.05 * 4) / 2), 1);
  expect(byKind.get("unit")!.loss).toBeCloseTo(999 * Math.sqrt(100 / 3), -3);
  for (const { loss, low, high, before } of found) {
    expect(before).toBe(0);
    expect(low!).toBeLessThanOrEqual(loss);
    expect(high!).toBeGreaterThanOrEqual(loss);
  }
});

test("faults change as many cells as they say, the same ones again, and leave the rows alone", () => {
  const lost = loseValues(model, frame, 0.2, 7);
  const count = (one: Frame) => one.columns.get("x")!;
  expect(loseValues(model, frame, 0.2, 7)).toEqual(lost);
  const column = count(lost.frame);
  if (column.type === "string") throw new Error("x is a number");
  expect(column.missing!.reduce((sum, one) => sum + one, 0) / rows).toBeCloseTo(0.2, 1);
  expect(addNoise(model, frame, 0, 7).frame.columns.get("x")).toEqual(frame.columns.get("x"));
  const typed = mistype(model, frame, 1, 7).frame.columns.get("plan")!;
  if (typed.type !== "string") throw new Error("plan is text");
  for (const level of new Set(typed.codes)) expect(["pro", "basic"]).not.toContain(typed.levels[level]);
  expect(model.score(frame)).toEqual(labels);
});

test("promises are kept or broken, and say in how many rows", () => {
  const behaviours = behaviourSchema.array().parse([
    { test: "direction", name: "more x, more score", input: "x", by: 1, moves: "up" },
    { test: "direction", name: "more x, less score", input: "x", by: 1, moves: "down" },
    { test: "invariance", name: "the plan says nothing", input: "plan", values: ["pro"], within: 0.1 },
    { test: "invariance", name: "the plan says little", input: "plan", values: ["pro"], within: 2.5 },
    {
      test: "examples",
      name: "known cases",
      share: 0.5,
      rows: [
        { row: { x: 1, plan: "pro" }, low: 3, high: 3 },
        { row: { x: 1, plan: null }, low: 2 },
      ],
    },
  ]);
  const found = runBehaviours(scorer, frame, behaviours);
  expect(found.map(({ passed, broken }) => [passed, broken])).toEqual([
    [true, 0],
    [false, 2000],
    [false, 1000],
    [true, 0],
    [true, 1],
  ]);
  expect(found[2]!.evidence).toBe("it holds in 1000 of 2000 rows; the score moves by 2 at most.");
});
