import type { Column, Frame } from "@millrace/program";
import { expect, test } from "vitest";
import { labelledRows } from "./training-rows.ts";

const rows = 40;
const y: Column = { type: "number", values: Float64Array.from({ length: rows }, (_, i) => i % 9) };
const options = { target: "y", task: "regression", weight: "w" } as const;

function weighed(w: Column) {
  const frame: Frame = { rows, columns: new Map<string, Column>(Object.entries({ y, w })) };
  return () => labelledRows(frame, options as Parameters<typeof labelledRows>[1]);
}

const ones = () => new Float64Array(rows).fill(1);

test("weights that are none are refused with their column, their number and one of them", () => {
  const negative = ones().fill(-2, 3, 5);
  expect(weighed({ type: "number", values: negative })).toThrow(/"w" holds -2 \(2 of 40 rows/);
  const infinite = ones().fill(Number.POSITIVE_INFINITY, 0, 1);
  expect(weighed({ type: "number", values: infinite })).toThrow(/holds Infinity \(1 of 40/);
  const missing = new Uint8Array(rows).fill(1, 7, 8);
  expect(weighed({ type: "number", values: ones(), missing })).toThrow(/not a number in every row/);
  expect(weighed({ type: "number", values: ones().fill(0, 0, 9) })().weights!.filter((one) => one === 0)).toHaveLength(
    9,
  );
});
