import type { Column } from "@millrace/program";
import { expect, test } from "vitest";
import { automlOptionsSchema } from "../model.ts";
import { firstFolds, judgeBy, judgedOnce, rowsJudged } from "./judged-rows.ts";
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
    1500,
    (row) => row,
    (row) => (row === 7 || row === 9 ? 2 : Math.floor(row / 10) % 2),
  );
  const { folds, judged, starts } = judgeBy(all, undefined, options());
  expect(folds).toHaveLength(5);
  expect(starts.at(-1)).toBe(1500);
  const tested = folds.flatMap(({ test }) => [...test]);
  expect(tested.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 1500 }, (_, i) => i));
  expect([...judged.target.values]).toEqual(tested.map((row) => all.target.values[row]));
  for (const { train, test } of folds) expect(new Set([...train, ...test]).size).toBe(1500);
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

test("longer searches judge few rows more often, and more rows by folds; what shorter ones judged comes first", () => {
  const few = rowsOf(
    400,
    (row) => row,
    (row) => row % 2,
  );
  const [short, long] = [60, 600].map((budgetSeconds) => judgeBy(few, undefined, options({ budgetSeconds })));
  expect([short!.folds.length, long!.folds.length, long!.rung]).toEqual([10, 40, 5]);
  expect(long!.folds.slice(0, 10)).toEqual(short!.folds);
  const many = rowsOf(
    20_000,
    (row) => row,
    (row) => row % 2,
  );
  const [first, all] = [60, 600].map((budgetSeconds) => judgeBy(many, undefined, options({ budgetSeconds })));
  expect([first!.folds.length, all!.folds.length]).toEqual([1, 5]);
  expect(all!.folds[0]).toEqual(first!.folds[0]);
});

test("few rows are judged several times by other folds, and what is cut off them counts each row as often", () => {
  const all = rowsOf(
    250,
    (row) => row,
    (row) => row % 2,
  );
  const rows = judgeBy(all, undefined, options());
  expect([rows.folds.length, rows.repeats, rows.rung, rows.judged.frame.rows]).toEqual([20, 4, 5, 1000]);
  const ids = rowsJudged(rows);
  const everyRow = Array.from({ length: 250 }, (_, i) => i);
  for (let k = 0; k < 4; k++) {
    const part = [...ids.slice(250 * k, 250 * (k + 1))];
    expect(part.toSorted((a, b) => a - b)).toEqual(everyRow);
    expect(part).not.toEqual([...ids.slice(0, 250)].map((id) => (k === 0 ? -1 : id)));
  }
  expect([...rows.judged.target.values]).toEqual([...ids].map((id) => all.target.values[id]));
  expect(judgedOnce(rows)).toBe(250);
  const some = firstFolds(rows, 10);
  expect([some.repeats, some.rung, judgedOnce(some)]).toEqual([2, 5, 250]);
  const few = firstFolds(rows, 3);
  expect([few.repeats, few.rung, judgedOnce(few)]).toEqual([1, 1, 150]);
});
