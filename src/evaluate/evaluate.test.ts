import { describe, expect, test } from "vitest";
import { baselineScores, compareModels, evaluate, evaluateSlices, judgeGate, renderEvaluationText } from "#evaluate";
import { simulate } from "./testing/simulate.ts";

describe("bad input", () => {
  const scores = Float64Array.of(0.1, 0.9);
  test.each([
    [{ scores, labels: [1] }, "EVALUATE_LENGTH_MISMATCH"],
    [{ scores: Float64Array.of(0.1, Number.NaN), labels: [0, 1] }, "EVALUATE_SCORE_INVALID"],
    [{ scores, labels: [0, 2] }, "EVALUATE_LABEL_INVALID"],
    [{ scores, labels: [0, 1], weights: [1, -1] }, "EVALUATE_WEIGHT_INVALID"],
    [{ scores, labels: [0, 1], weights: [0, 0] }, "EVALUATE_WEIGHT_INVALID"],
    [{ scores, labels: [0, 1], weights: [1e308, 1e308] }, "EVALUATE_WEIGHT_INVALID"],
    [{ scores, labels: [0, 1], weights: [1] }, "EVALUATE_LENGTH_MISMATCH"],
  ])("%o is refused with %s", (input, code) => {
    expect(() => evaluate("binary", input)).toThrow(expect.objectContaining({ code }));
  });

  test("classes of a multiclass task must be given, and its scores be a matrix", () => {
    expect(() => evaluate("multiclass", { scores, labels: [0] })).toThrow(
      expect.objectContaining({ code: "EVALUATE_CLASSES_MISSING" }),
    );
    expect(() => evaluate("multiclass", { scores, labels: [0], classes: ["a", "b", "c"] })).toThrow(/3 a row/);
  });

  test("zero rows: every metric is null with its reason", () => {
    for (const task of ["binary", "multiclass", "regression"] as const) {
      const { metrics } = evaluate(task, { scores: new Float64Array(), labels: [], classes: ["a", "b"] });
      for (const { value, reason } of Object.values(metrics))
        expect([value, reason]).toEqual([null, "there are no rows"]);
    }
  });

  test("one class: rankings are null, proportions stand, and an alarm says so", () => {
    const { metrics, alarms } = evaluate("binary", { scores, labels: [0, 0] });
    expect(metrics.rocAucScore).toMatchObject({ value: null, reason: "all labels are negative" });
    expect(metrics.accuracyScore?.value).toBe(0.5);
    expect(alarms.map(({ name }) => name)).toContain("oneClass");
    expect(() => compareModels("binary", [0, 0], scores, scores, "auc")).toThrow(/all labels are negative/);
  });

  test("margins are no probabilities", () => {
    const { metrics } = evaluate("binary", { scores: Float64Array.of(-2, 3), labels: [0, 1] }, { draws: 0 });
    expect(metrics.logLoss).toMatchObject({ value: null, reason: "some scores are not probabilities between 0 and 1" });
    expect(metrics.rocAucScore?.value).toBe(1);
  });

  test("a label of 0 leaves no percentage error", () => {
    const { metrics } = evaluate("regression", { scores: Float64Array.of(1, 2), labels: [0, 2] });
    expect(metrics.mapeError?.reason).toMatch(/1 labels are 0/);
  });
});

test("the same seed gives the same intervals, another seed others", () => {
  const input = simulate(300, 1);
  expect(evaluate("binary", input, { seed: 4, draws: 100 })).toEqual(
    evaluate("binary", input, { seed: 4, draws: 100 }),
  );
  expect(evaluate("binary", input, { seed: 5, draws: 100 }).metrics.f1Score).not.toEqual(
    evaluate("binary", input, { seed: 4, draws: 100 }).metrics.f1Score,
  );
});

test("curves keep their ends and at most 200 points", () => {
  const { curves } = evaluate("binary", simulate(5000, 2), { draws: 0 });
  expect(curves!.roc.length).toBeLessThanOrEqual(200);
  expect(curves!.roc[0]).toMatchObject({ x: 0, y: 0 });
  expect(curves!.roc.at(-1)).toMatchObject({ x: 1, y: 1 });
  expect(curves!.precisionRecall.at(-1)!.x).toBe(1);
  expect(curves!.calibration.reduce((sum, bin) => sum + bin.rows, 0)).toBe(5000);
});

