import fc from "fast-check";
import { expect, test } from "vitest";
import { randomStream, shuffledIndices } from "#kernel";
import type { FitContext, FitInput, LearningFeature } from "../../model.ts";
import { expectProgramScores } from "../../test-data/program-parity.ts";
import { gbdt } from "../gbdt.ts";
import { gbdtOptions } from "../options.ts";
import { encodeCategories } from "./encode-categories.ts";
import { orderedMeans, wholeMeans } from "./ordered-means.ts";
import { statisticFeature } from "./statistic.ts";

const context: FitContext = { seed: 1, threads: 1, stopping: () => false, progress: () => undefined };
const ordered = gbdtOptions.parse({ categories: "ordered", maxCatToOneHot: 2 });

test("tells each row the smoothed mean of its level's rows before it, as worked by hand", () => {
  // Prokhorenkova et al. 2018, eq. 5, with prior 0.5 of weight 1; rows are taken in the order 2, 0, 3, 1, 4.
  const cells = { places: Int32Array.of(0, 0, 0, 1, 0), width: 2, target: [1, 0, 1, 1, 0], prior: 0.5, priorRows: 1 };
  const order = Uint32Array.of(2, 0, 3, 1, 4);
  // Of level 0: row 2 sees none, row 0 sees {1}, row 1 sees {1, 1}, row 4 sees {1, 1, 0}; row 3 is the first of level 1.
  const expected = [1.5 / 2, 2.5 / 3, 0.5, 0.5, 2.5 / 4];
  expect(Array.from(orderedMeans(cells, order))).toEqual(expected);
  expect(Array.from(wholeMeans(cells))).toEqual([2.5 / 5, 1.5 / 2]);
  const weights = Float64Array.of(2, 1, 0, 1, 1);
  expect(Array.from(orderedMeans({ ...cells, weights }, order))).toEqual([0.5, 2.5 / 3, 0.5, 0.5, 2.5 / 4]);
});

test("what a row is told does not hang on its own target, nor on those of rows after it", () => {
  fc.assert(
    fc.property(fc.nat(10_000), fc.integer({ min: 2, max: 60 }), (seed, rows) => {
      const random = randomStream(seed, "ordered");
      const places = Int32Array.from({ length: rows }, () => random.integer(5));
      const target = Float64Array.from({ length: rows }, () => random.uniform());
      const order = shuffledIndices(rows, random);
      const changed = random.integer(rows);
      const other = target.map((value, row) => (order.indexOf(row) >= changed ? value + 1 : value));
      const cells = { places, width: 5, prior: 0.3, priorRows: 2 };
      const [before, after] = [
        orderedMeans({ ...cells, target }, order),
        orderedMeans({ ...cells, target: other }, order),
      ];
      for (let k = 0; k <= changed; k++) expect(after[order[k]!]).toBe(before[order[k]!]);
    }),
    { numRuns: 50 },
  );
});

function levelsOnly(
  codes: Float64Array,
  levels: number,
  target: Float64Array,
  task: FitInput["task"] = "binary",
): FitInput {
  const features: LearningFeature[] = [{ name: "k", kind: "categorical", levels, values: codes }];
  const classes = task === "regression" ? 1 : task === "binary" ? 2 : 3;
  return { task, classes, train: { rows: codes.length, features, target } };
}

test("levels of one row each say nothing, so that nothing is learned from them", async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(10_000), async (seed) => {
      const random = randomStream(seed, "names");
      const codes = Float64Array.from({ length: 200 }, (_, i) => i);
      const target = codes.map(() => random.integer(2));
      const input = levelsOnly(codes, 200, target);
      const encoded = encodeCategories(input, ordered, seed)!;
      expect(new Set(encoded.input.train.features[1]!.values).size).toBe(1);
      for (const growth of ["leafWise", "symmetric"] as const) {
        const options = { ...ordered, growth, trees: 20, minRowsInLeaf: 1 };
        expect((await gbdt.fit(input, options, { ...context, seed })).trees).toEqual([]);
      }
    }),
    { numRuns: 5 },
  );
});

