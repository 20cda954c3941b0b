import fc from "fast-check";
import { expect, test } from "vitest";
import { randomStream } from "#kernel";
import type { FitInput, LearningFeature } from "../../model.ts";
import { expectProgramScores } from "../../test-data/program-parity.ts";
import { gbdt } from "../gbdt.ts";
import { gbdtOptions } from "../options.ts";

const context = { seed: 1, threads: 1, stopping: () => false, progress: () => undefined };
const objectives = ["squared", "absolute", "huber", "quantile", "poisson", "gamma", "tweedie"] as const;

function counts(rows: number, seed: number): FitInput & { train: { features: LearningFeature[] } } {
  const random = randomStream(seed, "objectives");
  const x = Float64Array.from({ length: rows }, () => random.uniform() * 4);
  const y = Float64Array.from({ length: rows }, () => random.uniform());
  const missing = Uint8Array.from(y, () => (random.integer(6) === 0 ? 1 : 0));
  const target = x.map((value, i) => 0.5 + Math.floor(Math.exp(value * 0.5) * (0.5 + random.uniform()) + y[i]!));
  const features: LearningFeature[] = [
    { name: "x", kind: "numeric", values: x },
    { name: "y", kind: "numeric", values: y, missing },
  ];
  return { task: "regression", classes: 1, train: { rows, features, target } };
}

test.for(objectives)("%s: the program gives the model's predictions to the bit", async (objective) => {
  const input = counts(400, 1);
  const model = await gbdt.fit(input, gbdtOptions.parse({ trees: 20, leaves: 7, objective }), context);
  expectProgramScores(gbdt, model, input.train.features, 400);
});

test.for(objectives)(
  "%s: a weight of 2 is a row twice, a weight of 0 a row less, in what is predicted",
  async (objective) => {
    const input = counts(600, 2);
    const options = gbdtOptions.parse({ trees: 15, leaves: 7, objective });
    const plain = gbdt.predict(await gbdt.fit(input, options, context), input.train.features, 600);
    const train = { ...input.train, weights: new Float64Array(600).fill(2) };
    const doubled = gbdt.predict(await gbdt.fit({ ...input, train }, options, context), train.features, 600);
    const worst = plain.reduce((most, value, i) => Math.max(most, Math.abs(value - doubled[i]!) / value), 0);
    expect(worst).toBeLessThan(0.02);
  },
);

test("quantile: about that share of the training targets lies below", async () => {
  const input = counts(2000, 3);
  for (const quantile of [0.1, 0.5, 0.9]) {
    const options = gbdtOptions.parse({ trees: 60, leaves: 7, objective: "quantile", quantile });
    const predicted = gbdt.predict(await gbdt.fit(input, options, context), input.train.features, 2000);
    const below = predicted.filter((value, i) => input.train.target[i]! <= value).length / 2000;
    // Targets are tied counts, so that the share at or below lies above the quantile.
    expect(below).toBeGreaterThan(quantile - 0.05);
    expect(below).toBeLessThan(quantile + 0.3);
  }
});

test("a monotone feature's predictions never go against it, whatever the other features and missing values are", async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(10_000), fc.constantFrom(1, -1), fc.boolean(), async (seed, direction, binary) => {
      const input = counts(300, seed);
      const random = randomStream(seed, "noise");
      const target = input.train.target.map((value) => (binary ? random.integer(2) : value + 5 * random.uniform()));
      const options = gbdtOptions.parse({
        trees: 15,
        leaves: 12,
        minRowsInLeaf: 3,
        learningRate: 0.3,
        monotone: { x: direction },
      });
      const shape = binary ? ({ task: "binary", classes: 2 } as const) : ({ task: "regression", classes: 1 } as const);
      const model = await gbdt.fit({ ...shape, train: { ...input.train, target } }, options, context);
      const grid = Float64Array.from({ length: 60 }, (_, k) => (k - 5) / 12);
      for (const [y, gone] of [
        [0.1, 0],
        [0.5, 0],
        [0.9, 0],
        [0, 1],
      ] as const) {
        const features: LearningFeature[] = [
          { name: "x", kind: "numeric", values: grid },
          { name: "y", kind: "numeric", values: new Float64Array(60).fill(y), missing: new Uint8Array(60).fill(gone) },
        ];
        const margins = gbdt.predict(model, features, 60);
        for (let k = 1; k < 60; k++) expect(direction * (margins[k]! - margins[k - 1]!)).toBeGreaterThanOrEqual(-1e-12);
      }
    }),
    { numRuns: 25 },
  );
});

test("balanced classes count the same", async () => {
  const input = counts(500, 4);
  const target = input.train.target.map((value, i) => (value > 6 || i % 50 === 0 ? 1 : 0));
  const train = { ...input.train, target };
  const baseOf = async (balanced: boolean) =>
    (await gbdt.fit({ task: "binary", classes: 2, train }, gbdtOptions.parse({ trees: 5, balanced }), context)).base[0];
  expect(await baseOf(true)).toBeCloseTo(0, 9);
  expect(await baseOf(false)).toBeLessThan(-1);
});

test("refuses what an objective or a direction cannot be used for, with a code", async () => {
  const input = counts(50, 5);
  const code = async (options: object, more: Partial<FitInput> = {}) =>
    gbdt.fit({ ...input, ...more }, gbdtOptions.parse(options), context).then(
      () => "none",
      (error: { code?: string }) => error.code ?? String(error),
    );
  const zeros = { train: { ...input.train, target: new Float64Array(50) } };
  expect(await code({ objective: "gamma" }, zeros)).toBe("LEARN_OBJECTIVE_UNFIT");
  expect(await code({ objective: "poisson" }, zeros)).toBe("none");
  const negative = { train: { ...input.train, target: new Float64Array(50).fill(-1) } };
  expect(await code({ objective: "tweedie" }, negative)).toBe("LEARN_OBJECTIVE_UNFIT");
  expect(await code({ objective: "huber" }, { task: "binary", classes: 2, ...zeros })).toBe("LEARN_OBJECTIVE_UNFIT");
  expect(await code({ objective: "absolute", monotone: { x: 1 } })).toBe("LEARN_OBJECTIVE_UNFIT");
  expect(await code({ monotone: { z: 1 } })).toBe("LEARN_MONOTONE_INVALID");
});
