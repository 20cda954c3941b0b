import { readFileSync } from "node:fs";
import { type Frame, load } from "@millrace/program";
import { explain } from "@millrace/program/explain";
import { importLightGbm } from "@millrace/program/import";
import { describe, expect, test } from "vitest";
import {
  accumulatedEffects,
  findCounterfactuals,
  measureSurrogate,
  partialDependence,
  permutationImportance,
  scoredModel,
} from "#evaluate";
import { columnOf, takeFrame } from "./columns.ts";

interface Golden {
  readonly text: string;
  readonly X: Record<string, number[]>;
  readonly y: number[];
  readonly rows: Record<string, (number | null)[]>;
  readonly background: [number, number];
  readonly shap: number[][];
  readonly byDefinition: number[][];
  readonly base: number;
  readonly dependence: Record<string, { grid: number[]; mean: number[]; first: number[] }>;
  readonly importance: { mean: Record<string, number>; sd: Record<string, number> };
  readonly effects: Record<string, { edges: number[]; effect: number[]; rows: number[] }>;
}
/** Of shap, scikit-learn and PyALE: freeze-explain.py. */
const golden = JSON.parse(readFileSync(new URL("explain.golden.json", import.meta.url), "utf8")) as Golden;
/** In exact arithmetic over all coalitions: freeze-exact-shapley.py. */
const exact = JSON.parse(readFileSync(new URL("exact-shapley.golden.json", import.meta.url), "utf8")) as {
  readonly exact: number[][];
  readonly base: number;
  readonly shapIsOffBy: number;
};
const frameOf = (columns: Record<string, (number | null)[]>): Frame => ({
  rows: Object.values(columns)[0]!.length,
  columns: new Map(Object.entries(columns).map(([name, values]) => [name, columnOf("number", values)])),
});
const source = importLightGbm(golden.text);
const model = scoredModel(load(source));
const X = frameOf(golden.X);
const names = Object.keys(golden.X);
const everyNear = (found: readonly number[], wanted: readonly number[]) =>
  Math.max(...found.map((value, k) => Math.abs(value - wanted[k]!)));

test("interventional Shapley values are those of all coalitions in exact arithmetic, and shap's as far as it is exact", () => {
  const rows = Array.from({ length: 40 }, (_, k) => 100 + k);
  const explainer = explain(source, { background: takeFrame(X, rows), unknown: "interventional" });
  expect(Math.abs(explainer.base[0]! - exact.base)).toBeLessThan(1e-13);
  explainer.explainFrame(frameOf(golden.rows)).forEach(({ contributions }, row) => {
    const found = names.map((name) => contributions[name]?.[0] ?? 0);
    expect(everyNear(found, golden.byDefinition[row]!)).toBeLessThan(1e-12);
    expect(everyNear(found, exact.exact[row]!)).toBeLessThan(1e-13);
    // shap itself is as far from the exact values, and sends missing values elsewhere than LightGBM does.
    if (names.every((name) => golden.rows[name]![row] !== null))
      expect(everyNear(found, golden.shap[row]!)).toBeLessThan(exact.shapIsOffBy + 1e-12);
  });
});

test.each(names)("partial dependence of %s and its single curves are scikit-learn's", (input) => {
  const { grid, mean, first } = golden.dependence[input]!;
  const found = partialDependence(model, X, { input, grid, rows: 2 });
  expect(
    everyNear(
      found.points.map(({ effect }) => effect[0]!),
      mean,
    ),
  ).toBeLessThan(1e-12);
  expect(
    everyNear(
      found.curves[0]!.map(([score]) => score!),
      first,
    ),
  ).toBeLessThan(1e-12);
  expect(found.points.reduce((sum, { rows }) => sum + rows, 0)).toBe(X.rows);
});

test.each(["a", "c", "d"])("accumulated effects of %s are PyALE's", (input) => {
  const { edges, effect, rows } = golden.effects[input]!;
  const found = accumulatedEffects(model, X, { input, bins: 10 });
  expect(found.map(({ value }) => value)).toEqual(edges);
  expect(
    everyNear(
      found.map((one) => one.effect[0]!),
      effect,
    ),
  ).toBeLessThan(1e-12);
  expect(found.map((one) => one.rows)).toEqual(rows);
});

test("permutation importances agree with scikit-learn's within the noise of the shuffles", () => {
  const labels = Float64Array.from(golden.y);
  const found = permutationImportance(
    model,
    "regression",
    X,
    { labels },
    { metric: "rmseError", repeats: 60, seed: 4 },
  );
  const { mean, sd } = golden.importance;
  expect(found.map(({ input }) => input)).toEqual(names.toSorted((a, b) => mean[b]! - mean[a]!));
  for (const { input, loss, low, high } of found) {
    expect(Math.abs(loss - mean[input]!)).toBeLessThan(4 * sd[input]! * Math.sqrt(1 / 60 + 1 / 200));
    expect(low!).toBeLessThan(loss);
    expect(high!).toBeGreaterThan(loss);
  }
});

