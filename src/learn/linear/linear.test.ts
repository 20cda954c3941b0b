import { load } from "@millrace/program";
import { expect, test } from "vitest";
import { scoresOf } from "../automl/trial/scores.ts";
import type { FitContext, FitInput, LearningTask } from "../model.ts";
import { peers } from "../test-data/peers.ts";
import { linear } from "./linear.ts";
import { linearOptions } from "./options.ts";

const context: FitContext = { seed: 1, threads: 1, stopping: () => false, progress: () => undefined };
const { linear: frozen } = peers;
const rows = frozen.label.length;
const features = frozen.x.map((column, j) => ({
  name: `x${j}`,
  kind: "numeric" as const,
  values: Float64Array.from(column),
}));

async function fitted(task: LearningTask, target: readonly number[], classes: number, options: object = {}) {
  const input: FitInput = { task, classes, train: { rows, features, target: Float64Array.from(target) } };
  const resolved = linearOptions.parse({ strength: frozen.strength, iterations: 5000, tolerance: 1e-15, ...options });
  const model = await linear.fit(input, resolved, context);
  return linear.predict(model, features, rows);
}

function expectClose(actual: Float64Array, expected: readonly number[], tolerance: number): void {
  const most = expected.reduce((worst, value, i) => Math.max(worst, Math.abs(value - actual[i]!)), 0);
  expect(most).toBeLessThan(tolerance);
}

test("logistic regression gives scikit-learn's margins", async () => {
  expectClose(await fitted("binary", frozen.label, 2), frozen.logisticMargins, 1e-5);
});

test("softmax regression gives scikit-learn's probabilities", async () => {
  const margins = await fitted("multiclass", frozen.kind, 3);
  expectClose(scoresOf("multiclass", 3, margins), frozen.softmaxProbabilities.flat(), 1e-5);
});

test("ridge and elastic net give scikit-learn's values", async () => {
  expectClose(await fitted("regression", frozen.value, 1), frozen.ridge, 1e-5);
  expectClose(await fitted("regression", frozen.value, 1, { l1Share: 0.5 }), frozen.elasticNet, 1e-4);
});

test("the strength is chosen on validation rows", async () => {
  const train = { rows, features, target: Float64Array.from(frozen.value) };
  const model = await linear.fit(
    { task: "regression", classes: 1, train, validation: train },
    linearOptions.parse({}),
    context,
  );
  expect(model.facts.strength).toBe(0.0001);
});

test("a weight counts as so many rows, and a weight of 0 as none", async () => {
  const half = {
    rows: 60,
    features: features.map((f) => ({ ...f, values: f.values.slice(0, 60) })),
    target: Float64Array.from(frozen.label.slice(0, 60)),
  };
  const weights = Float64Array.from({ length: rows }, (_, i) => (i < 60 ? 2 : 0));
  const options = linearOptions.parse({ strength: 0.1, tolerance: 1e-14, iterations: 2000 });
  const alone = await linear.fit({ task: "binary", classes: 2, train: half }, options, context);
  const weighted = await linear.fit(
    { task: "binary", classes: 2, train: { rows, features, target: Float64Array.from(frozen.label), weights } },
    options,
    context,
  );
  expectClose(linear.predict(weighted, features, rows), Array.from(linear.predict(alone, features, rows)), 1e-5);
});

test("a constant column gets no weight, a missing value stands for the mean", async () => {
  const x = Float64Array.from(frozen.x[0]!);
  const missing = Uint8Array.from(x, (_, i) => (i % 7 === 0 ? 1 : 0));
  const mean =
    x.filter((_, i) => missing[i] === 0).reduce((sum, value) => sum + value, 0) /
    missing.filter((bit) => bit === 0).length;
  const own = [
    { name: "x", kind: "numeric" as const, values: x.map((value, i) => (missing[i] === 1 ? 0 : value)), missing },
    { name: "one", kind: "numeric" as const, values: new Float64Array(rows).fill(4) },
  ];
  const input: FitInput = {
    task: "regression",
    classes: 1,
    train: { rows, features: own, target: Float64Array.from(frozen.value) },
  };
  const model = await linear.fit(input, linearOptions.parse({ strength: 0.01 }), context);
  expect(model.weights[0]![1]).toBe(0);
  expect(model.fill[0]).toBeCloseTo(mean, 12);
});

test("infinite and enormous values leave the model finite", async () => {
  const wild = Float64Array.from(frozen.x[0]!, (value, i) =>
    i === 3 ? Number.POSITIVE_INFINITY : i === 4 ? -1e300 : value,
  );
  const own = [{ name: "x", kind: "numeric" as const, values: wild }];
  const input: FitInput = {
    task: "binary",
    classes: 2,
    train: { rows, features: own, target: Float64Array.from(frozen.label) },
  };
  const model = await linear.fit(input, linearOptions.parse({ strength: 0.01 }), context);
  expect(linear.predict(model, own, rows).every(Number.isFinite)).toBe(true);
});

test("its program gives the margins of predict, also of infinite and enormous values", async () => {
  const odd = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e15, -1e300, 2e15, 0.5];
  const x = Float64Array.from({ length: rows }, (_, i) => frozen.x[0]![i]!);
  const train = { rows, features: features.slice(0, 2), target: Float64Array.from(frozen.value) };
  const model = await linear.fit({ task: "regression", classes: 1, train }, linearOptions.parse({}), context);
  const inputs = train.features.map(({ name }) => ({ name, type: "number", missingAllowed: true }) as const);
  const { nodes, tensors, score } = linear.toProgram(model, {
    features: [{ ref: 0 }, { ref: 1 }],
    nextRef: 2,
    prefix: "",
  });
  const scorer = load({ program: { format: 1, inputs, nodes, outputs: { task: "regression", score } }, tensors });
  const pairs = odd.flatMap((a) => [...odd, x[3]!].map((b) => [a, b] as const));
  const columns = [0, 1].map((k) => ({
    ...train.features[k]!,
    values: Float64Array.from(pairs, (pair) => pair[k]!),
  }));
  const margins = linear.predict(model, columns, pairs.length);
  pairs.forEach(([a, b], i) => {
    const { score: given } = scorer.score({ x0: a, x1: b });
    expect(given).toBe(margins[i]);
    expect(Number.isFinite(given)).toBe(true);
  });
});

test("the strength is chosen by folds, the same for the same seed", async () => {
  const train = { rows, features, target: Float64Array.from(frozen.value) };
  const options = linearOptions.parse({ folds: 5 });
  const model = await linear.fit({ task: "regression", classes: 1, train }, options, context);
  const again = await linear.fit({ task: "regression", classes: 1, train }, options, context);
  expect(model).toEqual(again);
  expect(model.facts.strength).toBeLessThanOrEqual(0.01);
});

test("newton and lbfgs come to the same weights", async () => {
  for (const l1Share of [0, 0.5]) {
    const own = { strength: 0.02, l1Share, solver: "lbfgs" };
    const margins = await fitted("binary", frozen.label, 2, own);
    expectClose(await fitted("binary", frozen.label, 2, { ...own, solver: "newton" }), Array.from(margins), 1e-4);
  }
});

test("balanced: both classes weigh the same, however rare one is", async () => {
  const target = frozen.label.map((label, i) => (i % 4 === 0 ? label : 0));
  const margins = await fitted("binary", target, 2, { balanced: true, strength: 1000 });
  expect(Math.abs(margins.reduce((sum, margin) => sum + margin, 0) / rows)).toBeLessThan(0.05);
});
