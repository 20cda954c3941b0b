import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  anomalyMeasures,
  clusterMeasures,
  type EvaluationInput,
  evaluate,
  type MeasureOptions,
  type MetricResult,
  measureWithIntervals,
  metrics,
  type Task,
} from "#evaluate";

interface Case {
  readonly name: string;
  readonly task: Task | "clusters" | "anomalies";
  readonly given: { scores: number[]; labels: number[]; classes?: string[]; points: number[]; width: number } & {
    others: number[];
    threshold: number;
    share: number;
  };
  readonly options: object;
  readonly values: Readonly<Record<string, number | null>>;
  readonly weights?: number[];
  readonly ranking?: { queries: number[]; top?: number };
  readonly forecast?: NonNullable<EvaluationInput["forecast"]>;
  readonly confusion?: number[][];
  readonly byClass?: (readonly (number | null)[])[];
}
// Values frozen by edges.oracle.py (scikit-learn 1.7.2).
const golden: readonly Case[] = JSON.parse(readFileSync(new URL("./edges.golden.json", import.meta.url), "utf8"));
const draws = { draws: 100, seed: 2 };

function measured(one: Case) {
  const { task, given, weights, ranking, forecast } = one;
  const options: MeasureOptions = { ...draws, ...(weights && { weights }) };
  if (task === "clusters") {
    const points = Float64Array.from(given.points);
    return { metrics: measureWithIntervals(clusterMeasures(points, given.width, given.labels, given.others), options) };
  }
  const scores = Float64Array.from(given.scores);
  if (task === "anomalies")
    return { metrics: measureWithIntervals(anomalyMeasures(scores, Float64Array.from(given.others), given), options) };
  const { labels, classes } = given;
  const more = { ...(weights && { weights }), ...(ranking && { ranking }), ...(forecast && { forecast }) };
  return evaluate(task, { scores, labels, ...(classes && { classes }), ...more }, { ...draws, ...one.options });
}

function expectValue({ value, reason }: MetricResult, expected: number | null, name: string) {
  if (expected === null) {
    expect([name, value, typeof reason]).toEqual([name, null, "string"]);
    return;
  }
  expect(value, name).not.toBeNull();
  expect(Math.abs(value! - expected) / Math.max(1, Math.abs(expected)), name).toBeLessThanOrEqual(1e-12);
}

describe.each(golden.map((one) => [`${one.task}: ${one.name}`, one] as const))("scikit-learn, %s", (_, one) => {
  const found = measured(one);

  test("every metric, or null with a reason", () => {
    for (const [name, expected] of Object.entries(one.values)) expectValue(found.metrics[name]!, expected, name);
  });

  test("directions and intervals", () => {
    for (const name of Object.keys(one.values)) {
      const { value, low, high, direction } = found.metrics[name]!;
      expect(direction).toBe(metrics.find((metric) => metric.name === name)!.traits.direction);
      for (const end of [low, high]) expect(end === null || Number.isFinite(end), name).toBe(true);
      if (value !== null && low !== null) expect(low <= high!, name).toBe(true);
    }
  });

  if (one.task === "multiclass")
    test("confusion, and each class by itself", () => {
      if (!("confusion" in found)) throw new Error("no confusion");
      one.confusion!.forEach((row, k) => {
        row.forEach((count, j) => {
          expect(found.confusion!.counts[k]![j]).toBeCloseTo(count, 10);
        });
      });
      one.byClass!.forEach((each, k) => {
        const { metrics: own } = found.byClass![k]!;
        ["precisionScore", "recallScore", "f1Score"].forEach((name, j) => {
          expectValue(own[name]!, each[j]!, `${name} of class ${k}`);
        });
      });
    });
});

test.each([false, true])(
  "every metric that is registered has a peer's figure and an interval (weights: %s)",
  (weighted) => {
    const given = golden.filter((one) => (one.weights !== undefined) === weighted);
    const compared = new Map<string, MetricResult[]>();
    for (const one of given) {
      const found = measured(one);
      for (const [name, value] of Object.entries(one.values))
        if (value !== null) compared.set(name, [...(compared.get(name) ?? []), found.metrics[name]!]);
    }
    expect([...compared.keys()].sort()).toEqual(metrics.map(({ name }) => name).sort());
    for (const [name, results] of compared)
      expect(
        results.some(({ low, high }) => low !== null && high !== null),
        name,
      ).toBe(true);
  },
);
