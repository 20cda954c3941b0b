import { expect, test } from "vitest";
import { scalesOfSeries, seriesNames, seriesScale } from "./series-scale.ts";

const day = 86_400_000_000;
const part = (days: number[], values: number[]) => ({
  time: { type: "timestamp", values: Float64Array.from(days, (one) => one * day) } as const,
  values: Float64Array.from(values),
});

test("rows that form a series have the scale of its naive forecast, in whatever order they lie", () => {
  // Two parts, days 2 and 0 turned round: 1, 3, 2, 6 by day; changes 2, 1, 4.
  expect(seriesScale([part([2, 1, 0], [2, 3, 1]), part([3], [6])])).toEqual({
    season: 1,
    steps: 4,
    absolute: 7 / 3,
    squared: 21 / 3,
  });
  const weeks = Array.from({ length: 28 }, (_, k) => k);
  const weekly = seriesScale([
    part(
      weeks,
      weeks.map((k) => (k % 7) + Math.floor(k / 7)),
    ),
  ]);
  expect(weekly).toMatchObject({ season: 7, steps: 28, absolute: 1, squared: 1 });
});

test("gaps, several rows a time and rows without a value or a time form no series", () => {
  expect(seriesScale([part([0, 1, 3, 4, 5], [1, 2, 3, 4, 5])])).toBeNull();
  expect(seriesScale([part([0, 1, 1, 2], [1, 2, 3, 4])])).toBeNull();
  expect(seriesScale([part([0, 1, 2, 3], [1, Number.NaN, 3, 4])])).toBeNull();
  expect(seriesScale([{ time: undefined, values: Float64Array.of(1, 2, 3) }])).toBeNull();
  expect(seriesScale([])).toBeNull();
});

test("of a table of several series each has its own scale, told by its name", () => {
  const frame = {
    rows: 7,
    columns: new Map([
      ["store", { type: "integer", values: Float64Array.of(1, 2, 1, 2, 1, 2, 3) } as const],
      ["item", { type: "string", levels: ["x"], codes: Int32Array.of(0, 0, 0, 0, 0, 0, -1) } as const],
    ]),
  };
  const series = seriesNames(frame, ["store", "item"]);
  expect(series[6]).toBe("store = 3, item = (missing)");
  const before = { ...part([0, 0, 1, 1, 2, 2, 0], [1, 10, 3, 15, 2, 40, 7]), series };
  const found = scalesOfSeries([before], ["store = 2, item = x", "store = 1, item = x", "store = 9, item = x"]);
  expect([...Array.from(found.of)]).toEqual([0, 1, 2]);
  expect(found.scales.map((one) => one?.absolute ?? null)).toEqual([15, 1.5, null]);
});
