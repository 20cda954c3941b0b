import type { Column, Frame } from "@millrace/program";
import { expect, test } from "vitest";
import { plainContext, randomStream } from "#kernel";
import { overfitFew } from "#learn";

const random = randomStream(1, "feasibility");
const rows = 400;
const number = (values: readonly number[]): Column => ({ type: "number", values: Float64Array.from(values) });
const x = Array.from({ length: rows }, () => random.uniform());
const frameOf = (y: readonly number[], columns: Record<string, Column> = {}): Frame => ({
  rows,
  columns: new Map(Object.entries({ x: number(x), y: number(y), ...columns })),
});
const context = plainContext();

test("random answers can be learned by heart where a column tells the rows apart", async () => {
  const noise = x.map(() => random.integer(2));
  const found = await overfitFew({ train: frameOf(noise), target: "y", task: "binary" }, context);
  expect([found.rows, found.value, found.learns, found.contradictory]).toEqual([200, 1, true, 0]);
  const values = await overfitFew(
    { train: frameOf(x.map(() => random.uniform())), target: "y", task: "regression" },
    context,
  );
  expect(values.value).toBeGreaterThan(0.99);
});

test("rows that are alike with other answers cannot, and are counted", async () => {
  // Without x nothing but the colour is left: of each colour the more frequent answer is right.
  const colour: Column = { type: "string", levels: ["red", "blue"], codes: Int32Array.from(x, (_, k) => k % 2) };
  const y = x.map((_, k) => (k % 2 === 0 ? 1 : k % 4 === 1 ? 1 : 0));
  const train = frameOf(y, { colour });
  const found = await overfitFew({ train, target: "y", task: "binary", leftOut: ["x"] }, context);
  expect(found.learns).toBe(false);
  expect(found.value).toBeGreaterThan(0.65);
  expect(found.value).toBeLessThan(0.85);
  expect(found.contradictory).toBeGreaterThan(80);
  expect(found.message).toMatch(/alike in every column/);
});

test("several classes", async () => {
  const y = x.map((value) => Math.floor(value * 3));
  const found = await overfitFew({ train: frameOf(y), target: "y", task: "multiclass" }, context);
  expect([found.value, found.by]).toEqual([1, "accuracy"]);
});
