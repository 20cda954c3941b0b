import type { Column } from "@millrace/program";
import { expect, test } from "vitest";
import { evaluate } from "#evaluate";
import { randomStream } from "#kernel";
import { facts, record, settings } from "../../test-data/small-search.ts";
import { bestMember } from "../choose/choose-model.ts";
import { selectEnsembles } from "../choose/select-ensemble.ts";
import { stackWeights } from "../choose/stack-models.ts";
import { labelledRows } from "../rows/training-rows.ts";
import { quickMetric } from "../trial/quick-metric.ts";
import { judge, type Trial } from "../trial/run-trial.ts";
import { scoresOf } from "../trial/scores.ts";
import { decodeRecord, encodeRecord, type TrialRecord } from "../trial/trial-record.ts";
import { fixedOptions } from "./fixed-options.ts";
import { proposeTrial } from "./propose-trial.ts";
import { searchFacts } from "./search-facts.ts";
import { optionsAt, pointOf, spaceOf } from "./search-space.ts";
import { foldsWithin } from "./search-trials.ts";

const normals = (seed: string, rows: number) => {
  const random = randomStream(1, seed);
  return Float64Array.from({ length: rows }, () => {
    let sum = -6;
    for (let k = 0; k < 12; k++) sum += random.uniform();
    return sum;
  });
};

test("options go to a point of their space and back", () => {
  const data = { ...facts, task: "regression", least: 0, skew: 2, levels: 500 } as const;
  for (const learner of ["gbdt", "linear", "forest", "tree", "network"] as const) {
    const space = spaceOf(learner, data);
    const random = randomStream(5, learner);
    for (let k = 0; k < 50; k++) {
      const options = optionsAt(
        space,
        space.map(() => random.uniform()),
      );
      expect(optionsAt(space, pointOf(space, options))).toEqual(options);
    }
  }
});

test("proposals come closer to the best options of a known landscape than random ones", () => {
  // Best at a learning rate of 0.05 and 20 leaves.
  const landscape = ({ options }: TrialRecord["plan"]) =>
    1 - (Math.log(Number(options.learningRate) / 0.05) ** 2 + Math.log(Number(options.leaves) / 20) ** 2) / 10;
  const best = (search: "bayesian" | "random", seed: number) => {
    const trials: TrialRecord[] = [];
    for (let k = 0; k < 40; k++) {
      const own = settings({ search, seed, learners: ["gbdt"] });
      const plan = proposeTrial(trials, ({ score }) => score!, facts, own, k)!;
      expect(plan.learner).toBe("gbdt");
      trials.push(record({ plan, score: landscape(plan) }));
    }
    return trials.slice(-20).reduce((sum, { score }) => sum + score! / 20, 0);
  };
  for (const seed of [1, 2, 3]) expect(best("bayesian", seed)).toBeGreaterThan(best("random", seed) + 0.05);
});

test("after a proposal that was tried before comes another one", () => {
  const own = settings({ constraints: { interpretable: false, monotone: { x: 1 } } });
  const trials = [0.05, 0.1, 0.2].map((learningRate) =>
    record({ plan: { learner: "gbdt", options: { learningRate } }, score: learningRate }),
  );
  const proposed = [0, 1, 2, 3].map((k) => proposeTrial(trials, ({ score }) => score!, facts, own, k));
  expect(new Set(proposed.map((plan) => JSON.stringify(plan))).size).toBe(4);
});

test("a cheap learner whose options hardly change its score draws few proposals", () => {
  const plan = (learner: "gbdt" | "linear", place: number) => ({
    learner,
    options: fixedOptions(
      learner,
      facts,
      settings(),
      optionsAt(spaceOf(learner, facts), [place, 0.5, 0.5, 0.5, 0.5, 0.5]),
    ),
  });
  const trials = [
    ...[0.7, 0.74, 0.78, 0.8].map((score, k) => record({ plan: plan("gbdt", k / 5), score, work: 400 })),
    ...[0.7905, 0.7906, 0.7907, 0.7908].map((score, k) => record({ plan: plan("linear", k / 5), score, work: 4 })),
  ];
  const own = settings({ learners: ["gbdt", "linear"] });
  const learners = Array.from(
    { length: 40 },
    (_, k) => proposeTrial(trials, ({ score }) => score!, facts, own, k)!.learner,
  );
  expect(learners.filter((learner) => learner === "linear").length).toBeLessThan(8);
});