test("levels that are noise do little harm, and levels that tell are learned from: more of both than by splits", async () => {
  const random = randomStream(4, "noise");
  const rows = 3000;
  const codes = Float64Array.from({ length: rows }, () => random.integer(600));
  const noise = codes.map(() => random.integer(2));
  const real = codes.map((code) => (random.uniform() < (code % 2 === 0 ? 0.9 : 0.1) ? 1 : 0));
  const settings = { trees: 40, learningRate: 0.1, leaves: 6, minRowsInLeaf: 10, minRowsPerGroup: 10, catSmooth: 1 };
  const lossOn = async (target: Float64Array, categories: "splits" | "ordered" = "ordered") => {
    const options = { ...ordered, ...settings, categories };
    const half = (from: number) => {
      const own = levelsOnly(codes.slice(from, from + 1500), 600, target.slice(from, from + 1500));
      return own.train;
    };
    const model = await gbdt.fit({ ...levelsOnly(codes, 600, target), train: half(0) }, options, context);
    const test = half(1500);
    const margins = gbdt.predict(model, test.features, test.rows);
    return margins.reduce((sum, m, i) => sum + Math.log1p(Math.exp(test.target[i] === 1 ? -m : m)), 0) / test.rows;
  };
  // Nothing is known at 0.693 and all at 0.325; levels of two and a half rows each, chosen by their targets, fit noise.
  const [onNoise, onReal] = [await lossOn(noise), await lossOn(real)];
  expect(onNoise).toBeLessThan(0.74);
  expect(onNoise).toBeLessThan((await lossOn(noise, "splits")) - 0.015);
  expect(onReal).toBeLessThan(0.5);
  expect(onReal).toBeLessThan((await lossOn(real, "splits")) - 0.05);
});

test("codes out of range are unseen levels, in training rows too", async () => {
  const random = randomStream(8, "range");
  const codes = [0, 1].map(() => Float64Array.from({ length: 400 }, () => random.integer(9) - 1));
  const features = codes.map(
    (own, k): LearningFeature => ({ name: `k${k}`, kind: "categorical", levels: 6, values: own }),
  );
  const target = codes[0]!.map((code, i) => (code + codes[1]![i]!) % 3);
  const input: FitInput = { task: "regression", classes: 1, train: { rows: 400, features, target } };
  const { statistics } = encodeCategories(input, ordered, 1)!;
  expect(statistics.length).toBeGreaterThan(4);
  const strange = codes.map((own, k) => ({ ...features[k]!, values: own.map(() => (k === 0 ? 77 : -1)) }));
  for (const statistic of statistics) {
    const { values } = statisticFeature(statistic, strange, 400);
    expect(new Set(values)).toEqual(new Set([statistic.prior]));
    const own = statisticFeature(statistic, features, 400).values;
    const inRange = codes[0]!.findIndex((code, i) => code >= 0 && code < 6 && codes[1]![i]! >= 0 && codes[1]![i]! < 6);
    expect(own[inRange]).not.toBe(statistic.prior);
  }
});

