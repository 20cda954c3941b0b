import fc from "fast-check";
import { expect, test } from "vitest";
import { ExactSum, unit } from "./exact-sum.ts";
import { roundedRatio, scaledInteger } from "./ratio.ts";

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });

test("by hand: what rounding loses is kept", () => {
  const sum = new ExactSum();
  for (const x of [1e308, 1, 1e-308, -1e308, 0.1, 0.2, 0.3]) sum.add(x);
  // 1 + 0.1 + 0.2 + 0.3 as doubles is 1.6 and a little less; the nearest double is 1.6.
  expect(sum.value()).toBe(1.6);
  const tenths = new ExactSum();
  for (let k = 0; k < 10; k++) tenths.add(0.1);
  expect(tenths.value()).toBe(1);
});

test("the integers agree, in any order and grouping", () => {
  fc.assert(
    fc.property(fc.array(finite), fc.array(finite), (a, b) => {
      const all = [...a, ...b];
      const exact = all.reduce((total, x) => total + scaledInteger(x), 0n) << 1074n;
      const parts = [a, b.toReversed()].map((part) => {
        const sum = new ExactSum();
        for (const x of part) sum.add(x);
        return sum;
      });
      parts[1]!.merge(parts[0]!);
      expect(parts[1]!.scaled()).toBe(exact);
      expect(ExactSum.fromText(parts[1]!.toText()).scaled()).toBe(exact);
    }),
  );
});

test("products and squares are exact", () => {
  fc.assert(
    fc.property(finite, fc.integer({ min: 1, max: 2 ** 31 }), (x, times) => {
      const squares = new ExactSum();
      squares.addSquare(x, times);
      expect(squares.scaled()).toBe(scaledInteger(x) ** 2n * BigInt(times));
      const product = new ExactSum();
      product.addProduct(x, times / 7);
      expect(product.scaled()).toBe(scaledInteger(x) * scaledInteger(times / 7));
    }),
  );
});

test("a ratio rounds as division does, down to the smallest doubles", () => {
  fc.assert(
    fc.property(finite, finite, (a, b) => {
      if (b === 0) return;
      const sign = b < 0 ? -1n : 1n;
      const ratio = roundedRatio(scaledInteger(a) * sign, scaledInteger(b) * sign);
      expect(ratio + 0).toBe(a / b + 0);
      expect(roundedRatio(scaledInteger(a) * unit, unit << 1074n) + 0).toBe(a + 0);
    }),
    { numRuns: 2000 },
  );
});
