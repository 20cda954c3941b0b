import { readFileSync } from "node:fs";
import type { Column, Frame } from "@millrace/program";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  compareWindows,
  computeStatistics,
  type DriftOptions,
  type DriftTest,
  driftTests,
  practicalThresholds,
  schemaFromText,
  validateDataset,
} from "#validate";
import { goldenCsv } from "../goldens/golden-csv.ts";
import { meanMove } from "./tests/mean-move.ts";

// Values frozen by ../oracle/drift.oracle.py (scipy).
const oracle = JSON.parse(readFileSync(new URL("../oracle/drift.golden.json", import.meta.url), "utf8"));

const frame = (columns: Record<string, Column>): Frame => {
  const [first] = Object.values(columns);
  const rows = first!.type === "string" ? first!.codes.length : first!.values.length;
  return { rows, columns: new Map(Object.entries(columns)) };
};
const numbers = (values: readonly number[]): Column => ({ type: "number", values: Float64Array.from(values) });
const levels = (counts: readonly number[]): Column => ({
  type: "string",
  levels: counts.map((_, level) => `level ${level}`),
  codes: Int32Array.from(counts.flatMap((count, level) => Array.from({ length: count }, () => level))),
});
const one = (a: Column, b: Column, options: DriftOptions) =>
  compareWindows(frame({ x: a }), frame({ x: b }), options).columns[0]!;
const close = (value: number | null, expected: number, tolerance = 1e-11) =>
  expect(Math.abs(value! - expected), `${value} against ${expected}`).toBeLessThanOrEqual(tolerance);

describe("against scipy", () => {
  test.each(["chi2", "gtest", "js", "hellinger", "tvd", "linf", "nad"])("%s", (name) => {
    for (const table of oracle.tables) {
      const found = one(levels(table.a), levels(table.b), { tests: [name] });
      close(found.value, table[name]);
      if (found.detail.nullFrom === "formula" && `${name}P` in table)
        close(found.detail.pValue as number, table[`${name}P`], 1e-9);
    }
  });

  test("Wasserstein of weighted samples", () => {
    for (const { a, b, aWeights, bWeights, wasserstein } of oracle.moves) {
      const sorted = (values: number[], weights: number[]) => {
        const order = values.map((_, i) => i).sort((i, j) => values[i]! - values[j]!);
        return [Float64Array.from(order, (i) => values[i]!), Float64Array.from(order, (i) => weights[i]!)] as const;
      };
      const [x, v] = sorted(a, aWeights);
      const [y, w] = sorted(b, bWeights);
      close(meanMove(x, y, v, w), wasserstein, 1e-12);
    }
  });
});

test("two shuffled parts of the taxi trips, of which the reference says 0.28 to 0.70, stay below 0.005", () => {
  const taxi = new URL("../goldens/tfdv/taxi/", import.meta.url);
  const train = goldenCsv(new URL("train.csv", taxi));
  const evaluation = goldenCsv(new URL("eval.csv", taxi));
  const { columns } = compareWindows(train, evaluation, { tests: ["js"] });
  const numeric = ["trip_miles", "fare", "trip_seconds", "tips"];
  for (const { name, value } of columns.filter((column) => numeric.includes(column.name)))
    expect(value, name).toBeLessThanOrEqual(0.005);
  const reference = compareWindows(train, evaluation, { tests: ["js"], compat: "tfdv", columns: numeric }).columns;
  expect(reference.find(({ name }) => name === "trip_miles")!.value).toBeGreaterThan(0.6);
});

test("a schema's comparators see no drift in the shuffled taxi trips from statistics alone", () => {
  const taxi = new URL("../goldens/tfdv/taxi/", import.meta.url);
  const [train, evaluation] = ["train.csv", "eval.csv"].map((name) =>
    computeStatistics(goldenCsv(new URL(name, taxi))),
  );
  const comparator = "drift_comparator { jensen_shannon_divergence { threshold: 0 } }";
  const names = ["trip_miles", "fare", "trip_seconds", "tips"];
  const schema = schemaFromText(
    names.map((name) => `feature { name: "${name}" type: FLOAT ${comparator} }`).join("\n"),
  );
  const { driftSkew } = validateDataset(evaluation!, schema, { previous: { statistics: train! } });
  expect(driftSkew.map(({ feature }) => feature)).toEqual(names);
  for (const { feature, value } of driftSkew) expect(value, feature).toBeLessThanOrEqual(0.005);
});

describe("like is compared with like", () => {
  const special = [Number.NaN, Infinity, -Infinity];
  const mixed = (offset: number) =>
    numbers([...Array.from({ length: 300 }, (_, i) => i + offset), ...special.flatMap((x) => Array(30).fill(x))]);

  test.each(Object.keys(driftTests))("%s: equal NaN and infinities on both sides are no drift", (name) => {
    const kind = driftTests[name]!.traits.types.includes("numeric") ? mixed(0) : levels([40, 30]);
    expect(one(kind, kind, { tests: [name] }).drifted).toBe(false);
  });

  test("an infinity that changes its sign is drift, and so is NaN that becomes infinite", () => {
    const [a, b, c] = special.map((x) => numbers([...Array.from({ length: 300 }, (_, i) => i), ...Array(100).fill(x)]));
    for (const [reference, current] of [
      [a, b],
      [b, c],
    ])
      expect(one(reference!, current!, { tests: ["psi"] }).drifted).toBe(true);
  });
});