test("two features that tell only together are paired", async () => {
  const random = randomStream(9, "pairs");
  const rows = 2000;
  const values = [0, 1, 2].map(() => Float64Array.from({ length: rows }, () => random.integer(12)));
  const features = values.map(
    (own, k): LearningFeature => ({ name: `k${k}`, kind: "categorical", levels: 12, values: own }),
  );
  const target = values[0]!.map((a, i) => ((a + values[2]![i]!) % 2 === 0 ? 1 : 0));
  const input: FitInput = { task: "binary", classes: 2, train: { rows, features, target } };
  const encoded = encodeCategories(input, { ...ordered, categoryCombinations: 1 }, 1)!;
  expect(encoded.statistics.map(({ name }) => name)).toEqual([
    ...["k0:ordered", "k0:count", "k1:ordered", "k1:count", "k2:ordered", "k2:count"],
    ...["k0 × k2:ordered", "k0 × k2:count"],
  ]);
  expect(Array.from(encoded.hidden)).toEqual([1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
  const counts = encoded.input.train.features[4]!.values;
  for (let row = 0; row < 20; row++)
    expect(counts[row]).toBe(values[0]!.filter((code) => code === values[0]![row]).length);
});

test("a feature of so many levels that each of its combinations is rare has its best one all the same", () => {
  const random = randomStream(9, "rare");
  const rows = 2000;
  const levels = [900, 12, 12, 12];
  const features = levels.map(
    (count, k): LearningFeature => ({
      name: `k${k}`,
      kind: "categorical",
      levels: count,
      values: Float64Array.from({ length: rows }, () => random.integer(count)),
    }),
  );
  const [, one, two, three] = features.map(({ values }) => values);
  const target = one!.map((a, i) => ((a + two![i]!) % 2 === 0 && (a + three![i]!) % 3 > 0 ? 1 : 0));
  const input: FitInput = { task: "binary", classes: 2, train: { rows, features, target } };
  const { statistics } = encodeCategories(input, { ...ordered, categoryCombinations: 6 }, 1)!;
  const pairs = statistics.map((statistic) => statistic.features).filter((own) => own.length === 2);
  expect(pairs).toContainEqual([1, 2]);
  expect(pairs.some((own) => own.includes(0))).toBe(true);
});

test("three features that tell only together are combined", () => {
  const random = randomStream(9, "triples");
  const rows = 6000;
  const values = [0, 1, 2, 3].map(() => Float64Array.from({ length: rows }, () => random.integer(5)));
  const features = values.map(
    (own, k): LearningFeature => ({ name: `k${k}`, kind: "categorical", levels: 5, values: own }),
  );
  const [a, b, , d] = values as [Float64Array, Float64Array, Float64Array, Float64Array];
  // Two of them tell a little, so that there is something to begin with.
  const target = a.map((own, i) => {
    const pair = (own + b[i]!) % 5 < 2 ? 1 : 0;
    return (own + b[i]! + d[i]!) % 5 === 0 ? 3 : pair;
  });
  const encoded = encodeCategories({ task: "regression", classes: 1, train: { rows, features, target } }, ordered, 1)!;
  const names = encoded.statistics.map(({ name }) => name);
  expect(names).toContain("k0 × k1:ordered");
  expect(names).toContain("k0 × k1 × k3:ordered");
});

test.each(["binary", "multiclass", "regression"] as const)(
  "the program gives what the model gives, missing and unseen levels included (%s)",
  async (task) => {
    const random = randomStream(6, "program");
    const rows = 400;
    const values = [7, 5, 30].map((levels) => Float64Array.from({ length: rows }, () => random.integer(levels - 1)));
    const missing = Uint8Array.from({ length: rows }, () => (random.uniform() < 0.1 ? 1 : 0));
    const features: LearningFeature[] = values.map((own, k) => ({
      name: `k${k}`,
      kind: "categorical",
      levels: [7, 5, 30][k]!,
      values: own,
      ...(k === 1 ? { missing } : {}),
    }));
    const raw = values[0]!.map((a, i) => ((a * 3 + values[1]![i]! * 2 + values[2]![i]!) % 7) / 2 + random.uniform());
    const target =
      task === "regression"
        ? raw
        : raw.map((y) => (task === "binary" ? Number(y > 2) : Math.min(2, Math.floor(y / 1.5))));
    const classes = task === "regression" ? 1 : task === "binary" ? 2 : 3;
    const options = { ...ordered, trees: 10, minRowsInLeaf: 3, growth: "symmetric" as const };
    const model = await gbdt.fit({ task, classes, train: { rows, features, target } }, options, context);
    expect(model.statistics!.length).toBeGreaterThan(3 * (task === "multiclass" ? 3 : 1) - 1);
    const strange = features.map((feature, k) => ({
      ...feature,
      // The last code is the level that training has not.
      values: feature.values.map((value, row) => (row % 5 === k ? feature.levels! - 1 : value)),
    }));
    expectProgramScores(gbdt, model, strange, rows);
  },
);
