import type { Column, Frame } from "@millrace/program";
import { describe, expect, test } from "vitest";
import { plainContext, randomStream } from "#kernel";
import { featureMatrix, fitTransform } from "#transform";

const numbers = (values: readonly number[], type: "number" | "timestamp" = "number"): Column => ({
  type,
  values: Float64Array.from(values),
});
const text = (values: readonly (string | null)[]): Column => {
  const levels = [...new Set(values.filter((value) => value !== null))];
  return {
    type: "string",
    levels,
    codes: Int32Array.from(values, (value) => (value === null ? -1 : levels.indexOf(value))),
  };
};
const frameOf = (columns: Readonly<Record<string, Column>>, rows: number): Frame => ({
  rows,
  columns: new Map(Object.entries(columns)),
});
const plan = (frame: Frame, options: object, more: object = {}) =>
  fitTransform(frame, { task: "binary", target: "y", ...more }, options, plainContext({ seed: 2 }));
const valuesOf = (frame: Frame, made: ReturnType<typeof plan>, name: string, training: boolean) =>
  Array.from(featureMatrix(made, frame, { for: "trees", training }).find((feature) => feature.name === name)!.values);

describe("aggregates by key", () => {
  const day = 86_400_000_000;
  const frame = frameOf(
    {
      who: text(["a", "b", "a", "a", null, "b"]),
      paid: numbers([10, 4, 20, 60, 7, 8]),
      at: numbers(
        [1, 1, 2, 2, 3, 4].map((one) => one * day),
        "timestamp",
      ),
      y: numbers([0, 1, 0, 1, 1, 0]),
    },
    6,
  );
  const aggregates = [
    { by: "who", what: "count" },
    { by: "who", of: "paid", what: "mean" },
    { by: "who", of: "paid", what: "max" },
  ];

  test("give training rows what was known before their time, and later rows what all gave", () => {
    const made = plan(frame, { aggregates }, { columns: { time: "at" } });
    const mean = 109 / 6;
    expect(valuesOf(frame, made, "who: count", true)).toEqual([0, 0, 1, 1, 0, 1]);
    expect(valuesOf(frame, made, "who: mean of paid", true)).toEqual([mean, mean, 10, 10, mean, 4]);
    expect(valuesOf(frame, made, "who: max of paid", true)).toEqual([60, 60, 10, 10, 60, 4]);
    expect(valuesOf(frame, made, "who: mean of paid", false)).toEqual([30, 6, 30, 30, mean, 6]);
  });

  test("of a column that is no text, or is not there, are refused", () => {
    expect(() => plan(frame, { aggregates: [{ by: "paid", what: "count" }] })).toThrow(/"paid", which is no text/);
    expect(() => plan(frame, { aggregates: [{ by: "who", of: "payed", what: "mean" }] })).toThrow(/the only one known is paid/);
    expect(() => plan(frame, { crosses: [["who", "paid"]] })).toThrow(/"paid", which is no text/);
  });
});

test("a cross is the texts of both, missing where one is", () => {
  const frame = frameOf(
    {
      a: text(["x", "x", "y", null, "y", "x"]),
      b: text(["p", "q", "p", "p", "p", "p"]),
      y: numbers([0, 1, 0, 1, 0, 1]),
    },
    6,
  );
  const made = plan(frame, { crosses: [["a", "b"]], minLevelRows: 1 });
  const [cross] = featureMatrix(made, frame, { for: "trees" }).filter(({ name }) => name === "a × b");
  expect([Array.from(cross!.values), Array.from(cross!.missing!)]).toEqual([
    [0, 1, 2, 0, 2, 0],
    [0, 0, 0, 1, 0, 0],
  ]);
});

describe("of many numbers", () => {
  const rows = 1200;
  const random = randomStream(3, "combine");
  const column = () => Array.from({ length: rows }, () => 1 + 9 * random.uniform());
  const names = Array.from({ length: 10 }, (_, k) => `x${k}`);
  const values = Object.fromEntries(names.map((name) => [name, column()]));
  const target = values.x3!.map((x, i) => (x / values.x7![i]! > 1 ? 1 : 0));
  const columns = Object.fromEntries(names.map((name) => [name, numbers(values[name]!)]));
  const frame = frameOf({ ...columns, y: numbers(target) }, rows);

  test("the ratio that tells the target is found, and no more than asked for", () => {
    const made = plan(frame, { combinations: 1 });
    const added = made.features.filter(({ name }) => name.includes(" ")).map(({ name }) => name);
    expect(added.filter((name) => !name.includes(":"))).toHaveLength(1);
    expect(added[0]).toMatch(/^(x3 [/-] x7|x7 [/-] x3)$/);
    // nothing tells a target of coins
    const coins = frameOf({ ...columns, y: numbers(target.map(() => random.integer(2))) }, rows);
    const chance = plan(coins, { combinations: 3, mostFeatures: 4 });
    expect(chance.features.filter(({ for: kinds }) => kinds.includes("trees"))).toHaveLength(4);
  });

  test("those that tell the target are kept", () => {
    const made = plan(frame, { mostFeatures: 2 });
    const kept = (kind: "trees" | "linear") =>
      made.features.filter((feature) => feature.for.includes(kind)).map(({ name }) => name);
    expect([kept("trees"), kept("linear")]).toEqual([
      ["x3", "x7"],
      ["x3:scaled", "x7:scaled"],
    ]);
  });
});

test("no training row is told its own label by a table, of several classes neither", () => {
  const rows = 900;
  const random = randomStream(8, "leak");
  const key = text(Array.from({ length: rows }, () => `k${random.integer(300)}`));
  const labels = Float64Array.from({ length: rows }, () => random.integer(3));
  const tables = (targetValues: Float64Array) => {
    const frame = frameOf({ key, other: numbers(Array.from({ length: rows }, (_, i) => i)) }, rows);
    const made = fitTransform(
      frame,
      { task: "multiclass", target: "y", targetValues, classes: 3 },
      {},
      plainContext({ seed: 1 }),
    );
    return featureMatrix(made, frame, { for: "trees", training: true }).filter(({ name }) => name.includes(":target:"));
  };
  const before = tables(labels);
  expect(before.map(({ name }) => name)).toEqual(["key:target:0", "key:target:1", "key:target:2"]);
  for (const row of [0, 17, 444, 899]) {
    const after = tables(labels.map((label, i) => (i === row ? (label + 1) % 3 : label)));
    before.forEach(({ values }, k) => {
      expect(after[k]!.values[row]).toBe(values[row]);
    });
  }
});
