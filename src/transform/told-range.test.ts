import fc from "fast-check";
import { expect, test } from "vitest";
import { toldRange } from "./told-range.ts";

const range = (values: number[], rows = 10, unit = 0) => toldRange(Float64Array.from(values), rows, unit);
const many = (value: number, rows = 10) => new Array<number>(rows).fill(value);

test("an end that many rows share is told, one that few have is rounded outward until many lie within a step", () => {
  expect(range([...many(1), ...many(5)], 10, 1)).toEqual({ low: 1, high: 5 });
  const ages = Array.from({ length: 200 }, (_, k) => 20 + (k % 50));
  expect(range([...ages, 93], 10, 1)).toEqual({ low: 20, high: 100 });
  expect(range([...Array.from({ length: 500 }, (_, k) => 30_000 + 100 * k), 1_234_567])).toEqual({
    low: 20_000,
    high: 2_000_000,
  });
  expect(range([0.31, 0.32, 0.38])).toEqual({ low: 0.3, high: 0.4 });
  expect(range([-4, -3.5, -7.25])).toEqual({ low: -10, high: 0 });
  expect(range([])).toBeUndefined();
  expect(toldRange(Float64Array.of(7), 1, 0)).toEqual({ low: 7, high: 7 });
  const day = 86_400_000_000;
  expect(
    toldRange(
      Float64Array.from({ length: 100 }, (_, k) => (k + 0.3) * day),
      10,
      day,
    ),
  ).toEqual({
    low: 0,
    high: 100 * day,
  });
});

test("every value lies within, and a shared end is told", () => {
  const value = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.double({ min: -1000, max: 1000, noNaN: true }),
    fc.integer({ min: -5, max: 5 }),
  );
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 60 }), fc.integer({ min: 1, max: 12 }), (values, rows) => {
      const { low, high } = range(values, rows)!;
      expect(values.every((one) => low <= one && one <= high)).toBe(true);
      const top = Math.max(...values);
      const shared = values.filter((one) => one === top).length;
      if (shared >= rows) expect(high).toBe(top + 0);
    }),
  );
});