test("whole numbers count as numbers, and a target of numbers as none", () => {
  const rows = 30;
  const numbers = (type: "number" | "integer") => ({ type, values: Float64Array.from({ length: rows }, (_, i) => i) });
  const text = { type: "string" as const, codes: new Int32Array(rows), levels: ["a"] };
  const columns = new Map<string, Column>([
    ["whole", numbers("integer")],
    ["real", numbers("number")],
    ["text", text],
    ["y", numbers("integer")],
  ]);
  const own = settings();
  const read = labelledRows({ rows, columns }, { ...own, task: "regression" });
  expect(searchFacts(read, { ...own, task: "regression" }, []).numbers).toBe(2);
  expect(searchFacts(read, { ...own, task: "regression" }, ["whole"]).numbers).toBe(1);
});

test("a grid is walked through once, and then there is nothing left", () => {
  const own = settings({ search: "grid", constraints: { interpretable: true, monotone: {} } });
  const seen = new Set<string>();
  for (let k = 0; ; k++) {
    const plan = proposeTrial([record({})], ({ score }) => score!, facts, own, k);
    if (plan === undefined) break;
    seen.add(JSON.stringify(plan));
    expect(k).toBeLessThan(100);
  }
  expect(seen.size).toBe(21);
});

test("the quick area under the ROC curve is the slow one, ties included", () => {
  const scores = normals("scores", 400).map((value) => Math.round(3 * value) / 3);
  const labels = Float64Array.from(normals("labels", 400), (value, i) => (value + scores[i]! > 0 ? 1 : 0));
  const { metrics } = evaluate("binary", { scores, labels, classes: ["a", "b"] }, { draws: 0 });
  const quick = quickMetric({ target: labels }, settings(), ["a", "b"])(scores);
  expect(quick).toBeCloseTo(metrics.rocAucScore!.value!, 12);
});

test("one metric is judged as it is among all of them, interval included", () => {
  const rows = 300;
  const target = Float64Array.from(normals("target", rows), (value) => (value < -0.5 ? 0 : value < 0.5 ? 1 : 2));
  const weights = Float64Array.from(normals("weights", rows), (value) => Math.abs(value));
  const classes = ["a", "b", "c"];
  const multiclass = settings({ task: "multiclass", metric: "logLoss" });
  const regression = settings({ task: "regression", metric: "rmseError" });
  for (const [own, names, width] of [
    [multiclass, classes, 3],
    [regression, [], 1],
  ] as const)
    for (const judged of [{ target }, { target, weights }]) {
      const margins = normals("margins", width * rows);
      const scores = scoresOf(own.task, width, margins);
      const given = { scores, labels: target, ...(names.length > 0 ? { classes: names } : {}) };
      const all = evaluate(own.task, { ...given, ...judged }, { seed: own.seed, draws: own.draws });
      const { value, low, high } = all.metrics[own.metric]!;
      const { score, interval } = judge(margins, judged, own, names);
      expect(score!).toBeCloseTo(value!, 9);
      expect(interval![0]).toBeCloseTo(low!, 9);
      expect(interval![1]).toBeCloseTo(high!, 9);
    }
});

test("rows that are judged twice have the interval of the same rows judged once", () => {
  const target = Float64Array.from(normals("twice", 200), (value) => (value > 0 ? 1 : 0));
  const margins = normals("margins", 200);
  const twice = (values: Float64Array) => Float64Array.of(...values, ...values);
  for (const own of [settings(), settings({ metric: "logLoss", draws: 1500 })]) {
    const once = judge(margins, { target }, own, ["0", "1"]);
    const both = judge(twice(margins), { target: twice(target), times: 2 }, own, ["0", "1"]);
    expect(both.score!).toBeCloseTo(once.score!, 9);
    const width = ([low, high]: readonly [number, number]) => high - low;
    expect(width(both.interval!) / width(once.interval!)).toBeGreaterThan(0.85);
    expect(width(both.interval!) / width(once.interval!)).toBeLessThan(1.15);
  }
});