test("a model that says the same to everyone raises an alarm", () => {
  const labels = Uint8Array.from({ length: 100 }, (_, i) => (i % 4 === 0 ? 1 : 0));
  const scores = baselineScores("binary", labels, 100);
  expect(scores[0]).toBe(0.25);
  const { alarms, metrics } = evaluate("binary", { scores, labels });
  expect(alarms.map(({ name }) => name)).toEqual(["constantScores", "onePrediction"]);
  expect(metrics.rocAucScore?.value).toBe(0.5);
  expect(metrics.precisionScore).toMatchObject({ value: null, reason: "no row is predicted positive" });
});

test("baselines: class shares and the mean", () => {
  expect([...baselineScores("multiclass", [0, 1, 1, 2], 2)]).toEqual([0.25, 0.5, 0.25, 0.25, 0.5, 0.25]);
  expect([...baselineScores("regression", [1, 2, 6], 1)]).toEqual([3]);
  const weights = [3, 0, 1, 1];
  expect([...baselineScores("multiclass", [0, 1, 1, 2], 1, { weights })]).toEqual([0.6, 0.2, 0.2]);
  expect([...baselineScores("regression", [1, 2, 6], 1, { weights: [1, 1, 2] })]).toEqual([3.75]);
  expect(() => baselineScores("binary", [], 1)).toThrow(expect.objectContaining({ code: "EVALUATE_BASELINE_EMPTY" }));
});

describe("comparison", () => {
  const { labels, scores } = simulate(800, 8);
  const noise = simulate(800, 9).scores;

  test("a model with signal is better than noise, and not than itself", () => {
    expect(compareModels("binary", labels, scores, noise, "rocAucScore", { draws: 200 }).pBetter).toBe(1);
    expect(compareModels("binary", labels, noise, scores, "logLoss", { draws: 200 }).pBetter).toBeLessThan(0.05);
    expect(compareModels("binary", labels, scores, scores, "rocAucScore", { draws: 100 })).toMatchObject({
      pBetter: 0.5,
      difference: 0,
      low: 0,
      high: 0,
    });
  });
});

test("a perfect ranking of few rows is not a sure one, and very many rows are compared by formula", () => {
  const { metrics } = evaluate("binary", { scores: Float64Array.of(0.9, 0.8, 0.2, 0.1), labels: [1, 1, 0, 0] });
  expect(metrics.rocAucScore).toMatchObject({ value: 1, high: 1, interval: "wilson" });
  expect(metrics.rocAucScore!.low).toBeLessThan(0.4);
  const many = simulate(60_000, 1);
  const other = simulate(60_000, 2).scores;
  expect(compareModels("binary", many.labels, many.scores, other, "auc")).toMatchObject({ draws: 0, pBetter: 1 });
});

