import { readFileSync } from "node:fs";
import type { Column } from "@millrace/program";
import { expect, test } from "vitest";
import { computeStatistics } from "#validate";

const { cases } = JSON.parse(
  readFileSync(new URL("../../oracle/mutual-information.golden.json", import.meta.url), "utf8"),
) as { cases: { x: number[]; y: number[]; mi: number; ami: number }[] };

const text = (values: readonly (number | string)[]): Column => {
  const levels = [...new Set(values.map(String))];
  return { type: "string", levels, codes: Int32Array.from(values, (value) => levels.indexOf(String(value))) };
};
const against = (x: Column, y: Column, rows: number) =>
  computeStatistics({ rows, columns: new Map(Object.entries({ x, y })) }, { label: "y" }).cross![0]!;

test.each(cases.map((one, k) => [k, one] as const))(
  "mutual information is scikit-learn's, case %d",
  (_, { x, y, mi, ami }) => {
    const found = against(text(x), text(y), x.length);
    expect(found.mutualInformation).toBeCloseTo(mi, 10);
    expect(found.adjustedMutualInformation).toBeCloseTo(ami, 10);
  },
);

test("lift by hand", () => {
  const { lift } = against(text(["a", "a", "b", "b"]), text(["yes", "yes", "yes", "no"]), 4);
  expect(lift).toEqual([
    {
      y: "yes",
      count: 3,
      values: [
        { x: "a", lift: 4 / 3, xCount: 2, bothCount: 2 },
        { x: "b", lift: 2 / 3, xCount: 2, bothCount: 1 },
      ],
    },
    { y: "no", count: 1, values: [{ x: "b", lift: 2, xCount: 2, bothCount: 1 }] },
  ]);
});

test("numbers are cut into ranges; a label of lists is refused", () => {
  const x: Column = { type: "number", values: Float64Array.from({ length: 100 }, (_, k) => k / 3) };
  const y = text(Array.from({ length: 100 }, (_, k) => (k < 50 ? "low" : "high")));
  expect(against(x, y, 100).mutualInformation).toBeCloseTo(Math.LN2, 12);
  expect(against(y, x, 100).lift![0]!.y).toEqual({ low: 0, high: 10 / 3, count: 10 });
  const vector: Column = { type: "vector", width: 1, values: new Float64Array(100) };
  expect(() => against(x, vector, 100)).toThrow(/one value a row/);
});
