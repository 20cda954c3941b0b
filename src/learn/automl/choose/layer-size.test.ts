import { expect, test } from "vitest";
import { facts, record, settings } from "../../test-data/small-search.ts";
import type { Trial } from "../trial/run-trial.ts";
import { baseCount, layerPlans, layerSeconds, lightEnough, longestInTime } from "./layer-size.ts";

const gbdt = { learner: "gbdt", options: { leaves: 8 } } as const;

test("a longer search has a second layer that reads more, and of more learners", () => {
  expect([1, 10, 15, 26, 60, 300].map(baseCount)).toEqual([5, 5, 8, 13, 20, 20]);
  const learners = (trials: number, own = {}) => layerPlans(trials, facts, settings(own)).map(({ learner }) => learner);
  expect([4, 24].map((trials) => learners(trials))).toEqual([
    ["gbdt", "linear"],
    ["gbdt", "linear"],
  ]);
  expect(learners(25)).toEqual(["gbdt", "linear", "extraTrees", "network"]);
  expect(learners(25, { learners: ["forest", "gbdt"] })).toEqual(["gbdt"]);
});

test("it takes as long as rounds of trials of its learners, over all folds, and longer by what it reads", () => {
  const trials = [
    record({ plan: { learner: "gbdt", options: { leaves: 8 } }, trainSeconds: 100, facts: { roundsGrown: 2000 } }),
    // Dropped after a look.
    record({ plan: { learner: "linear", options: {} }, folds: 0, trainSeconds: 50 }),
  ] as unknown as Trial[];
  const plans = [gbdt, { learner: "linear", options: {} } as const];
  // Twenty seconds a fold for ten times the rounds, fifteen margins beside ten columns and what is worth twenty.
  expect(layerSeconds(plans, trials, facts, 5, 15)).toBeCloseTo(5 * 2 * 1.5, 10);
  expect(layerSeconds([], trials, facts, 5, 15)).toBe(0);
});

test("beyond the first few it reads no large models, but small ones behind them", () => {
  const sized = (...megabytes: number[]) => megabytes.map((own) => ({ sizeBytes: own * 1e6 }));
  expect(lightEnough(sized(40, 40, 40, 40, 40, 40, 1))).toEqual(sized(40, 40, 40, 40, 40));
  expect(lightEnough(sized(1, 1, 1, 1, 1, 146, 70, 70, 2))).toEqual(sized(1, 1, 1, 1, 1, 70, 70, 2));
});

test("what there is no time for is left off from the end, down to the members and to two", () => {
  const within = (most: number) => (some: readonly number[]) => some.reduce((sum, own) => sum + own, 0) <= most;
  const seconds = [5, 1, 3, 2];
  expect(longestInTime(seconds, 2, within(11))).toEqual(seconds);
  expect(longestInTime(seconds, 2, within(10))).toEqual([5, 1, 3]);
  expect(longestInTime(seconds, 1, within(6))).toEqual([5, 1]);
  expect(longestInTime(seconds, 1, within(5))).toBeUndefined();
  expect(longestInTime(seconds, 4, within(10))).toBeUndefined();
});