describe("weights", () => {
  const values = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 40, maxLength: 120 });
  const binned = ["psi", "js", "linf", "chi2", "gtest", "hellinger", "tvd", "missingShare", "ks", "wasserstein"];

  test("weights of one are no weights", () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        const windows = [a, b].map((all) => frame({ x: numbers(all), w: numbers(all.map(() => 1)) }));
        const weighted = compareWindows(windows[0]!, windows[1]!, { tests: binned, weight: "w", shuffles: 20 });
        const plain = compareWindows(windows[0]!, windows[1]!, { tests: binned, exclude: ["w"], shuffles: 20 });
        for (const [i, { value }] of weighted.columns.entries())
          close(value ?? 0, plain.columns[i]!.value ?? 0, 1e-12 * Math.max(1, value ?? 0));
      }),
      { numRuns: 30 },
    );
  });

  test("a weight of k gives the value of k equal rows, and no more certainty than the rows carry", () => {
    const a = Array.from({ length: 200 }, (_, i) => (i * 7) % 50);
    const b = Array.from({ length: 100 }, (_, i) => (i * 11) % 80);
    const weightOf = (_: number, i: number) => 1 + (i % 3);
    const repeated = (all: number[]) => all.flatMap((x, i) => Array(weightOf(x, i)).fill(x) as number[]);
    const tests = ["js", "linf", "chi2", "hellinger", "tvd", "ks", "wasserstein"];
    const plain = compareWindows(frame({ x: numbers(repeated(a)) }), frame({ x: numbers(repeated(b)) }), { tests });
    const weighted = compareWindows(
      frame({ x: numbers(a), w: numbers(a.map(weightOf)) }),
      frame({ x: numbers(b), w: numbers(b.map(weightOf)) }),
      { tests, weight: "w" },
    );
    // The bins' edges are those of the rows; whole numbers in 200 rows have the same deciles here.
    for (const [i, column] of weighted.columns.entries())
      if (["ks", "wasserstein"].includes(column.test)) close(column.value, plain.columns[i]!.value!, 1e-9);
    for (const { detail } of weighted.columns) expect(detail.spread as number).toBeGreaterThan(0);
  });

  test("a weight that is none", () => {
    const a = frame({ x: numbers([1, 2]), w: numbers([1, -1]) });
    expect(() => compareWindows(a, a, { weight: "w" })).toThrow(
      expect.objectContaining({ code: "VALIDATE_WEIGHT_INVALID" }),
    );
  });
});

test("slices: drift of one part is found there", () => {
  const rows = 600;
  const part = levels([300, 300]);
  const a = frame({ part, x: numbers(Array.from({ length: rows }, (_, i) => i % 97)) });
  const b = frame({ part, x: numbers(Array.from({ length: rows }, (_, i) => (i % 97) + (i < 300 ? 0 : 60))) });
  const report = compareWindows(a, b, { slices: ["part"], tests: ["psi"] });
  expect(report.slices?.map(({ slice, drifted, rows: of }) => [slice, drifted, of.current])).toEqual([
    ["part=level 0", false, 300],
    ["part=level 1", true, 300],
  ]);
});

test("a column without a value takes the other's type: one value more is no drift, many are", () => {
  const none: Column = { type: "string", levels: [], codes: new Int32Array(200).fill(-1) };
  const some = (count: number): Column => ({
    type: "integer",
    values: new Float64Array(200),
    missing: Uint8Array.from({ length: 200 }, (_, i) => (i < count ? 0 : 1)),
  });
  const compare = (a: Column, b: Column) => compareWindows(frame({ x: a }), frame({ x: b }));
  expect(compare(none, some(1)).drifted).toBe(false);
  expect(compare(none, some(150)).drifted).toBe(true);
  expect(compare(some(150), none).drifted).toBe(true);
});

test("a test of one's own", () => {
  const range: DriftTest = {
    kind: "drift-test",
    name: "range",
    version: "1",
    traits: { types: ["numeric"], direction: "up", minRows: 1 },
    compare: (a, b) => ({
      value: Math.abs(a.sorted.at(-1)! - b.sorted.at(-1)!),
      expected: 0,
      spread: 0,
      pValue: 0,
      detail: {},
    }),
  };
  expect(one(numbers([1, 5]), numbers([1, 9]), { tests: [range], thresholds: { range: 3 } })).toMatchObject({
    test: "range",
    value: 4,
    drifted: true,
  });
});

test("compat tfdv: 20 % NaN on both sides are 0.2 apart, as in the reference; unknown tests are refused", () => {
  const x = numbers([...Array.from({ length: 80 }, (_, i) => i), ...Array(20).fill(Number.NaN)]);
  const found = one(x, x, { compat: "tfdv" });
  expect(found.test).toBe("js");
  close(found.value, 0.2);
  expect(() => one(x, x, { compat: "tfdv", tests: ["psi"] })).toThrow(
    expect.objectContaining({ code: "VALIDATE_DRIFT_TEST_UNKNOWN" }),
  );
});

test("docs/reference/drift-tests.md says of every test what the code does", () => {
  const page = readFileSync(new URL("../../../docs/reference/drift-tests.md", import.meta.url), "utf8");
  const rows = [...page.matchAll(/^\| `(\w+)` \| ([^|]+) \| (\w+) \| (\d+) \| ([\d.]+) \|/gm)];
  const documented = rows.map(([, name, types, direction, minRows, threshold]) => [
    name,
    types!.trim().split(", "),
    direction,
    Number(minRows),
    Number(threshold),
  ]);
  expect(documented).toEqual(
    Object.values(driftTests).map(({ name, traits }) => [
      name,
      [...traits.types],
      traits.direction,
      traits.minRows,
      practicalThresholds[name],
    ]),
  );
});
