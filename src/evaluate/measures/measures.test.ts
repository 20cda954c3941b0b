import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  type Evaluation,
  type EvaluationInput,
  evaluate,
  forecastMeasures,
  type MetricResult,
  measureSeries,
  measureWithIntervals,
  metricNames,
  naiveScale,
  rankingMeasures,
  type Task,
} from "#evaluate";

interface Case {
  readonly kind: "binary" | "class" | "regression" | "ranking" | "forecast";
  readonly given: { scores: number[]; labels: number[]; predictions: number[]; classes: string[]; queries: number[] };
  readonly options: {
    threshold?: number;
    top?: number;
    history?: number[];
    season?: number;
    interval?: { low: number[]; high: number[]; level: number };
  };
  readonly values: Record<string, number>;
  readonly weights?: number[];
}
// Values frozen by measures.oracle.py (scikit-learn 1.7.2).
const golden: Case[] = JSON.parse(readFileSync(new URL("./measures.golden.json", import.meta.url), "utf8"));
const draws = { draws: 200, seed: 3 };

/** What `evaluate` says of a case. */
function evaluated({ kind, given, options, weights }: Case): Evaluation {
  const { threshold, top, history, season, interval, ...rest } = options;
  const { labels, predictions, classes, queries } = given;
  const own: Record<Case["kind"], [Task, Partial<EvaluationInput>]> = {
    binary: ["binary", { ...(threshold !== undefined && { threshold }) }],
    class: ["multiclass", { predictions, classes }],
    regression: ["regression", {}],
    ranking: ["regression", { ranking: { queries, ...(top !== undefined && { top }) } }],
    forecast: [
      "regression",
      { forecast: { ...(history && { history, season: season! }), ...(interval && { interval }) } },
    ],
  };
  const [task, more] = own[kind];
  const scores = kind === "class" ? classes.flatMap(() => labels.map(() => 1 / classes.length)) : given.scores;
  // The weights of rankings are by query.
  const ofRows = weights && kind === "ranking" ? queries.map((query) => weights[query]!) : weights;
  const input = { scores: Float64Array.from(scores), labels, ...more, ...(ofRows && { weights: ofRows }) };
  return evaluate(task, input, { ...draws, ...rest });
}

/** A metric of a case, of one class where its name says so. */
function metricOf({ metrics, byClass = [] }: Evaluation, name: string): MetricResult | undefined {
  const [metric = "", ofClass] = name.split("/");
  return ofClass === undefined ? metrics[metric] : byClass.find((one) => one.name === ofClass)?.metrics[metric];
}

test.each(golden.map((one, i) => [one.kind, i, one] as const))("peers' figures: %s, case %i", (_kind, _, one) => {
  const measured = evaluated(one);
  expect(Object.keys(one.values).length).toBeGreaterThan(1);
  for (const [name, expected] of Object.entries(one.values)) {
    // F1 of single classes is held against scikit-learn in metrics.test.ts; this golden has another β.
    if (name.startsWith("fBetaScore/")) continue;
    const { value, low, high } = metricOf(measured, name)!;
    expect(Math.abs(value! - expected) / Math.max(1, Math.abs(expected)), name).toBeLessThanOrEqual(1e-12);
    expect(low! <= high! && low! <= value! + 1e-12 && value! <= high! + 1e-12, name).toBe(true);
  }
});

test("what these rows do not define is null with its reason", () => {
  const none = { draws: 20 };
  const binary = evaluate("binary", { scores: Float64Array.of(0.1, 0.2), labels: [0, 0] }, none).metrics;
  expect(binary.fBetaScore).toMatchObject({ value: null, reason: "all labels are negative" });
  expect(binary.captureScore).toMatchObject({ value: null, reason: "all labels are negative" });
  const everyone = evaluate("binary", { scores: Float64Array.of(0.9, 0.8), labels: [0, 1] }, none).metrics;
  expect(everyone.negativePredictiveScore).toMatchObject({ value: null, reason: "no row is predicted negative" });
  const empty = evaluate("binary", { scores: new Float64Array(0), labels: [] }, none).metrics;
  expect(Object.values(empty).every(({ value, reason }) => value === null && reason === "there are no rows")).toBe(
    true,
  );
  const scores = Float64Array.of(0.9, 0.1, 0.6, 0.4);
  const classes = evaluate("multiclass", { scores, labels: [0, 1], classes: ["a", "b"] }, none);
  expect(classes.byClass![1]!.metrics.precisionScore).toMatchObject({ value: null, reason: "it is never predicted" });
  expect(classes.metrics.macroPrecisionScore!.value).toBeNull();
  expect(classes.metrics.macroFBetaScore!.value).toBeCloseTo(5 / 12, 12);
  const values = evaluate("regression", { scores: Float64Array.of(1, 2), labels: [0, 1] }, none).metrics;
  expect(values.gammaDevianceLoss!.reason).toMatch(/every label and score must be above 0/);
  expect(values.poissonDevianceLoss!.value).not.toBeNull();
  const ranking = { queries: ["a", "a"] };
  const ranked = evaluate("regression", { scores: Float64Array.of(1, 2), labels: [0, 0], ranking }, none).metrics;
  expect(ranked.ndcgScore).toMatchObject({ value: null, reason: "no query has a relevant row" });
  const forecast = { history: [3, 3, 3] };
  const flat = evaluate("regression", { scores: Float64Array.of(1), labels: [2], forecast }, none).metrics;
  expect(flat.maseError!.reason).toMatch(/shows no change/);
});

