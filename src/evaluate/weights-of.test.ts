import type { Column, Frame } from "@millrace/program";
import { expect, test } from "vitest";
import { weightsOf } from "#evaluate";
import { columnOf } from "./explain/columns.ts";

const frameOf = (column: Column): Frame => ({ rows: 3, columns: new Map([["w", column]]) });
const invalid = (message: RegExp) =>
  expect.objectContaining({ code: "EVALUATE_WEIGHT_INVALID", message: expect.stringMatching(message) });

test("weights are numbers in every row, or are refused with the first row that has none", () => {
  expect([...Array.from(weightsOf(frameOf(columnOf("number", [1, 0, 2.5])), "w")!)]).toEqual([1, 0, 2.5]);
  expect(() => weightsOf(frameOf(columnOf("number", [1, null, 2])), "w")).toThrow(
    invalid(/1 of 3 rows have no weight in "w"; the first is row 2/),
  );
  expect(() => weightsOf(frameOf(columnOf("string", ["1", "2", "3"])), "w")).toThrow(invalid(/holds text/));
  expect(weightsOf(frameOf(columnOf("number", [1, 2, 3])), "other")).toBeUndefined();
  expect(weightsOf(frameOf(columnOf("number", [1, 2, 3])), undefined)).toBeUndefined();
});
