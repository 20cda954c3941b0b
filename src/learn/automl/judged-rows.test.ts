import type { Column } from "@millrace/program";
import { expect, test } from "vitest";
import { judgeBy } from "./judged-rows.ts";
import { automlOptionsSchema } from "./model.ts";
import { labelledRows } from "./training-rows.ts";

const options = (own: object = {}) =>
  automlOptionsSchema.parse({ target: "y", task: "multiclass", folds: "auto", seed: 2, ...own });
const rowsOf = (count: number, make: (row: number) => number, classOf: (row: number) => number) => {
  const places = Array.from({ length: count }, (_, row) => row);
  const columns = new Map<string, Column>([
    ["x", { type: "number", values: Float64Array.from(places, make) }],
    ["g", { type: "number", values: Float64Array.from(places, (row) => row % 40) }],
    ["y", { type: "string", levels: ["a", "b", "rare"], codes: Int32Array.from(places, classOf) }],
  ]);
  return labelledRows({ rows: count, columns }, options());
};

test("every row is judged once, and a class of two rows is dealt as it can be", () => {
  const all = rowsOf(
    500,
    (row) => row,
    (row) => (row === 7 || row === 9 ? 2 : Math.floor(row / 10) % 2),
  );
  const { folds, judged, starts } = judgeBy(all, undefined, options());
  expect(folds).toHaveLength(5);
  expect(starts.at(-1)).toBe(500);
  const tested = folds.flatMap(({ test }) => [...test]);
  expect(tested.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 500 }, (_, i) => i));
  expect([...judged.target.values]).toEqual(tested.map((row) => all.target.values[row]));
  for (const { train, test } of folds) expect(new Set([...train, ...test]).size).toBe(500);
});

test("groups stay on one side", () => {
  const all = rowsOf(
    480,
    (row) => row,
    (row) => row % 2,
  );
  for (const { train, test } of judgeBy(all, undefined, options({ group: "g" })).folds) {
    const groups = new Set([...train].map((row) => row % 40));
    expect([...test].some((row) => groups.has(row % 40))).toBe(false);
  }
});

test("many rows are judged by one fold of a fifth", () => {
  const { folds, judged } = judgeBy(
    rowsOf(
      9000,
      (row) => row,
      (row) => row % 2,
    ),
    undefined,
    options(),
  );
  expect([folds.length, judged.frame.rows]).toEqual([1, 1800]);
});
