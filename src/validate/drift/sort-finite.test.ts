import fc from "fast-check";
import { expect, test } from "vitest";
import { sortFinite } from "./sort-finite.ts";

const wide = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: -100, max: 100 }),
  fc.constantFrom(0, -0, 5e-324, -5e-324, Number.MAX_VALUE, -Number.MAX_VALUE),
);

test("as the engine sorts, to the bit", () => {
  fc.assert(
    fc.property(fc.array(wide, { minLength: 1, maxLength: 50 }), fc.integer({ min: 41, max: 60 }), (some, times) => {
      const values = Float64Array.from({ length: some.length * times + 2048 }, (_, i) => some[(i * 7) % some.length]!);
      const before = values.slice();
      expect(Buffer.from(sortFinite(values).buffer).equals(Buffer.from(values.slice().sort().buffer))).toBe(true);
      expect(values).toEqual(before);
    }),
    { numRuns: 60 },
  );
});

test("100,000 different numbers", () => {
  const values = Float64Array.from({ length: 100_000 }, (_, i) => Math.sin(i) * 10 ** ((i % 40) - 20));
  expect(sortFinite(values)).toEqual(values.slice().sort());
});
