import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  binaryMeasures,
  classMeasures,
  evaluate,
  forecastMeasures,
  type MeasureSet,
  measureWithIntervals,
  rankingMeasures,
  regressionMeasures,
} from "#evaluate";

interface Case {
  readonly kind: keyof typeof sets;
  readonly given: { scores: number[]; labels: number[]; predictions: number[]; classes: string[]; queries: number[] };
  readonly options: never;
  readonly values: Record<string, number>;
  readonly weights?: number[];
}
// Values frozen by measures.oracle.py (scikit-learn 1.7.2).
const golden: Case[] = JSON.parse(readFileSync(new URL("./measures.golden.json", import.meta.url), "utf8"));
const sets = {
  binary: ({ given, options }: Case) => binaryMeasures(Float64Array.from(given.scores), given.labels, options),
  class: ({ given, options }: Case) => classMeasures(given.labels, given.predictions, given.classes, options),
  regression: ({ given, options }: Case) => regressionMeasures(Float64Array.from(given.scores), given.labels, options),
  ranking: ({ given, options }: Case) =>
    rankingMeasures(Float64Array.from(given.scores), given.labels, given.queries, options),
  forecast: ({ given, options }: Case) => forecastMeasures(Float64Array.from(given.scores), given.labels, options),
} satisfies Record<string, (one: Case) => MeasureSet>;

test.each(golden.map((one, i) => [one.kind, i, one] as const))("peers' figures: %s, case %i", (kind, _, one) => {
  const measured = measureWithIntervals(sets[kind](one), {
    draws: 200,
    seed: 3,
    ...(one.weights && { weights: one.weights }),
  });
  expect(Object.keys(one.values).length).toBeGreaterThan(1);
  for (const [name, expected] of Object.entries(one.values)) {
    const { value, low, high } = measured[name]!;
    expect(Math.abs(value! - expected) / Math.max(1, Math.abs(expected)), name).toBeLessThanOrEqual(1e-12);
    expect(low! <= high! && low! <= value! + 1e-12 && value! <= high! + 1e-12, name).toBe(true);
  }
});

test("lift among the best tenth is the metric of that name, and all of the rows hold all positives", () => {
  const { given } = golden.find(({ kind }) => kind === "binary")!;
  const scores = Float64Array.from(given.scores);
  const lift = evaluate("binary", { scores, labels: given.labels }, { draws: 0 }).metrics.liftScore!.value!;
  const top = (topShare: number) =>
    measureWithIntervals(binaryMeasures(scores, given.labels, { topShare }), { draws: 0 });
  expect(top(0.1).liftAtTopScore!.value).toBeCloseTo(lift, 12);
  expect(top(1).captureAtTopScore!.value).toBeCloseTo(1, 12);
  expect(top(1).liftAtTopScore!.value).toBeCloseTo(1, 12);
});

test("what these rows do not define is null with its reason", () => {
  const none = { draws: 20 };
  const binary = measureWithIntervals(binaryMeasures(Float64Array.of(0.1, 0.2), [0, 0]), none);
  expect(binary.fBetaScore).toMatchObject({ value: null, reason: "no row is positive, by label or by decision" });
  expect(binary.liftAtTopScore).toMatchObject({ value: null, reason: "no label is positive" });
  const empty = measureWithIntervals(binaryMeasures(new Float64Array(0), []), none);
  expect(Object.values(empty).every(({ value, reason }) => value === null && reason === "there are no rows")).toBe(
    true,
  );
  const classes = measureWithIntervals(classMeasures([0, 1], [0, 0], ["a", "b"]), none);
  expect(classes["precisionScore/b"]).toMatchObject({ value: null, reason: '"b" is never predicted' });
  expect(classes.macroPrecisionScore!.value).toBeNull();
  expect(classes.macroFBetaScore!.value).toBeCloseTo(1 / 3, 12);
  const deviances = measureWithIntervals(regressionMeasures(Float64Array.of(1, 2), [0, 1]), none);
  expect(deviances.gammaDevianceLoss!.reason).toMatch(/every label and score must be above 0/);
  expect(deviances.poissonDevianceLoss!.value).not.toBeNull();
  const ranking = measureWithIntervals(rankingMeasures(Float64Array.of(1, 2), [0, 0], ["a", "a"]), none);
  expect(ranking.ndcgScore).toMatchObject({ value: null, reason: "no query has a relevant row" });
  const flat = measureWithIntervals(forecastMeasures(Float64Array.of(1), [2], { history: [3, 3, 3] }), none);
  expect(flat.maseError!.reason).toMatch(/shows no change/);
});

test("bad input is refused with its row", () => {
  const scores = Float64Array.of(0.5, Number.NaN);
  const code = (run: () => unknown) => {
    try {
      run();
    } catch (error) {
      return [(error as { code: string }).code, (error as Error).message];
    }
    return [];
  };
  expect(code(() => binaryMeasures(scores, [0, 1]))).toEqual([
    "EVALUATE_SCORE_INVALID",
    "The score in row 2 is NaN; it must be a finite number.",
  ]);
  expect(code(() => binaryMeasures(Float64Array.of(1), [2]))[0]).toBe("EVALUATE_LABEL_INVALID");
  expect(code(() => binaryMeasures(Float64Array.of(1), []))[0]).toBe("EVALUATE_LENGTH_MISMATCH");
  const set = binaryMeasures(Float64Array.of(1, 0), [1, 0]);
  expect(code(() => measureWithIntervals(set, { weights: [1, -1] }))[0]).toBe("EVALUATE_WEIGHT_INVALID");
  expect(code(() => measureWithIntervals(set, { weights: [0, 0] }))[1]).toBe("All 2 weights are 0.");
  expect(code(() => classMeasures([0], [0], ["a", "b"], { costs: [[1]] }))[0]).toBe("EVALUATE_CLASSES_MISSING");
  expect(code(() => regressionMeasures(scores, [1, 2], { power: 0.5 }))[1]).toMatch(/Tweedie/);
  const interval = { low: [2], high: [1], level: 0.9 };
  expect(code(() => forecastMeasures(Float64Array.of(1), [1], { history: [1, 2], interval }))[0]).toBe(
    "EVALUATE_SCORE_INVALID",
  );
});