test("a metric that needs more is measured where that is given, and only there", () => {
  const input = { scores: Float64Array.of(0.9, 0.2, 0.6), labels: [1, 1, 0] };
  expect("meanCostLoss" in evaluate("binary", input).metrics).toBe(false);
  const costs = { falseNegative: 5, falsePositive: 1 };
  const matrix = [
    [0, 1],
    [5, 0],
  ];
  expect(evaluate("binary", input, { costs, draws: 0 }).metrics.meanCostLoss!.value).toBe(2);
  expect(evaluate("binary", input, { costs: matrix, draws: 0 }).metrics.meanCostLoss!.value).toBe(2);
  expect(metricNames("regression")).not.toContain("ndcgScore");
  const interval = { low: [0, 0, 0], high: [1, 0.5, 1], level: 0.9 };
  const forecast = evaluate("regression", { ...input, forecast: { interval } }, { draws: 0 }).metrics;
  expect(forecast.coverageScore!.value).toBeCloseTo(2 / 3, 12);
  expect("maseError" in forecast).toBe(false);
});

test("bad input is refused with its row", () => {
  const code = (run: () => unknown) => {
    try {
      run();
    } catch (error) {
      return [(error as { code: string }).code, (error as Error).message];
    }
    return [];
  };
  const set = rankingMeasures(Float64Array.of(1, 0), [1, 0], ["a", "b"]);
  expect(code(() => rankingMeasures(Float64Array.of(1, Number.NaN), [1, 0], ["a", "b"]))).toEqual([
    "EVALUATE_SCORE_INVALID",
    "The score in row 2 is NaN; it must be a finite number.",
  ]);
  expect(code(() => measureWithIntervals(set, { weights: [1, -1] }))[0]).toBe("EVALUATE_WEIGHT_INVALID");
  expect(code(() => measureWithIntervals(set, { weights: [0, 0] }))[1]).toBe("All 2 weights are 0.");
  const two = { scores: Float64Array.of(0.5, 0.5), labels: [0], classes: ["a", "b"] };
  expect(code(() => evaluate("multiclass", two, { costs: [[1]] }))[0]).toBe("EVALUATE_CLASSES_MISSING");
  const one = { scores: Float64Array.of(1), labels: [1] };
  expect(code(() => evaluate("regression", one, { power: 0.5 }))[1]).toMatch(/Tweedie/);
  const interval = { low: [2], high: [1], level: 0.9 };
  expect(code(() => forecastMeasures(Float64Array.of(1), [1], { history: [1, 2], interval }))[0]).toBe(
    "EVALUATE_SCORE_INVALID",
  );
});

test("of several series each has its own scale, and all count alike", () => {
  // "a" moves by 2 a step before, "b" by 10, "c" not at all.
  const names = ["a", "b", "c"];
  const scales = [naiveScale([0, 2, 0, 2], 1), naiveScale([0, 10, 20], 1), naiveScale([5, 5, 5], 1)];
  const of = [0, 0, 0, 1, 2];
  const scores = Float64Array.of(1, 1, 1, 25, 7);
  const labels = [0, 2, 3, 30, 5];
  const interval = { low: scores.map((one) => one - 1.5), high: scores.map((one) => one + 1.5), level: 0.9 };
  const set = forecastMeasures(scores, labels, { series: { names, of, scales }, interval });
  const found = measureWithIntervals(set, { draws: 50, seed: 1 });
  // a: errors 1, 1, 2 in units of 2; b: 5 in units of 10
  expect(found.maseError!.value).toBeCloseTo((4 / 3 / 2 + 5 / 10) / 2, 12);
  expect(found.rmsseError!.value).toBeCloseTo((Math.sqrt(6 / 3) / 2 + 5 / 10) / 2, 12);
  expect(measureSeries(scores, labels, { series: { names, of, scales }, interval })).toEqual([
    {
      series: "a",
      rows: 3,
      maeError: expect.closeTo(4 / 3, 12),
      maseError: expect.closeTo(2 / 3, 12),
      coverageScore: expect.closeTo(2 / 3, 12),
    },
    { series: "b", rows: 1, maeError: 5, maseError: 0.5, coverageScore: 0 },
    { series: "c", rows: 1, maeError: 2, maseError: null, coverageScore: 0 },
  ]);
  const none = forecastMeasures(scores, labels, { series: { names, of, scales: [null, null, null] } });
  expect(measureWithIntervals(none, { draws: 0 }).maseError).toMatchObject({
    value: null,
    reason: "no series has evenly spaced rows before that change, to scale by",
  });
});
