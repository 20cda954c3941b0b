import { expect, test } from "vitest";
import { evaluate } from "#evaluate";
import { scoresOf } from "../automl/trial/scores.ts";
import type { LearningTask } from "../model.ts";
import { frozen, frozenInput, frozenRows, plain } from "../test-data/learner-peers.ts";
import { network } from "./network.ts";
import { networkOptions } from "./options.ts";

async function judge(task: LearningTask) {
  const judged = frozenRows(task, true, true);
  const model = await network.fit(frozenInput(task, true), networkOptions.parse({ rounds: 60 }), plain);
  const scores = scoresOf(task, 2, network.predict(model, judged.features, judged.rows));
  return evaluate(task, { scores, labels: judged.target }, { draws: 0 }).metrics;
}

test("classes: as good as scikit-learn's perceptron", async () => {
  const [mean, deviation] = frozen.network.logLoss;
  expect((await judge("binary")).logLoss!.value!).toBeLessThan(mean + 2 * deviation);
});

test("values: as good as scikit-learn's perceptron", async () => {
  const [mean, deviation] = frozen.network.rmse;
  expect((await judge("regression")).rmseError!.value!).toBeLessThan(mean + 2 * deviation);
});

test("validation rows stop it early, at the best pass", async () => {
  const input = { ...frozenInput("binary", true), validation: frozenRows("binary", true, true) };
  const options = networkOptions.parse({ rounds: 400, learningRate: 0.02, weightDecay: 0, earlyStoppingRounds: 5 });
  const model = await network.fit(input, options, plain);
  expect(model.facts.rounds).toBeLessThan(100);
});
