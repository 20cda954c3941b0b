import { expect, test } from "vitest";
import { randomStream } from "#kernel";
import { drawHypergeometric, logFactorial } from "./hypergeometric.ts";

test("ln n! on both sides of the table's end", () => {
  for (const [n, expected] of [
    [0, 0],
    [10, 15.104412573075516],
    [1023, 6071.28041294445],
    [1024, 6078.211884750051],
    [100_000, 1_051_299.221899122],
  ] as const)
    expect(Math.abs(logFactorial(n) - expected)).toBeLessThanOrEqual(1e-12 * Math.max(1, expected));
});

// Mean and variance are marked · p and marked · p (1 − p) (total − marked) / (total − 1), with p = draws / total.
test.each([
  [3, 40, 100],
  [50, 40, 100],
  [4, 1, 9],
  [60_000, 100_000, 200_000],
  [900, 950, 1000],
])("%d marked, %d drawn of %d: mean and variance are the formula's, within the bounds", (marked, draws, total) => {
  const random = randomStream(5, `hypergeometric/${marked}`);
  const times = 20_000;
  const values = Float64Array.from({ length: times }, () => drawHypergeometric(marked, draws, total, random));
  const mean = values.reduce((sum, x) => sum + x, 0) / times;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (times - 1);
  const p = draws / total;
  const expected = (marked * p * (1 - p) * (total - marked)) / (total - 1);
  expect(Math.abs(mean - marked * p)).toBeLessThan(4 * Math.sqrt(expected / times));
  expect(Math.abs(variance / expected - 1)).toBeLessThan(0.06);
  expect(values.every((x) => x >= Math.max(0, draws + marked - total) && x <= Math.min(marked, draws))).toBe(true);
});
