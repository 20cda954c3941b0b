import { expect, test } from "vitest";
import { scoresOf } from "../automl/trial/scores.ts";
import type { FitInput, LearningFeature } from "../model.ts";
import { frozen, frozenInput, frozenRows, plain, worst } from "../test-data/learner-peers.ts";
import { naiveBayes } from "./naive-bayes.ts";
import { naiveBayesOptions } from "./options.ts";

const options = naiveBayesOptions.parse({});

test("numbers: scikit-learn's GaussianNB, three classes", async () => {
  const model = await naiveBayes.fit(frozenInput("multiclass", false), options, plain);
  const judged = frozenRows("multiclass", true, false);
  const scores = scoresOf("multiclass", 3, naiveBayes.predict(model, judged.features, judged.rows));
  expect(worst(scores, frozen.gaussian.flat())).toBeLessThan(1e-6);
});

test("levels: scikit-learn's CategoricalNB", async () => {
  const levelsOf = (judges: boolean): LearningFeature[] => {
    const { features } = frozenRows("binary", judges, true);
    const sign = features[3]!.values.map((value) => Number(value > 0));
    return [features[4]!, { name: "sign", kind: "categorical", levels: 2, values: sign }];
  };
  const { train, ...rest } = frozenInput("binary", true);
  const input: FitInput = { ...rest, train: { ...train, features: levelsOf(false) } };
  const model = await naiveBayes.fit(input, options, plain);
  const margins = naiveBayes.predict(model, levelsOf(true), frozen.categorical.length);
  expect(worst(scoresOf("binary", 2, margins), frozen.categorical)).toBeLessThan(1e-9);
});

test("both together: the product of scikit-learn's two", async () => {
  const model = await naiveBayes.fit(frozenInput("binary", true), options, plain);
  const judged = frozenRows("binary", true, true);
  const margins = naiveBayes.predict(model, judged.features, judged.rows);
  expect(worst(scoresOf("binary", 2, margins), frozen.mixed)).toBeLessThan(1e-6);
});

test("a missing value says nothing", async () => {
  const model = await naiveBayes.fit(frozenInput("binary", true), options, plain);
  const missing = Uint8Array.of(1);
  const nothing = frozenRows("binary", true, true).features.map((feature) => ({ ...feature, missing }));
  expect(naiveBayes.predict(model, nothing, 1)[0]).toBeCloseTo(model.base[0]!, 9);
});
