import { load, type ProgramInput } from "@millrace/program";
import { expect, test } from "vitest";
import { evaluate } from "#evaluate";
import { digestBytes, randomStream } from "#kernel";
import { scoresOf } from "../automl/trial/scores.ts";
import type { FitContext, FitInput, LearningData, LearningFeature, LearningTask } from "../model.ts";
import { assembleProgram } from "../program/assemble-program.ts";
import { peers } from "../test-data/peers.ts";
import { gbdt } from "./gbdt.ts";
import type { GbdtModel } from "./model.ts";
import { gbdtOptions } from "./options.ts";

const context: FitContext = { seed: 1, threads: 1, stopping: () => false, progress: () => undefined };
const { trees: frozen } = peers;
const peerOptions = gbdtOptions.parse({ trees: 60, leaves: 15, learningRate: 0.1 });

function part(target: readonly number[], from: number, to: number): LearningData {
  const b = frozen.b.slice(from, to);
  return {
    rows: to - from,
    target: Float64Array.from(target.slice(from, to)),
    features: [
      { name: "a", kind: "numeric", values: Float64Array.from(frozen.a.slice(from, to)) },
      {
        name: "b",
        kind: "numeric",
        values: Float64Array.from(b, (value) => value ?? 0),
        missing: Uint8Array.from(b, (value) => (value === null ? 1 : 0)),
      },
      { name: "c", kind: "categorical", levels: 12, values: Float64Array.from(frozen.c.slice(from, to)) },
    ],
  };
}

async function judged(task: LearningTask, target: readonly number[], classes: number) {
  const model = await gbdt.fit({ task, classes, train: part(target, 0, 1000) }, peerOptions, context);
  const test = part(target, 1000, 1500);
  const scores = scoresOf(task, classes, gbdt.predict(model, test.features, test.rows));
  const names = task === "regression" ? {} : { classes: Array.from({ length: classes }, (_, c) => String(c)) };
  return evaluate(task, { scores, labels: test.target, ...names }, { draws: 0 }).metrics;
}

test("is as good as LightGBM on the same rows with the same settings", async () => {
  const binary = await judged("binary", frozen.label, 2);
  expect(binary.logLoss!.value! - frozen.binary.logLoss).toBeLessThan(0.015);
  expect(binary.rocAucScore!.value! - frozen.binary.auc).toBeGreaterThan(-0.01);
  const regression = await judged("regression", frozen.value, 1);
  expect(regression.rmseError!.value! ** 2).toBeLessThan(1.05 * frozen.regression.mse);
  const multiclass = await judged("multiclass", frozen.kind, 3);
  expect(multiclass.logLoss!.value! - frozen.multiclass.logLoss).toBeLessThan(0.02);
});

test("finds the one split that there is, at the middle, with the leaf values of the formula", async () => {
  const values = Float64Array.from({ length: 100 }, (_, i) => i);
  const target = values.map((value) => (value < 40 ? -3 : 2));
  const train: LearningData = { rows: 100, features: [{ name: "x", kind: "numeric", values }], target };
  const options = gbdtOptions.parse({ trees: 1, leaves: 2, learningRate: 1, minRowsInBin: 1, minRowsInLeaf: 1 });
  const model = await gbdt.fit({ task: "regression", classes: 1, train }, options, context);
  expect(model.base[0]).toBe(0);
  expect(model.trees[0]!.threshold[0]).toBe(39.5);
  expect(Array.from(model.trees[0]!.leafValues, (value) => Math.round(value * 1e6) / 1e6)).toEqual([-3, 2]);
});

