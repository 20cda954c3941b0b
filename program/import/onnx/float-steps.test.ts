import fc from "fast-check";
import { expect, test } from "vitest";
import { floatColumn, splitBefore, stepBy } from "./float-steps.ts";

const finite = fc.float({ noNaN: true, noDefaultInfinity: true });
const slope = finite.filter((x) => x !== 0);

test("a split before the steps of a column is the split behind them, for every double", () => {
  const near = fc.tuple(fc.double({ noNaN: true }), fc.boolean());
  fc.assert(
    fc.property(
      finite,
      slope,
      finite,
      finite,
      fc.array(near),
      fc.boolean(),
      (offset, factor, more, t, given, atMost) => {
        const shifted = stepBy(floatColumn(0), 1, (x) => x - offset);
        const scaled = stepBy(shifted, factor, (x) => x * factor);
        const steps = stepBy(scaled, -1, (x) => more - x)!;
        const test = (y: number) => (atMost ? y <= t : y < t);
        const { threshold, swapped } = splitBefore(steps, test);
        for (const x of [...given.map(([x]) => x), threshold, Math.fround(threshold), threshold * (1 + 2 ** -52)]) {
          const y = steps.apply(Math.fround(x));
          if (Number.isFinite(y)) expect(test(y)).toBe(swapped ? !(x <= threshold) : x <= threshold);
        }
      },
    ),
    { numRuns: 400, seed: 4 },
  );
});

test("a column that a step makes constant is not looked through", () => {
  expect(stepBy(floatColumn(0), 0, (x) => x * 0)).toBeUndefined();
});
