import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { adjustHolm, compareDecisions, compareFolds, correctForTrials, measureCalibration } from "#evaluate";
import { randomStream } from "#kernel";

// Values frozen by trials.oracle.py (statsmodels 0.15.0, scipy 1.17.1, scikit-learn 1.7.2).
const golden = JSON.parse(readFileSync(new URL("./trials.golden.json", import.meta.url), "utf8"));
const near = (found: number | null, expected: number, tolerance: number) =>
  expect(Math.abs(found! - expected)).toBeLessThanOrEqual(tolerance);

test.each(golden.mcnemar as Record<"b" | "c" | "exact" | "statistic" | "pValue", number>[])(
  "McNemar, $b against $c",
  ({ b, c, exact, statistic, pValue }) => {
    const first = [...Array(50).fill(1), ...Array(b).fill(1), ...Array(c).fill(0), ...Array(20).fill(0)];
    const second = [...Array(50).fill(1), ...Array(b).fill(0), ...Array(c).fill(1), ...Array(20).fill(0)];
    const found = compareDecisions(first, second);
    expect(found).toMatchObject({ onlyFirst: b, onlySecond: c });
    near(found.exact, exact, 1e-10);
    // Where neither has more, the peer's correction overshoots to 1/(b + c); ours stops at 0.
    near(found.corrected!.statistic, b === c ? 0 : statistic, 1e-12);
    near(found.corrected!.pValue, b === c ? 1 : pValue, 1e-10);
  },
);

test("models that never differ are alike", () => {
  expect(compareDecisions([1, 0], [1, 0])).toMatchObject({ exact: 1, corrected: null });
  expect(compareDecisions([], [])).toMatchObject({ rows: 0, exact: 1, corrected: null });
  expect(() => compareDecisions([1], [2])).toThrow("The decision in row 1 is 2; it must be 1 (right) or 0 (wrong).");
});

test("the corrected resampled t-test", () => {
  for (const { first, second, testShare, t, pValue } of golden.folds) {
    const found = compareFolds(first, second, testShare);
    near(found.t, t, 1e-10);
    near(found.pValue, pValue, 1e-10);
  }
  expect(compareFolds([0.8, 0.9], [0.7, 0.8], 0.25)).toMatchObject({ t: null, pValue: null });
  expect(() => compareFolds([0.8], [0.7], 0.25)).toThrow(/at least 2/);
});

test("Holm's adjustment", () => {
  for (const { given, adjusted } of golden.holm)
    adjustHolm(given).forEach((found, i) => {
      near(found, adjusted[i], 1e-12);
    });
});

test("the best of 50 coins is only a coin: the apparent loss flatters, the corrected does not", () => {
  const random = randomStream(11, "coins");
  let apparent = 0;
  let corrected = 0;
  let held = 0;
  const worlds = 20;
  for (let world = 0; world < worlds; world++) {
    const losses = Array.from({ length: 50 }, () =>
      Float64Array.from({ length: 120 }, () => (random.uniform() < 0.5 ? 1 : 0)),
    );
    const found = correctForTrials(losses, { seed: world, draws: 100 });
    apparent += found.apparent / worlds;
    corrected += found.corrected! / worlds;
    if (found.low! <= 0.5 && found.high! >= 0.5) held++;
  }
  expect(apparent).toBeLessThan(0.42);
  expect(Math.abs(corrected - 0.5)).toBeLessThan(0.035);
  expect(held).toBeGreaterThanOrEqual(18);
  const better = [Float64Array.from({ length: 100 }, () => 1), Float64Array.from({ length: 100 }, (_, i) => i % 2)];
  const clear = correctForTrials(better);
  expect(clear).toMatchObject({ best: 1, apparent: 0.5 });
  expect(Math.abs(clear.corrected! - 0.5)).toBeLessThan(0.02);
  expect(correctForTrials(better)).toEqual(clear);
  expect(correctForTrials([Float64Array.of(1)])).toMatchObject({ corrected: null, low: null });
  expect(() => correctForTrials([Float64Array.of(1), Float64Array.of(1, 2)])).toThrow(/losses of a trial/);
});

test.each(golden.calibration as { by: "width" | "count"; scores: number[]; labels: number[] }[])(
  "reliability bins of equal $by",
  (one) => {
    const { by, labels, ...expected } = one as typeof one & Record<string, number & number[]>;
    const found = measureCalibration(Float64Array.from(one.scores), labels, { by });
    expect(found.bins.map(({ rows }) => rows)).toEqual(expected.rows);
    found.bins.forEach((bin, i) => {
      near(bin.meanScore, expected.means![i]!, 1e-12);
      near(bin.positiveShare, expected.shares![i]!, 1e-12);
      expect(bin.shareLow! <= bin.positiveShare && bin.positiveShare <= bin.shareHigh!).toBe(true);
      expect(bin.low <= bin.meanScore && bin.meanScore <= bin.high).toBe(true);
    });
    for (const name of ["expectedError", "maximumError", "bias"] as const) near(found[name], expected[name]!, 1e-12);
    near(found.hosmerLemeshow.statistic, expected.statistic!, 1e-10);
    near(found.hosmerLemeshow.pValue, expected.pValue!, 1e-10);
    const fitted = measureCalibration(Float64Array.from(one.scores), labels, { by, fittedOnTheseRows: true });
    near(fitted.hosmerLemeshow.pValue, expected.fitted!, 1e-10);
  },
);

test("calibration of nothing, of weights and of what is no probability", () => {
  expect(measureCalibration(new Float64Array(0), [])).toMatchObject({
    expectedError: null,
    hosmerLemeshow: { statistic: null, reason: "there are no rows" },
  });
  const scores = Float64Array.of(0.2, 0.8);
  const doubled = measureCalibration(Float64Array.of(0.2, 0.2, 0.8), [1, 1, 1]);
  const weighted = measureCalibration(scores, [1, 1], { weights: [2, 1] });
  near(weighted.expectedError, doubled.expectedError!, 1e-12);
  expect(weighted.hosmerLemeshow.reason).toMatch(/weights/);
  expect(weighted.bins[0]!.shareLow).toBeNull();
  expect(() => measureCalibration(Float64Array.of(1.5), [1])).toThrow(
    "The score in row 1 is 1.5; it must be between 0 and 1.",
  );
});