test("learns where missing values and levels belong, unseen levels included", async () => {
  const rows = 400;
  const missing = Uint8Array.from({ length: rows }, (_, i) => (i % 4 === 0 ? 1 : 0));
  const x = Float64Array.from({ length: rows }, (_, i) => (missing[i] === 1 ? 0 : (i * 7) % 100));
  const target = Float64Array.from({ length: rows }, (_, i) => (missing[i] === 1 || x[i]! < 20 ? 5 : 0));
  const options = gbdtOptions.parse({ trees: 1, leaves: 2, learningRate: 1 });
  const features: LearningFeature[] = [{ name: "x", kind: "numeric", values: x, missing }];
  const model = await gbdt.fit({ task: "regression", classes: 1, train: { rows, features, target } }, options, context);
  expect(model.trees[0]!.missingLeft[0]).toBe(1);

  const code = Float64Array.from({ length: rows }, (_, i) => i % 8);
  const even = code.map((value) => (value % 2 === 0 ? 1 : 0));
  const category: LearningFeature[] = [{ name: "k", kind: "categorical", levels: 8, values: code }];
  const byLevel = await gbdt.fit(
    { task: "binary", classes: 2, train: { rows, features: category, target: even } },
    gbdtOptions.parse({ trees: 1, leaves: 2, minRowsPerGroup: 1 }),
    context,
  );
  const left = Array.from(byLevel.trees[0]!.categories[0]!);
  expect([
    [0, 2, 4, 6],
    [1, 3, 5, 7],
  ]).toContainEqual(left);
  const strange = [{ ...category[0]!, values: Float64Array.of(0, 1, 99, -1) }];
  const [a, b, unseen, negative] = gbdt.predict(byLevel, strange, 4);
  expect(a).not.toBe(b);
  expect(unseen).toBe(negative);
});

test("early stopping keeps the rounds of least validation loss", async () => {
  const [train, validation] = [part(frozen.label, 0, 700), part(frozen.label, 700, 1000)];
  const options = gbdtOptions.parse({ trees: 500, leaves: 15, earlyStoppingRounds: 20 });
  const model = await gbdt.fit({ task: "binary", classes: 2, train, validation }, options, context);
  expect(model.trees.length).toBe(Number(model.facts.rounds));
  expect(Number(model.facts.roundsGrown)).toBe(Number(model.facts.rounds) + 20);
  const margins = gbdt.predict(model, validation.features, validation.rows);
  const { logLoss } = evaluate(
    "binary",
    { scores: scoresOf("binary", 2, margins), labels: validation.target },
    { draws: 0 },
  ).metrics;
  expect(logLoss!.value).toBeCloseTo(Number(model.facts.validationLoss), 10);
});

test("rows of weight 0 count for nothing, equal weights for what no weights do", async () => {
  const train = part(frozen.label, 0, 1000);
  const options = gbdtOptions.parse({ trees: 10, leaves: 7 });
  const plain = await gbdt.fit({ task: "binary", classes: 2, train }, options, context);
  const ones = { ...train, weights: new Float64Array(1000).fill(1) };
  expect(digestOf(await gbdt.fit({ task: "binary", classes: 2, train: ones }, options, context))).toBe(digestOf(plain));
  const spoilt = {
    ...part(frozen.label, 0, 1500),
    weights: Float64Array.from({ length: 1500 }, (_, i) => (i < 1000 ? 1 : 0)),
    target: Float64Array.from(frozen.label, (label, i) => (i < 1000 ? label : 1 - label)),
  };
  const model = await gbdt.fit({ task: "binary", classes: 2, train: spoilt }, options, context);
  const test = part(frozen.label, 1000, 1500);
  const auc = (own: GbdtModel) =>
    evaluate(
      "binary",
      { scores: scoresOf("binary", 2, gbdt.predict(own, test.features, 500)), labels: test.target },
      { draws: 0 },
    ).metrics.rocAucScore!.value!;
  expect(Math.abs(auc(model) - auc(plain))).toBeLessThan(0.02);
});

test("bagging and feature shares hang on the seed alone", async () => {
  const input: FitInput = { task: "multiclass", classes: 3, train: part(frozen.kind, 0, 1000) };
  const options = gbdtOptions.parse({ trees: 8, leaves: 7, rowShare: 0.6, featureShare: 0.5 });
  const once = await gbdt.fit(input, options, context);
  expect(digestOf(await gbdt.fit(input, options, context))).toBe(digestOf(once));
  expect(digestOf(await gbdt.fit(input, options, { ...context, seed: 2 }))).not.toBe(digestOf(once));
});

