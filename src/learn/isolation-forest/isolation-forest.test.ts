import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { randomStream } from "#kernel";
import type { FitContext, FitInput, LearningFeature } from "../model.ts";
import { expectProgramScores } from "../test-data/program-parity.ts";
import { averagePath } from "./grow-isolation-tree.ts";
import { isolationForest } from "./isolation-forest.ts";

/** scikit-learn's means over five seeds, by oracle/freeze-isolation.py. */
const frozen = JSON.parse(readFileSync(new URL("../oracle/isolation.golden.json", import.meta.url), "utf8")) as {
  x: number[][];
  strange: number[];
  scores: number[];
  auc: number;
  deviation: number;
  rankCorrelation: number;
};
const context: FitContext = { seed: 1, threads: 1, stopping: () => false, progress: () => undefined };
const options = isolationForest.options.parse({});

function inputOf(features: readonly LearningFeature[]): FitInput {
  const rows = features[0]!.values.length;
  return { task: "regression", classes: 1, train: { rows, features, target: new Float64Array(rows) } };
}

function ranksOf(values: ArrayLike<number>): Float64Array {
  const ranks = new Float64Array(values.length);
  Uint32Array.from({ length: values.length }, (_, i) => i)
    .sort((a, b) => values[a]! - values[b]!)
    .forEach((row, rank) => {
      ranks[row] = rank;
    });
  return ranks;
}

function correlation(a: Float64Array, b: Float64Array): number {
  const middle = (a.length - 1) / 2;
  let [both, one, other] = [0, 0, 0];
  a.forEach((value, i) => {
    both += (value - middle) * (b[i]! - middle);
    one += (value - middle) ** 2;
    other += (b[i]! - middle) ** 2;
  });
  return both / Math.sqrt(one * other);
}

test("ranks rows as scikit-learn does, as far as that agrees with itself between seeds", async () => {
  const features = frozen.x.map((values, f) => ({
    name: `x${f}`,
    kind: "numeric" as const,
    values: Float64Array.from(values),
  }));
  const scores = isolationForest.predict(await isolationForest.fit(inputOf(features), options, context), features, 600);
  expect(correlation(ranksOf(scores), ranksOf(frozen.scores))).toBeGreaterThan(frozen.rankCorrelation);
  const apart = scores.reduce((sum, score, i) => sum + Math.abs(score - frozen.scores[i]!), 0) / 600;
  expect(apart).toBeLessThan(0.02);
  const ranks = ranksOf(scores);
  const found = frozen.strange.reduce((sum, label, i) => sum + label * (ranks[i]! + 1), 0);
  expect((found - (30 * 31) / 2) / (30 * 570)).toBeGreaterThan(frozen.auc - 3 * frozen.deviation);
});

test("the program scores as the model; levels, missing and infinite values do no harm", async () => {
  const random = randomStream(2, "isolation test");
  const rows = 300;
  const features: LearningFeature[] = [
    {
      name: "a",
      kind: "numeric",
      values: Float64Array.from({ length: rows }, (_, i) =>
        i % 50 === 0 ? (-1) ** i * Number.POSITIVE_INFINITY : random.uniform(),
      ),
      missing: Uint8Array.from({ length: rows }, () => Number(random.integer(4) === 0)),
    },
    {
      name: "c",
      kind: "categorical",
      levels: 9,
      values: Float64Array.from({ length: rows }, (_, i) => (i === 7 ? 8 : i % 3)),
    },
    { name: "none", kind: "numeric", values: new Float64Array(rows), missing: new Uint8Array(rows).fill(1) },
    { name: "one", kind: "numeric", values: new Float64Array(rows).fill(2) },
  ];
  const model = await isolationForest.fit(inputOf(features), options, context);
  expectProgramScores(isolationForest, model, features, rows);
  const scores = isolationForest.predict(model, features, rows);
  expect(scores.every((score) => score > 0 && score <= 1)).toBe(true);
  expect(
    isolationForest.predict(await isolationForest.fit(inputOf(features), options, context), features, rows),
  ).toEqual(scores);
  // The one row of a level of its own is among the strangest.
  expect(scores.filter((score) => score > scores[7]!).length).toBeLessThan(15);
});

test("two rows, rows that are alike, rows without weight", async () => {
  const two = [{ name: "a", kind: "numeric" as const, values: Float64Array.of(1, 2) }];
  const few = await isolationForest.fit(inputOf(two), options, context);
  for (const score of isolationForest.predict(few, two, 2)) expect(score).toBeCloseTo(0.5, 12);
  const alike = [{ name: "a", kind: "numeric" as const, values: new Float64Array(50).fill(3) }];
  const scores = isolationForest.predict(await isolationForest.fit(inputOf(alike), options, context), alike, 50);
  expect(new Set(scores).size).toBe(1);
  expect(scores[0]).toBeCloseTo(0.5, 12);
  const none = { ...inputOf(two).train, weights: new Float64Array(2) };
  await expect(isolationForest.fit({ ...inputOf(two), train: none }, options, context)).rejects.toMatchObject({
    code: "LEARN_WEIGHTS_INVALID",
  });
});

test("the average depth is the formula's: 1 of two rows, 2 (1 + 1/2) − 4/3 of three", () => {
  expect([0, 1, 2].map(averagePath)).toEqual([0, 0, 1]);
  expect(averagePath(3)).toBeCloseTo(3 - 4 / 3, 12);
});
