import { expect, test } from "vitest";
import { record } from "../../test-data/small-search.ts";
import type { Trial, TrialGround } from "../trial/run-trial.ts";
import { baseCount, layerLearners, layerSeconds, longestInTime } from "./layer-size.ts";

test("a longer search has a second layer that reads more, and of more learners", () => {
  expect([1, 10, 15, 39, 60, 300].map(baseCount)).toEqual([5, 5, 5, 13, 20, 20]);
  expect([4, 24, 25, 300].map((trials) => layerLearners(trials).length)).toEqual([2, 2, 4, 4]);
});

test("it takes as long as the best trials of its learners, over all folds", () => {
  const ranked = [
    record({ plan: { learner: "gbdt", options: {} }, trainSeconds: 10 }),
    record({ plan: { learner: "gbdt", options: {} }, trainSeconds: 90 }),
    // Dropped after a look, and after one of five folds.
    record({ plan: { learner: "network", options: {} }, folds: 0, trainSeconds: 50 }),
    record({ plan: { learner: "linear", options: {} }, folds: 1, trainSeconds: 2 }),
  ] as unknown as Trial[];
  const ground = { rows: { folds: [0, 1, 2, 3, 4] } } as unknown as TrialGround;
  expect(layerSeconds(["gbdt", "linear", "extraTrees", "network"], ranked, ground)).toBe(10 + 5 * 2);
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