test("two half-blind models are weighed together, and copies of noise are not", () => {
  const rows = 1200;
  const [a, b, noise] = ["a", "b", "noise"].map((name) => normals(name, rows)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const target = Float64Array.from(normals("target", rows), (value, i) => (a[i]! + b[i]! + value > 0 ? 1 : 0));
  const measure = quickMetric({ target }, settings(), ["0", "1"]);
  const { single, ensembles } = selectEnsembles([a, b, noise], { target }, settings(), ["0", "1"])!;
  for (const { weights, heldOut } of ensembles) {
    expect(measure(heldOut)).toBeGreaterThan(measure(single) + 0.05);
    expect(weights[0]! / weights[1]!).toBeGreaterThan(0.6);
    expect(weights[0]! / weights[1]!).toBeLessThan(1.7);
    expect(weights[2]!).toBeLessThan(0.2 * weights[0]!);
  }
});

test("the search for an ensemble ends when it is told to, at whatever measurement that is", () => {
  const models = ["a", "b", "c"].map((name) => normals(name, 200));
  const target = Float64Array.from(normals("target", 200), (value, i) => (models[0]![i]! + value > 0 ? 1 : 0));
  let all = 0;
  selectEnsembles(models, { target }, settings(), ["0", "1"], () => {
    all++;
    return false;
  });
  expect(all).toBeGreaterThan(30);
  for (const end of [0, 7, all - 1]) {
    let asked = 0;
    expect(selectEnsembles(models, { target }, settings(), ["0", "1"], () => asked++ >= end)).toBeUndefined();
    expect(asked).toBe(end + 1);
  }
});

test("folds go by the time of the first one", () => {
  expect(foldsWithin({ making: 0.1, fitting: 0.2 }, 20, 5, 1)).toBe(5);
  // A text whose matrix is dear is made once a fold, however many fits follow.
  expect(foldsWithin({ making: 2, fitting: 0.3 }, 16, 5, 1)).toBe(4);
  expect(foldsWithin({ making: 0, fitting: 2 }, 16, 5, 1)).toBe(1);
  expect(foldsWithin({ making: 0, fitting: 2 }, 16, 5, 2)).toBe(4);
  expect(foldsWithin({ making: 0, fitting: 90 }, 16, 5, 1)).toBe(1);
});

test("where time is for one member only, it is the best one that fits, whatever the stack's weights", () => {
  const scored = (score: number): Trial => ({ ...record({ score }), models: [] });
  const [worse, best, dear] = [scored(0.33), scored(0.08), scored(0.07)] as const;
  expect(bestMember([worse, best, dear], "logLoss", (one) => one !== dear)).toBe(best);
  expect(bestMember([worse, best, dear], "rocAucScore", () => true)).toBe(worse);
  expect(bestMember([worse, best], "logLoss", () => false)).toBe(best);
});

test("a stack finds the weights of a known sum, and none below 0", () => {
  const rows = 2000;
  const [a, b, c] = ["a", "b", "c"].map((name) => normals(name, rows)) as [Float64Array, Float64Array, Float64Array];
  const target = Float64Array.from(a, (value, i) => 0.7 * value + 0.2 * b[i]! - 0.5 * c[i]!);
  const weights = stackWeights([a, b, c], target, undefined, "regression", 1);
  expect(weights[0]!).toBeCloseTo(0.7, 1);
  expect(weights[1]!).toBeCloseTo(0.2, 1);
  expect(weights[2]!).toBeGreaterThanOrEqual(0);
  expect(weights[2]!).toBeLessThan(0.05);
});

test("a record reads back bit for bit; other lines read as none", () => {
  const trial = record({ margins: Float64Array.of(1 / 3, -0, 1e-300), interval: [0.1, 0.2], lost: ["sql: too wide"] });
  expect(decodeRecord(encodeRecord(trial))).toEqual(trial);
  for (const line of ["", "{", "null", "[]", "{}", encodeRecord(trial).slice(0, -5), '{"margins":"AAA="}'])
    expect(decodeRecord(line)).toBeUndefined();
  // Models are of the search that made them: a file names none, and none that it names is read.
  const made = { ...trial, models: [], modelFile: { path: "/tmp/gone", digest: "sha256:0" }, over: [trial] };
  expect(encodeRecord(made)).toBe(encodeRecord(trial));
  const named = { ...JSON.parse(encodeRecord(trial)), modelFile: made.modelFile, over: [] };
  expect(decodeRecord(JSON.stringify(named))).toEqual(trial);
});
