import { expect, test } from "vitest";
import { scoresOf } from "../automl/trial/scores.ts";
import { frozen, frozenInput, frozenRows, plain, worst } from "../test-data/learner-peers.ts";
import { nearest } from "./nearest.ts";
import { nearestOptions } from "./options.ts";

test("classes: scikit-learn's shares of the seven nearest", async () => {
  const model = await nearest.fit(frozenInput("multiclass", false), nearestOptions.parse({}), plain);
  const judged = frozenRows("multiclass", true, false);
  const scores = scoresOf("multiclass", 3, nearest.predict(model, judged.features, judged.rows));
  // Shares of 0 are held at 1e-4.
  expect(worst(scores, frozen.nearest.kind.flat())).toBeLessThan(3e-4);
});

test("values: scikit-learn's mean of the five nearest", async () => {
  const model = await nearest.fit(frozenInput("regression", false), nearestOptions.parse({ neighbours: 5 }), plain);
  const judged = frozenRows("regression", true, false);
  expect(worst(nearest.predict(model, judged.features, judged.rows), frozen.nearest.value)).toBeLessThan(1e-9);
});

test("more rows than a model can hold are refused in so many words", async () => {
  const { train, ...rest } = frozenInput("regression", false);
  const learn = (neighbours: number, rows: number) => {
    const at = (values: Float64Array) => Float64Array.from({ length: rows }, (_, i) => values[i % train.rows]!);
    const features = train.features.map((feature) => ({ ...feature, values: at(feature.values) }));
    const input = { ...rest, train: { rows, features, target: at(train.target) } };
    return nearest.fit(input, nearestOptions.parse({ neighbours }), plain);
  };
  await expect(learn(7, 2001)).rejects.toMatchObject({ code: "LEARN_TOO_MANY_ROWS" });
  await expect(learn(50, 600)).rejects.toThrow(/600 rows are more than 582, the most for 50 neighbours/);
});