describe("gate", () => {
  const { labels, scores } = simulate(800, 8);
  const evaluation = evaluate("binary", { labels, scores }, { draws: 100 });
  const baseline = compareModels("binary", labels, scores, baselineScores("binary", labels, 800), "rocAucScore", {
    draws: 100,
  });

  test("a good model passes, with plain words", () => {
    const policy = {
      betterThanBaseline: { metric: "rocAuc" },
      betterThanChampion: { metric: "rocAuc" },
      minimum: { rocAucScore: 0.6 },
      minRows: 100,
    };
    const verdict = judgeGate(policy, { evaluation, baseline, champion: null });
    expect(verdict.passed).toBe(true);
    expect(verdict.checks.map(({ name }) => name)).toEqual([
      "minRows",
      "notDegenerate",
      "betterThanBaseline",
      "betterThanChampion",
      "minimum rocAucScore",
    ]);
    expect(verdict.checks[2]!.evidence).toMatch(
      /^ROC AUC is 0\.\d+ against 0\.5 of the baseline .* probability of 100 %, and 95 % are asked for\.$/,
    );
  });

  test("a model equal to the champion is refused, unless not being worse is enough", () => {
    const champion = compareModels("binary", labels, scores, scores, "rocAucScore", { draws: 100 });
    expect(judgeGate({ betterThanChampion: { metric: "auc" } }, { evaluation, champion }).passed).toBe(false);
    expect(
      judgeGate({ betterThanChampion: { metric: "auc", notWorseBy: 0.01 } }, { evaluation, champion }).passed,
    ).toBe(true);
  });

  test("less is better for a loss, and missing evidence does not pass", () => {
    expect(judgeGate({ minimum: { logLoss: 0.1 } }, { evaluation }).checks[1]).toMatchObject({
      passed: false,
      limit: 0.1,
    });
    expect(judgeGate({ maxCalibrationError: 0.5 }, { evaluation }).passed).toBe(true);
    expect(judgeGate({ betterThanBaseline: { metric: "auc" } }, { evaluation }).passed).toBe(false);
    expect(() => judgeGate({ minimum: { rmse: 1 } }, { evaluation })).toThrow(/does not measure/);
    const exports = [
      { target: "sql", ok: true, evidence: "sql (duckdb) scores alike." },
      { target: "sql", ok: false, evidence: "sql (sqlite) differs." },
      { target: "c", ok: true, evidence: "c scores alike." },
    ];
    expect(judgeGate({ exports: ["c"] }, { evaluation, exports }).passed).toBe(true);
    expect(judgeGate({ exports: ["sql", "go"] }, { evaluation, exports }).checks.slice(1)).toMatchObject([
      { name: "export sql", passed: false, evidence: "sql (duckdb) scores alike. sql (sqlite) differs." },
      { name: "export go", passed: false, evidence: "The export to go was not checked." },
    ]);
  });
});

describe("slices", () => {
  const { labels, scores } = simulate(2000, 5);
  const bad = simulate(2000, 6).scores;
  const mixed = scores.map((score, i) => (i % 5 === 0 ? bad[i]! : score));
  const frame = {
    rows: 2000,
    columns: new Map([
      [
        "site",
        {
          type: "string",
          levels: ["good", "bad"],
          codes: Int32Array.from({ length: 2000 }, (_, i) => (i % 5 === 0 ? 1 : 0)),
        } as const,
      ],
      ["speed", { type: "number", values: Float64Array.from({ length: 2000 }, (_, i) => i % 97) } as const],
    ]),
  };

  test("the worst comes first, small ones are left out, two columns cross", () => {
    const slices = evaluateSlices("binary", { scores: mixed, labels }, frame, {
      by: ["site", "speed", "site*speed"],
      draws: 50,
    });
    expect(slices[0]!.values.site).toBe("bad");
    expect(slices.find(({ name }) => name === "site = bad")!.clearlyWorse).toBe(true);
    expect(slices.filter(({ values }) => Object.keys(values).length === 2)).toHaveLength(8);
    expect(evaluateSlices("binary", { scores, labels }, frame, { by: ["site"], minRows: 500, draws: 0 })).toHaveLength(
      1,
    );
    const gate = judgeGate(
      { slices: { metric: "auc", maxGap: 0.02 } },
      { evaluation: evaluate("binary", { scores: mixed, labels }, { draws: 0 }), slices },
    );
    expect(gate.checks[1]).toMatchObject({ name: "slices maxGap", passed: false });
  });

  test("an unknown column is named", () => {
    expect(() => evaluateSlices("binary", { scores, labels }, frame, { by: ["sit"] })).toThrow(/"site"|site/);
  });
});

test("an evaluation reads well", () => {
  const text = renderEvaluationText(evaluate("binary", simulate(500, 1), { draws: 100 }));
  expect(text).toMatch(/^Evaluation \(binary\): 500 rows, \d+\.\d % positive, threshold 0\.5\n/);
  expect(text).toMatch(/ {2}ROC AUC +0\.\d{4} {3}0\.\d{4} – 0\.\d{4} +↑\n/);
});
