import { expect, test } from "vitest";
import { compareSlices, evaluateSlices } from "#evaluate";

// Twenty queries of four rows, one relevant row each: first in the shop's north, last in its south.
const rows = 80;
const queries = Array.from({ length: rows }, (_, row) => Math.floor(row / 4));
const place = Array.from({ length: rows }, (_, row) => row % 4);
const isNorth = queries.map((query) => query % 2 === 0);
const labels = place.map((at, row) => (at === (isNorth[row] ? 0 : 3) ? 1 : 0));
const scores = Float64Array.from(place, (at) => -at);
const frame = {
  rows,
  columns: new Map([
    [
      "shop",
      {
        type: "string" as const,
        codes: Int32Array.from(isNorth, (north) => (north ? 0 : 1)),
        levels: ["north", "south"],
      },
    ],
    [
      "half",
      { type: "string" as const, codes: Int32Array.from(place, (at) => (at < 2 ? 0 : 1)), levels: ["early", "late"] },
    ],
  ]),
};
const input = { scores, labels, ranking: { queries } };
const lastOfFour = Math.log(2) / Math.log(5);
const lastOfTwo = Math.log(2) / Math.log(3);

test("the queries of a slice are judged by their own order", () => {
  const slices = evaluateSlices("regression", input, frame, { by: ["shop"], metric: "ndcgScore", minRows: 1 });
  expect(slices.map(({ name, metrics }) => [name, metrics.ndcgScore!.value])).toEqual([
    ["shop = south", expect.closeTo(lastOfFour, 12)],
    ["shop = north", expect.closeTo(1, 12)],
  ]);
  expect(slices.map(({ clearlyWorse }) => clearlyWorse)).toEqual([true, false]);
});

test("a slice with some rows of a query orders these among themselves, and leaves out queries without a relevant one", () => {
  const slices = evaluateSlices("regression", input, frame, { by: ["half"], metric: "ndcgScore", minRows: 1 });
  expect(Object.fromEntries(slices.map(({ name, metrics }) => [name, metrics.ndcgScore!.value]))).toEqual({
    "half = late": expect.closeTo(lastOfTwo, 12),
    "half = early": expect.closeTo(1, 12),
  });
});

test("two rankings are compared slice by slice", () => {
  const turned = scores.map((score) => -score);
  const found = compareSlices(
    "regression",
    labels,
    scores,
    turned,
    "ndcgScore",
    frame,
    { by: ["shop"], minRows: 1 },
    { ranking: { queries } },
  );
  expect(found.map(({ name, comparison }) => [name, comparison!.difference])).toEqual([
    ["shop = north", expect.closeTo(1 - lastOfFour, 12)],
    ["shop = south", expect.closeTo(lastOfFour - 1, 12)],
  ]);
});
