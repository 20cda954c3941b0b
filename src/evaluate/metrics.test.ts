import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareModels, evaluate, metricNamed, metricValue, type Task } from "#evaluate";
import { rocComponents, rocCovariance } from "./intervals/delong.ts";

// Values frozen by oracle/metrics.oracle.py (scikit-learn 1.7.2).
const golden = JSON.parse(readFileSync(new URL("./oracle/metrics.golden.json", import.meta.url), "utf8"));
interface Case {
  task: Task;
  scores: number[];
  labels: number[];
  weights?: number[];
  classes?: string[];
  values: Record<string, number>;
  confusion?: number[][];
  byClass?: Record<string, number[]>;
  delongVariance?: number;
  wilsonAccuracy?: [number, number];
}

describe.each(golden.cases as Case[])("scikit-learn, $task, case %#", (given) => {
  const { task, weights, classes, labels, values } = given;
  const scores = Float64Array.from(given.scores);
  const input = { scores, labels, ...(weights && { weights }), ...(classes && { classes }) };
  const evaluation = evaluate(task, input, { draws: 50 });

  test.each(Object.entries(values))("%s", (name, expected) => {
    expect(Math.abs(evaluation.metrics[name]!.value! - expected)).toBeLessThanOrEqual(1e-12);
    expect(metricValue(name, task, input)).toBe(evaluation.metrics[name]!.value);
  });

  test("every metric of the task is compared", () => {
    expect(Object.keys(evaluation.metrics).sort()).toEqual(Object.keys(values).sort());
  });

  test("each class by itself", () => {
    expect(evaluation.byClass?.map(({ name }) => name)).toEqual(classes);
    for (const [metric, each] of Object.entries(given.byClass ?? {}))
      each.forEach((expected, k) => {
        expect(Math.abs(evaluation.byClass![k]!.metrics[metric]!.value! - expected)).toBeLessThanOrEqual(1e-12);
      });
  });

  test("intervals hold the value, and the confusion and formulas agree", () => {
    for (const { value, low, high } of Object.values(evaluation.metrics)) {
      expect(low! <= high!).toBe(true);
      expect(Math.abs(value! - (low! + high!) / 2)).toBeLessThanOrEqual(high! - low!);
    }
    given.confusion?.forEach((row, i) => {
      row.forEach((count, j) => {
        expect(evaluation.confusion!.counts[i]![j]).toBeCloseTo(count, 10);
      });
    });
    if (given.delongVariance !== undefined) {
      const roc = rocComponents(scores, labels);
      expect(Math.abs(rocCovariance(roc, roc, labels) - given.delongVariance)).toBeLessThan(1e-14);
      expect(evaluation.metrics.accuracyScore!.low).toBeCloseTo(given.wilsonAccuracy![0], 12);
      expect(evaluation.metrics.accuracyScore!.high).toBeCloseTo(given.wilsonAccuracy![1], 12);
    }
  });
});

test("DeLong's paired test", () => {
  const { labels, first, second, difference, standardError } = golden.paired;
  const comparison = compareModels("binary", labels, Float64Array.from(first), Float64Array.from(second), "auc", {
    draws: 400,
  });
  expect(comparison.difference).toBeCloseTo(difference, 12);
  expect(comparison.delong!.standardError).toBeCloseTo(standardError, 12);
  expect((comparison.high! - comparison.low!) / (2 * 1.96)).toBeGreaterThan(standardError * 0.8);
  expect((comparison.high! - comparison.low!) / (2 * 1.96)).toBeLessThan(standardError * 1.2);
});

const rows = fc.array(
  fc.tuple(fc.float({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 3 })),
  {
    minLength: 2,
    maxLength: 40,
  },
);

test("row order does not change a metric; a weight is a repetition", () => {
  fc.assert(
    fc.property(rows, (given) => {
      const take = (list: typeof given) => ({
        scores: Float64Array.from(list, ([score]) => score),
        labels: list.map(([, label]) => label),
      });
      const plain = evaluate("binary", take(given), { draws: 0 });
      const turned = evaluate("binary", take(given.toReversed()), { draws: 0 });
      const heavy = given.filter(([, , weight]) => weight > 0);
      fc.pre(heavy.length > 0);
      const weighted = evaluate(
        "binary",
        { ...take(heavy), weights: heavy.map(([, , weight]) => weight) },
        { draws: 0 },
      );
      const repeated = evaluate("binary", take(heavy.flatMap((row) => Array.from({ length: row[2] }, () => row))), {
        draws: 0,
      });
      for (const name of Object.keys(plain.metrics)) {
        expect(turned.metrics[name]!.value ?? -1).toBeCloseTo(plain.metrics[name]!.value ?? -1, 12);
        expect(repeated.metrics[name]!.value ?? -1).toBeCloseTo(weighted.metrics[name]!.value ?? -1, 10);
      }
    }),
  );
});

test("names that people use are understood", () => {
  expect(["auc", "roc_auc", "RMSE", "logloss", "F1"].map((name) => metricNamed(name).name)).toEqual([
    "rocAucScore",
    "rocAucScore",
    "rmseError",
    "logLoss",
    "f1Score",
  ]);
  expect(() => metricNamed("rocAucScor")).toThrow(/rocAucScore/);
  expect(() => metricNamed("rmse", "binary")).toThrow(/does not measure/);
});
