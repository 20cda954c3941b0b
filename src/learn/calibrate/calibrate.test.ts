import { readFileSync } from "node:fs";
import { sigmoid } from "@millrace/program";
import fc from "fast-check";
import { expect, test } from "vitest";
import { randomStream } from "#kernel";
import { askedCalibration, calibrated, chooseCalibration } from "./choose-calibration.ts";
import { chooseThreshold } from "./choose-threshold.ts";
import { fitBeta } from "./fit-beta.ts";
import { fitIsotonic } from "./fit-isotonic.ts";
import { fitPlatt } from "./fit-platt.ts";
import { fitSoftening, fitTemperature } from "./fit-temperature.ts";

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

const frozen = JSON.parse(readFileSync(new URL("../oracle/calibration.golden.json", import.meta.url), "utf8")) as {
  readonly labels: number[];
  readonly beta: readonly { margins: number[]; a: number; b: number; scores: number[] }[];
  readonly temperature: { margins: number[]; labels: number[]; value: number };
  readonly softening: { margins: number[]; labels: number[]; value: number };
};

test("beta calibration is that of betacal, also where one of its weights would be negative", () => {
  for (const { margins, a, b, scores } of frozen.beta) {
    const fitted = fitBeta(Float64Array.from(margins), Float64Array.from(frozen.labels));
    // betacal gives a constant where neither weight can be positive
    if (a <= 0 && b <= 0) {
      expect(fitted).toBeUndefined();
      continue;
    }
    expect(fitted!.a).toBeCloseTo(Math.max(a, 0), 3);
    expect(fitted!.b).toBeCloseTo(Math.max(b, 0), 3);
    margins.forEach((margin, i) => {
      expect(calibrated(margin, fitted!)).toBeCloseTo(scores[i]!, 3);
    });
  }
});

test("the temperature is SciPy's", () => {
  const { margins, labels, value } = frozen.temperature;
  expect(fitTemperature(Float64Array.from(margins), Float64Array.from(labels)).value).toBeCloseTo(value, 5);
  const { margins: two, labels: of } = sample(5000, 9, (margin) => sigmoid(margin / 2));
  expect(fitTemperature(two, of).value).toBeCloseTo(2, 0);
});

test("the softening of few rows is SciPy's, and chosen where nothing else can be", () => {
  const { margins, labels, value } = frozen.softening;
  const [all, of] = [Float64Array.from(margins), Float64Array.from(labels)];
  expect(fitSoftening(all, of).value).toBeCloseTo(value, 5);
  expect(chooseCalibration(all, of, 1).calibration).toEqual(fitSoftening(all, of));
});

test("no row is said to be surer than the rows bear, and margins that are not bold stay", () => {
  for (const rows of [20, 60, 180]) {
    const labels = Float64Array.from({ length: rows }, (_, i) => i % 2);
    // all of them right, by a margin of 30
    const margins = labels.map((label) => (label === 1 ? 30 : -30));
    const { calibration } = chooseCalibration(margins, labels, 1);
    // one more row of either class: the other class has half a row of rows + 1
    expect(calibrated(30, calibration)).toBeCloseTo(1 - 0.5 / (rows + 1), 6);
    const twice = (values: Float64Array) => Float64Array.of(...values, ...values);
    expect(chooseCalibration(twice(margins), twice(labels), 1, undefined, 2).reason).toContain(
      `${rows} validation rows`,
    );
    const { value } = fitSoftening(twice(margins), twice(labels), undefined, 2);
    expect(sigmoid(30 / value)).toBeCloseTo(1 - 0.5 / (rows + 1), 6);
  }
  const honest = sample(150, 11, sigmoid);
  expect(
    chooseCalibration(
      honest.margins.map((margin) => margin / 2),
      honest.labels,
      1,
    ).calibration.kind,
  ).toBe("none");
});

test("a calibration that was asked for is given, or refused", () => {
  const { margins, labels } = sample(500, 10, (margin) => sigmoid(margin / 3));
  for (const kind of ["platt", "beta", "temperature"] as const)
    expect(askedCalibration(kind, margins, labels).calibration.kind).toBe(kind);
  const refused = { code: "LEARN_CALIBRATION_UNFIT" };
  expect(() => askedCalibration("isotonic", margins, labels)).toThrow(expect.objectContaining(refused));
  expect(() =>
    askedCalibration(
      "beta",
      margins.map((m) => -m),
      labels,
    ),
  ).toThrow(expect.objectContaining(refused));
  const three = new Float64Array(1500);
  expect(() => askedCalibration("beta", three, labels)).toThrow(expect.objectContaining(refused));
});