test("a metric of rankings has importances too, drawn by whole queries", () => {
  const queries = Array.from({ length: X.rows }, (_, row) => Math.floor(row / 10));
  const relevance = Array.from(golden.y, (value) => (value > 0 ? 1 : 0));
  const found = permutationImportance(
    model,
    "regression",
    X,
    { labels: relevance, ranking: { queries } },
    { metric: "ndcgScore", repeats: 1, seed: 4 },
  );
  expect(found[0]!.loss).toBeGreaterThan(0);
  for (const { loss, low, high } of found) {
    expect(low!).toBeLessThanOrEqual(loss);
    expect(high!).toBeGreaterThanOrEqual(loss);
  }
  expect(found[0]!.low!).toBeGreaterThan(0);
  // Rows that are all one query can only be drawn as they are.
  const one = permutationImportance(
    model,
    "regression",
    X,
    { labels: relevance, ranking: { queries: queries.map(() => 0) } },
    { metric: "ndcgScore", repeats: 1, seed: 4 },
  );
  for (const { loss, low, high } of one) expect([low, high]).toEqual([loss, loss]);
});

test("an input that the model does not read cannot be looked at", () => {
  expect(() => partialDependence(model, X, { input: "aa" })).toThrow(/no column "aa"/);
  expect(() =>
    accumulatedEffects(model, { ...X, columns: new Map([["a", columnOf("string", ["x"])]]) }, { input: "a" }),
  ).toThrow(/not a number or date/);
});

test("a surrogate is judged on new rows", async () => {
  const first = takeFrame(
    X,
    Array.from({ length: 200 }, (_, k) => k),
  );
  const rest = takeFrame(
    X,
    Array.from({ length: 200 }, (_, k) => 200 + k),
  );
  expect(await measureSurrogate(model, first, rest, (_, __, rows) => model.score(rows))).toEqual({
    fidelity: 1,
    rows: 200,
  });
  const mean = await measureSurrogate(model, first, rest, (_, scores, { rows }) =>
    new Float64Array(rows).fill(scores.reduce((sum, one) => sum + one, 0) / scores.length),
  );
  expect(mean.fidelity!).toBeLessThanOrEqual(0);
});

describe("counterfactuals", () => {
  const row = takeFrame(X, [5]);
  const score = model.score(row)[0]!;
  const wanted = (one: number) => one > score + 1;

  test("bring the other decision, nearest first, and change only what may change", () => {
    const found = findCounterfactuals(model, row, X, wanted, { fixed: ["b"], upOnly: ["a"] });
    expect(found.length).toBeGreaterThan(0);
    for (const { changes, score: after } of found) {
      const changed = new Map(row.columns);
      for (const { input, to } of changes) changed.set(input, columnOf("number", [to]));
      expect(model.score({ rows: 1, columns: changed })[0]).toBe(after);
      expect(wanted(after)).toBe(true);
      for (const { input, from, to } of changes) {
        expect(input).not.toBe("b");
        if (input === "a") expect(Number(to)).toBeGreaterThan(Number(from));
      }
    }
    const distances = found.map(({ distance }) => distance);
    expect(distances).toEqual(distances.toSorted((a, b) => a - b));
  });

  test("are as near as trying every pair of values finds", () => {
    const free = { fixed: ["b", "d"], values: 12, most: 2, keep: 1 };
    const [found] = findCounterfactuals(model, row, X, wanted, free);
    const grid = (input: string) => {
      const sorted = golden.X[input]!.toSorted((a, b) => a - b);
      return Array.from({ length: 12 }, (_, k) => sorted[Math.round((k / 11) * (sorted.length - 1))]!);
    };
    const spread = (input: string) => {
      const sorted = golden.X[input]!.toSorted((a, b) => a - b);
      const off = sorted.map((value) => Math.abs(value - sorted[200]!)).sort((a, b) => a - b);
      return off[200]!;
    };
    const own = { a: golden.X.a![5]!, c: golden.X.c![5]! };
    let nearest = Number.POSITIVE_INFINITY;
    for (const a of [own.a, ...grid("a")])
      for (const c of [own.c, ...grid("c")]) {
        const columns = new Map(row.columns).set("a", columnOf("number", [a])).set("c", columnOf("number", [c]));
        if (!wanted(model.score({ rows: 1, columns })[0]!)) continue;
        nearest = Math.min(nearest, Math.abs(a - own.a) / spread("a") + Math.abs(c - own.c) / spread("c"));
      }
    expect(found!.distance).toBeCloseTo(nearest, 9);
  });

  test("of a row that has the decision already are none", () => {
    expect(findCounterfactuals(model, row, X, () => true)).toEqual([]);
    expect(() => findCounterfactuals(model, row, X, wanted, { fixed: ["bb"] })).toThrow(/reads no "bb"/);
  });
});
