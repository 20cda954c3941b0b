import { readFileSync } from "node:fs";
import { type Frame, load, type Program, type ProgramNode, type Tensor } from "@millrace/program";
import { importLightGbm } from "@millrace/program/import";
import { expect, test } from "vitest";
import { exploreInputs, partialDependence, scoredModel, summarizeContributions } from "#evaluate";
import { columnOf } from "./columns.ts";

// Of shap: freeze-explain.py.
const golden = JSON.parse(readFileSync(new URL("explain.golden.json", import.meta.url), "utf8")) as {
  text: string;
  X: Record<string, number[]>;
  y: number[];
};
const frameOf = (columns: Record<string, (number | null)[]>): Frame => ({
  rows: Object.values(columns)[0]!.length,
  columns: new Map(Object.entries(columns).map(([name, values]) => [name, columnOf("number", values)])),
});
const X = frameOf(golden.X);
const source = importLightGbm(golden.text);
const f64 = (...values: number[]): Tensor => ({ type: "f64", values: Float64Array.from(values) }) as Tensor;

test("contributions in short are those of a linear model by hand", () => {
  const inputs = ["x", "z"].map((name) => ({ name, type: "number" as const, missingAllowed: true }));
  const nodes: ProgramNode[] = [
    { op: "linear", version: 1, inputs: [0, 1], attributes: { weights: { tensor: "w" }, bias: 0.5 } },
  ];
  const program: Program = { format: 1, inputs, nodes, outputs: { task: "regression", score: 2 } };
  const xs = Array.from({ length: 60 }, (_, i) => i - 29.5);
  const zs = xs.map((_, i) => (i % 3) - 1);
  const found = summarizeContributions({ program, tensors: new Map([["w", f64(2, -3)]]) }, frameOf({ x: xs, z: zs }));
  // Without a background a contribution is weight × value: |2 x| is 30 on average, |−3 z| 2.
  expect(found).toMatchObject({ rows: 60, margin: "value", inputs: [{ input: "x" }, { input: "z" }] });
  const [x, z] = found!.inputs;
  expect([x!.mean, z!.mean]).toEqual([30, 2]);
  expect([x!.whenLow, x!.whenHigh]).toEqual([-40, 40]);
  expect([z!.whenLow, z!.whenHigh, z!.low, z!.high]).toEqual([3, -3, -3, 3]);
});

test("what is told of an input is its partial dependence, and no row's own value", () => {
  const model = scoredModel(load(source));
  const labels = golden.y.map((value) => (value > 0.5 ? 1 : 0));
  const found = exploreInputs(source, model, "binary", X, { labels }, { metric: "rocAucScore", seed: 3 });
  expect(found.importances.map(({ input }) => input).toSorted()).toEqual(Object.keys(golden.X).toSorted());
  expect(found.dependence[0]!.input).toBe(found.importances[0]!.input);
  for (const { input, points, single = [], accumulated = [] } of found.dependence) {
    const grid = points.map(({ value }) => value);
    const rows = Math.min(200, X.rows);
    const some = frameOf(Object.fromEntries(Object.entries(golden.X).map(([name, all]) => [name, all.slice(0, rows)])));
    const whole = partialDependence(model, some, { input, grid, rows: 20 });
    expect(points.map(({ effect }) => effect)).toEqual(whole.points.map(({ effect }) => effect));
    single.forEach((scores, row) => {
      for (const [k, score] of scores.entries()) expect(score).toBeCloseTo(whole.curves[row]![k]![0]!, 3);
    });
    const values = [...grid, ...accumulated.map(({ value }) => value)] as number[];
    for (const value of values) expect(value).toBe(Number(value.toPrecision(2)));
    const least = Math.min(...golden.X[input]!.slice(0, rows));
    if (new Set(golden.X[input]).size > 20) expect(Math.min(...values)).toBeGreaterThan(least);
  }
});

test("rows that define no metric, and a program that cannot be taken apart, leave out what depends on them", () => {
  const model = scoredModel(load(source));
  const found = exploreInputs(null, model, "binary", X, { labels: golden.y.map(() => 1) }, { metric: null, seed: 1 });
  expect(found).toEqual({ importances: [], contributions: null, dependence: [] });
});
