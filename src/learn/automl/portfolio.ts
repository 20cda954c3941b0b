import type { JsonObject } from "@millrace/program";
import { randomStream } from "#kernel";
import type { learners } from "../learners.ts";

export interface TrialPlan {
  readonly learner: keyof typeof learners;
  readonly options: JsonObject;
}

/**
 * What to try, best first: the baseline, linear models, then boosted trees of proven settings and random ones around them.
 *
 * Random: settings by (seed, number of the trial), so a longer budget begins with the shorter one's trials.
 */
export function portfolio(budgetTrials: number, rows: number, seed: number): TrialPlan[] {
  const plans: TrialPlan[] = [
    { learner: "constant", options: {} },
    {
      learner: "gbdt",
      options: trees(rows, { leaves: 15, learningRate: 0.05, l2: 1, featureShare: 0.8, rowShare: 0.8 }),
    },
    { learner: "linear", options: {} },
    {
      learner: "gbdt",
      options: trees(rows, { leaves: 7, learningRate: 0.05, l2: 5, featureShare: 0.6, rowShare: 0.8 }),
    },
    {
      learner: "gbdt",
      options: trees(rows, { leaves: 31, learningRate: 0.05, l2: 1, featureShare: 0.7, rowShare: 0.8 }),
    },
    { learner: "linear", options: { l1Share: 0.5 } },
    { learner: "gbdt", options: trees(rows, { leaves: 4, learningRate: 0.1, l2: 5, catSmooth: 30, rowShare: 0.8 }) },
  ];
  for (let k = 0; plans.length < budgetTrials; k++)
    plans.push({ learner: "gbdt", options: randomTrees(rows, seed, k) });
  return plans.slice(0, Math.max(1, budgetTrials));
}

function trees(rows: number, own: JsonObject): JsonObject {
  return {
    trees: 1000,
    earlyStoppingRounds: 50,
    minRowsInLeaf: Math.max(2, Math.min(20, Math.round(rows / 50))),
    ...own,
  };
}

function randomTrees(rows: number, seed: number, k: number): JsonObject {
  const random = randomStream(seed, `automl/portfolio/${k}`);
  const one = <T>(values: readonly T[]): T => values[random.integer(values.length)]!;
  return trees(rows, {
    leaves: one([4, 6, 8, 12, 16, 24, 31, 48, 63]),
    learningRate: one([0.03, 0.05, 0.08, 0.1]),
    l2: one([0.1, 1, 3, 10, 30]),
    minRowsInLeaf: Math.max(2, Math.min(one([5, 10, 20, 40, 80]), Math.round(rows / 20))),
    featureShare: one([0.4, 0.5, 0.6, 0.7, 0.8, 1]),
    rowShare: one([0.6, 0.7, 0.8, 0.9, 1]),
    catSmooth: one([10, 20, 40]),
    catL2: one([5, 10, 20]),
    minRowsPerGroup: Math.min(one([20, 50, 100]), Math.max(2, Math.round(rows / 20))),
  });
}