test("infinite values, columns that are all missing and constant columns do no harm", async () => {
  const rows = 300;
  const x = Float64Array.from({ length: rows }, (_, i) =>
    i % 10 === 0 ? Number.POSITIVE_INFINITY : i % 11 === 0 ? Number.NEGATIVE_INFINITY : i,
  );
  const features: LearningFeature[] = [
    { name: "x", kind: "numeric", values: x },
    { name: "none", kind: "numeric", values: new Float64Array(rows), missing: new Uint8Array(rows).fill(1) },
    { name: "one", kind: "numeric", values: new Float64Array(rows).fill(3) },
    {
      name: "empty",
      kind: "categorical",
      levels: 2,
      values: new Float64Array(rows),
      missing: new Uint8Array(rows).fill(1),
    },
  ];
  const target = x.map((value) => (value === Number.POSITIVE_INFINITY ? 1 : 0));
  const model = await gbdt.fit(
    { task: "binary", classes: 2, train: { rows, features, target } },
    gbdtOptions.parse({ trees: 20 }),
    context,
  );
  const margins = gbdt.predict(model, features, rows);
  expect(margins.every(Number.isFinite)).toBe(true);
  expect(margins[0]).toBeGreaterThan(margins[1]!);
});

test("the program of a model gives the model's scores to the bit", async () => {
  for (const [task, target, classes] of [
    ["binary", frozen.label, 2],
    ["regression", frozen.value, 1],
    ["multiclass", frozen.kind, 3],
  ] as const) {
    const train = part(target, 0, 1000);
    const model = await gbdt.fit({ task, classes, train }, peerOptions, context);
    const inputs: ProgramInput[] = train.features.map(({ name }) => ({ name, type: "number", missingAllowed: true }));
    const names = task === "regression" ? [] : Array.from({ length: classes }, (_, c) => String(c));
    const placed = {
      model,
      features: inputs.map((_, ref) => ({ ref })),
      toNodes: (refs: Parameters<typeof gbdt.toProgram>[1]) => gbdt.toProgram(model, refs),
    };
    const program = assembleProgram({ inputs, nodes: [], tensors: new Map() }, [placed], {
      task,
      classes: names,
      calibration: { kind: "none" },
    });
    const test = part(target, 1000, 1500);
    const columns = new Map(
      test.features.map(({ name, values, missing }) => [
        name,
        {
          type: "number" as const,
          values: name === "c" ? values.map((v, i) => (i % 50 === 0 ? 40 : v)) : values,
          ...(missing === undefined ? {} : { missing }),
        },
      ]),
    );
    const features = test.features.map((feature) => ({ ...feature, values: columns.get(feature.name)!.values }));
    const expected = scoresOf(task, classes, gbdt.predict(model, features, test.rows));
    expect(Array.from(load(program).scoreFrame({ rows: test.rows, columns }).score)).toEqual(Array.from(expected));
  }
});

test("one, two and three threads give the same model, whatever is shared out by rows or by features", async () => {
  const rows = 12_000;
  const random = randomStream(3, "gbdt test");
  const features: LearningFeature[] = Array.from({ length: 5 }, (_, f) => ({
    name: `x${f}`,
    kind: f === 4 ? "categorical" : "numeric",
    ...(f === 4 ? { levels: 20 } : {}),
    ...(f === 2 ? { missing: Uint8Array.from({ length: rows }, () => Number(random.integer(5) === 0)) } : {}),
    values: Float64Array.from({ length: rows }, () => (f === 4 ? random.integer(20) : random.uniform())),
  }));
  const target = Float64Array.from({ length: rows }, (_, i) =>
    features[0]!.values[i]! + random.uniform() > 1 ? 1 : 0,
  );
  // As many rounds as sharing needs to pay, nearly all of which early stopping leaves out.
  const options = gbdtOptions.parse({ trees: 500, leaves: 15, rowShare: 0.9, earlyStoppingRounds: 2 });
  const train = { rows, features, target };
  const validation = { rows, features, target: target.map((label, i) => (i % 3 === 0 ? 1 - label : label)) };
  const fitted = (threads: number) =>
    gbdt.fit({ task: "binary", classes: 2, train: { ...train }, validation }, options, { ...context, threads });
  const alone = digestOf(await fitted(1));
  expect(digestOf(await fitted(2))).toBe(alone);
  expect(digestOf(await fitted(3))).toBe(alone);
});

function digestOf(model: GbdtModel): string {
  const { tensors } = gbdt.toProgram(model, {
    features: Array.from({ length: model.featureCount }, (_, ref) => ({ ref })),
    nextRef: 99,
    prefix: "",
  });
  return digestBytes([...tensors].map(([name, { values }]) => `${name}:${Array.from(values).join(",")}`).join("\n"));
}
