import { expect, test } from "vitest";
import { evaluate } from "#evaluate";
import { scoresOf } from "../automl/trial/scores.ts";
import type { LearningTask } from "../model.ts";
import { frozen, frozenInput, frozenRows, plain } from "../test-data/learner-peers.ts";
import { gam } from "./gam.ts";
import { gamOptions } from "./options.ts";

async function judge(task: LearningTask, options: object = {}) {
  const model = await gam.fit(frozenInput(task, true), gamOptions.parse({ rounds: 200, ...options }), plain);
  const { features, rows, target } = frozenRows(task, true, true);
  const scores = scoresOf(task, 2, gam.predict(model, features, rows));
  return { model, metrics: evaluate(task, { scores, labels: target }, { draws: 0 }).metrics };
}

test("classes: about as good as interpret's boosting machine without pairs", async () => {
  const { metrics } = await judge("binary");
  expect(metrics.rocAucScore!.value!).toBeGreaterThan(frozen.gam.auc - 0.01);
  expect(metrics.logLoss!.value!).toBeLessThan(frozen.gam.logLoss + 0.02);
});

test("values: about as good, too; the curves are told in words, the weightiest first", async () => {
  const { metrics, model } = await judge("regression");
  expect(metrics.rmseError!.value!).toBeLessThan(frozen.gam.rmse * 1.05);
  const shapes = model.facts.shapes as { feature: string; words: string; weight: number }[];
  expect(shapes.map(({ feature }) => feature)[0]).toBe("x3");
  expect(shapes.find(({ feature }) => feature === "x0")!.words).toMatch(/^x0: rises from −\d.* to \+\d/);
  expect(shapes.find(({ feature }) => feature === "x3")!.words).toMatch(/rises and falls/);
  expect(shapes.find(({ feature }) => feature === "level")!.words).toMatch(/^level: level 3 adds most/);
});

test("a curve that may only rise does, and one that may only fall", async () => {
  for (const direction of [1, -1] as const) {
    const { model } = await judge("regression", { monotone: { x3: direction }, rounds: 60 });
    const { values } = model.tables[3]![0]!;
    for (let k = 1; k < values.length; k++)
      expect(direction * (values[k]! - values[k - 1]!)).toBeGreaterThanOrEqual(-1e-12);
  }
  await expect(judge("regression", { monotone: { level: 1 } })).rejects.toMatchObject({
    code: "LEARN_MONOTONE_INVALID",
  });
  await expect(judge("regression", { monotone: { x9: 1 } })).rejects.toMatchObject({ code: "LEARN_MONOTONE_INVALID" });
});
