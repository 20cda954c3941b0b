import fc from "fast-check";
import { expect, test } from "vitest";
import { weightedQuantile } from "./weighted-quantile.ts";

test("by hand: the median of 1, 2, 3, 4 and of one value, a quantile at the ends", () => {
  expect(weightedQuantile(Float64Array.of(4, 1, 3, 2), undefined, 0.5)).toBe(2.5);
  expect(weightedQuantile(Float64Array.of(9, 1, 5), undefined, 0.5)).toBe(5);
  expect(weightedQuantile(Float64Array.of(0, 10, 20, 30, 40), undefined, 0.9)).toBe(36);
  expect(weightedQuantile(Float64Array.of(7), undefined, 0.9)).toBe(7);
  expect(weightedQuantile(Float64Array.of(1, 2, 3), undefined, 0.99)).toBeCloseTo(2.98, 12);
  expect(weightedQuantile(Float64Array.of(), undefined, 0.5)).toBe(0);
});

test("equal weights count for nothing, and what is quantile q from below is 1 − q from above", () => {
  const values = fc.array(fc.double({ min: -50, max: 50, noNaN: true }), { minLength: 1 });
  fc.assert(
    fc.property(
      values,
      fc.double({ min: 0.01, max: 0.99, noNaN: true }),
      fc.constantFrom(0.25, 3),
      (own, q, weight) => {
        const plain = weightedQuantile(Float64Array.from(own), undefined, q);
        const weighed = weightedQuantile(Float64Array.from(own), new Float64Array(own.length).fill(weight), q);
        expect(weighed).toBeCloseTo(plain, 9);
        expect(
          -weightedQuantile(
            Float64Array.from(own, (value) => -value),
            undefined,
            1 - q,
          ),
        ).toBeCloseTo(plain, 9);
      },
    ),
  );
});

test("a whole weight counts as so many equal values, up to the distance of neighbours; 0 as none", () => {
  const rows = fc.array(fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 0, max: 4 })), { minLength: 1 });
  // Just beyond the middle of the second value: 2 + 0.119… × 21 = 4.5.
  const zeros = [4, 3, 3, 3, 4, 2].map((own): [number, number] => [0, own]);
  const beyond: [number, number][] = [[-1, 1], [-2, 4], ...zeros];
  fc.assert(
    fc.property(rows, fc.double({ min: 0.05, max: 0.95, noNaN: true }), (pairs, quantile) => {
      const kept = pairs.filter(([, weight]) => weight > 0);
      fc.pre(kept.length > 0);
      const found = weightedQuantile(
        Float64Array.from(pairs, ([value]) => value),
        Float64Array.from(pairs, ([, weight]) => weight),
        quantile,
      );
      const sorted = kept.flatMap(([value, weight]) => Array(weight).fill(value) as number[]).sort((a, b) => a - b);
      // The ends, of equal values those of the first and the last row, lie at half of their weights: between what covers that
      // place and a neighbour.
      const [first, last] = [0, -1].map((end) => kept.toSorted(([a], [b]) => a - b).at(end)![1]) as [number, number];
      const place = quantile * sorted.length + (first * (1 - quantile) - last * quantile) / 2;
      const values = [...new Set(sorted)];
      const covering = (at: number) =>
        values.indexOf(sorted[Math.min(sorted.length - 1, Math.max(0, Math.floor(at)))]!);
      const low = values[Math.max(0, covering(place) - 1)]!;
      const high = values[Math.min(values.length - 1, covering(place) + 1)]!;
      expect(found).toBeGreaterThanOrEqual(low - 1e-9);
      expect(found).toBeLessThanOrEqual(high + 1e-9);
    }),
    { examples: [[beyond, 0.11904761916666665]] },
  );
});
