import { sigmoid } from "@millrace/program";
import fc from "fast-check";
import { expect, test } from "vitest";
import { randomStream } from "#kernel";
import { calibrated, chooseCalibration } from "./choose-calibration.ts";
import { chooseThreshold } from "./choose-threshold.ts";
import { fitIsotonic } from "./fit-isotonic.ts";
import { fitPlatt } from "./fit-platt.ts";

function sample(rows: number, seed: number, truth: (margin: number) => number) {
  const random = randomStream(seed, "calibrate test");
  const margins = Float64Array.from({ length: rows }, () => 6 * random.uniform() - 3);
  return { margins, labels: margins.map((margin) => (random.uniform() < truth(margin) ? 1 : 0)) };
}

test("Platt's sigmoid finds slope and offset of margins that are twice too far out", () => {
  const { margins, labels } = sample(20_000, 1, (margin) => sigmoid(0.5 * margin - 1));
  const { a, b } = fitPlatt(margins, labels)!;
  expect(a).toBeCloseTo(0.5, 1);
  expect(b).toBeCloseTo(-1, 1);
});

test("isotonic calibration is the pooled means of a case worked by hand", () => {
  const margins = Float64Array.of(1, 2, 3, 4, 5, 6);
  const { x, y } = fitIsotonic(margins, Float64Array.of(0, 1, 0, 0, 1, 1));
  // Blocks {1}: 0, {2, 3, 4}: 1/3, {5}, {6}: 1 and 1; a pooled block never equals the next one.
  expect(Array.from(x)).toEqual([1, 3, 5.5]);
  expect(Array.from(y)).toEqual([0.25, 1.5 / 4, 2.5 / 3]);
});

test("isotonic probabilities never fall and stay between 0 and 1", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: -20, max: 20 }), fc.boolean()), { minLength: 2, maxLength: 60 }),
      (pairs) => {
        const fitted = fitIsotonic(
          Float64Array.from(pairs, ([m]) => m),
          Float64Array.from(pairs, ([, y]) => (y ? 1 : 0)),
        );
        const scores = Array.from({ length: 50 }, (_, k) => calibrated(k - 25, fitted));
        expect(scores.every((score, k) => score > 0 && score < 1 && (k === 0 || score >= scores[k - 1]!))).toBe(true);
      },
    ),
  );
});

test("calibration is chosen where margins mislead and left where they do not", () => {
  const wrong = sample(2000, 2, (margin) => sigmoid(margin / 3));
  expect(chooseCalibration(wrong.margins, wrong.labels, 1).calibration.kind).not.toBe("none");
  const right = sample(2000, 3, sigmoid);
  expect(chooseCalibration(right.margins, right.labels, 1).calibration.kind).toBe("none");
  const few = sample(100, 4, (margin) => sigmoid(margin / 3));
  expect(chooseCalibration(few.margins, few.labels, 1).reason).toContain("100 validation rows");
});

test("the threshold is the best of F1, or of the costs given", () => {
  const scores = Float64Array.of(0.9, 0.8, 0.7, 0.4, 0.2);
  const labels = Float64Array.of(1, 1, 0, 1, 0);
  // F1 at 0.4 and above: 2·3 / (4 + 3) = 0.857.
  expect(chooseThreshold(scores, labels).threshold).toBeCloseTo(0.3, 12);
  expect(chooseThreshold(scores, labels, { falsePositive: 10, falseNegative: 1 }).threshold).toBeCloseTo(0.75, 12);
  expect(chooseThreshold(scores, labels, { falsePositive: 0, falseNegative: 1 }).threshold).toBeLessThanOrEqual(0.4);
});
