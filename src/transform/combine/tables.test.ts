import type { Column, Frame } from "@millrace/program";
import { expect, test } from "vitest";
import { plainContext, randomStream } from "#kernel";
import { featureMatrix } from "../feature-matrix.ts";
import { fitTransform } from "../fit-transform.ts";

const rows = 4000;
const random = randomStream(4, "tables");
const whole = (most: number) => Float64Array.from({ length: rows }, () => random.integer(most));
const month = whole(12);
const day = whole(28);
const shop = whole(200);
const size = Float64Array.from({ length: rows }, () => random.uniform());
/** Weather of each day and luck of each shop: nothing that an order of the numbers tells. */
const weather = Float64Array.from({ length: 12 * 28 }, () => random.uniform());
const luck = Float64Array.from({ length: 200 }, () => random.uniform());
const chance = Float64Array.from({ length: rows }, () => random.uniform());

const frameOf = (y: Float64Array, more: Record<string, Column> = {}): Frame => ({
  rows,
  columns: new Map<string, Column>([
    ["month", { type: "integer", values: month }],
    ["day", { type: "integer", values: day }],
    ["shop", { type: "integer", values: shop }],
    ["size", { type: "number", values: size }],
    ...Object.entries(more),
    ["y", { type: "number", values: y }],
  ]),
});
const label = (p: (i: number) => number) => chance.map((c, i) => (c < p(i) ? 1 : 0));
const labels = label((i) => 0.5 * weather[month[i]! * 28 + day[i]!]! + 0.5 * luck[shop[i]!]!);
const planOf = (frame: Frame, task: "binary" | "regression" = "binary", tables = 4) =>
  fitTransform(frame, { task, target: "y" }, { tables }, plainContext({ seed: 1 }));
const found = (made: ReturnType<typeof planOf>) =>
  made.features.filter(({ table, for: kinds }) => table === true && kinds.includes("trees")).map(({ name }) => name);

test("a number that is a name and two numbers that are a day are found; what ranges tell is not taken for one", () => {
  const names = found(planOf(frameOf(labels)));
  expect(names).toContain("shop:target");
  expect(names).toContain("month × day:target");
  expect(names.every((name) => name.includes("shop") || name === "month × day:target")).toBe(true);
  expect(found(planOf(frameOf(label((i) => 0.2 + 0.5 * size[i]! + (month[i]! < 6 ? 0.2 : 0)))))).toEqual([]);
  expect(found(planOf(frameOf(label(() => 0.5))))).toEqual([]);
});

test("no row is told its own label, and the program gives what all rows give", () => {
  const frame = frameOf(labels);
  const made = planOf(frame);
  const table = (training: boolean, of = made, on = frame) =>
    featureMatrix(of, on, { for: "trees", training }).find(({ name }) => name === "month × day:target")!.values;
  const before = table(true);
  for (const row of [0, 99, 2500]) {
    const other = frameOf(labels.map((y, i) => (i === row ? 1 - y : y)));
    expect(table(true, planOf(other), other)[row]).toBe(before[row]);
  }
  // Smoothed means, counted by hand.
  const mean = labels.reduce((sum, y) => sum + y, 0) / rows;
  const scored = table(false);
  for (const row of [1, 77, 3000]) {
    const same = Array.from(labels.keys()).filter((i) => month[i] === month[row] && day[i] === day[row]);
    const sum = same.reduce((one, i) => one + labels[i]!, 0);
    expect(scored[row]).toBeCloseTo((sum + 10 * mean) / (same.length + 10), 12);
  }
});

test("texts, missing and unseen values are cells too", () => {
  const levels = Array.from({ length: 28 }, (_, k) => `d${k}`);
  const text: Column = {
    type: "string",
    levels,
    codes: Int32Array.from(day, (d, i) => (i % 50 === 0 ? -1 : d)),
  };
  const missing = Uint8Array.from(month, (_, i) => (i % 40 === 1 ? 1 : 0));
  const frame = frameOf(labels, { day: text, month: { type: "integer", values: month, missing } });
  const made = planOf(frame);
  expect(found(made)).toContain("month × day:target");
  const other: Frame = {
    rows: 2,
    columns: new Map<string, Column>([
      ["month", { type: "integer", values: Float64Array.of(3, 0), missing: Uint8Array.of(0, 1) }],
      ["day", { type: "string", levels: ["never"], codes: Int32Array.of(0, -1) }],
      ["shop", { type: "integer", values: Float64Array.of(999, 5) }],
      ["size", { type: "number", values: Float64Array.of(0.5, 0.1) }],
    ]),
  };
  for (const { values, name } of featureMatrix(made, other, { for: "trees" }))
    if (name.includes(":target")) for (const value of values) expect(value >= 0 && value <= 1).toBe(true);
});

test("how frequent a cell is: counted by hand, of new rows as of training rows, and single ones as none", () => {
  const frame = frameOf(labels);
  const options = { tables: 4, tableFrequencies: true };
  const made = fitTransform(frame, { task: "binary", target: "y" }, options, plainContext({ seed: 1 }));
  const of = (on: Frame, training: boolean) =>
    featureMatrix(made, on, { for: "trees", training }).find(({ name }) => name === "month × day:frequency")!.values;
  const counts = new Map<number, number>();
  for (const [i, m] of month.entries()) counts.set(m * 28 + day[i]!, (counts.get(m * 28 + day[i]!) ?? 0) + 1);
  const byHand = Float64Array.from(month, (m, i) => {
    const count = counts.get(m * 28 + day[i]!)!;
    return count > 1 ? count / rows : 0;
  });
  expect(of(frame, true)).toEqual(byHand);
  expect(of(frame, false)).toEqual(byHand);
  const elsewhere = new Map(frame.columns);
  elsewhere.set("month", { type: "integer", values: month.map(() => 77) });
  expect(of({ rows, columns: elsewhere }, false).every((share) => share < 0.01)).toBe(true);
  expect(planOf(frame).features.some(({ frequency }) => frequency === true)).toBe(false);
});
