import { expect, test } from "vitest";
import { facts, record, settings } from "../../test-data/small-search.ts";
import type { Trial } from "../trial/run-trial.ts";
import type { TrialPlan } from "./portfolio.ts";
import { Proposals } from "./proposals.ts";
import { fitSeconds } from "./trial-seconds.ts";

const gbdt = (leaves: number): TrialPlan => ({ learner: "gbdt", options: { leaves, learningRate: 0.1 } });
const network = (width: number, rounds = 30): TrialPlan => ({
  learner: "network",
  options: { width, blocks: 1, rounds },
});
const first = [gbdt(7), network(256), gbdt(15), gbdt(31)];
const fresh = (own = {}) => new Proposals(first, facts, settings(own), ({ score }) => score!);
const none: readonly Trial[] = [];

test("a plan that is not wanted is passed over for good, and whoever asks for what was taken finds it again", () => {
  const search = fresh();
  const quick = (plan: TrialPlan) => plan.learner === "gbdt";
  const taken = [0, 1, 2].map(() => search.next(none, 8, quick)!);
  expect(taken).toEqual([first[0], first[2], first[3]]);
  expect([1, 2].map((trials) => search.passedOver(trials))).toEqual([[], [2]]);
  // Going on from records asks for each plan that was made.
  const again = fresh();
  for (const plan of taken)
    expect(again.next(none, 8, (one) => JSON.stringify(one) === JSON.stringify(plan))).toEqual(plan);
  expect(again.next(none, 8)).toEqual(search.next(none, 8));
  const whole = fresh();
  expect([0, 1, 2, 3].map(() => whole.next(none, 8))).toEqual(first);
  expect(whole.passedOver()).toEqual([]);
  // So does a search that is told their numbers.
  const told = fresh({ passOver: [2] });
  expect([0, 1, 2].map(() => told.next(none, 8))).toEqual(taken);
});

test("where nothing is wanted the search is through", () => {
  expect(fresh().next(none, 8, () => false)).toBeUndefined();
});

test("a fit takes as long as fits of its learner took: of networks by their passes, of others by their options", () => {
  // 5000 rows × 64 × (10 columns + 128 + 2 classes) weights, 30 times, at 3e-10 s each.
  expect(fitSeconds(network(64), none, facts)).toBeCloseTo(5000 * 64 * 140 * 30 * 3e-10, 10);
  expect(fitSeconds(gbdt(31), none, facts)).toBe(0);
  // What is not given is as the learner takes it: a width of 32, a block, 100 passes.
  expect(fitSeconds({ learner: "network", options: {} }, none, facts)).toBeCloseTo(5000 * 32 * 76 * 100 * 3e-10, 10);
  // Half of what is reckoned, as passes end early.
  const half = [16, 32, 64].map((width) =>
    record({ plan: network(width), trainSeconds: 5 * 0.5 * fitSeconds(network(width), none, facts) }),
  );
  const large = network(256, 120);
  expect(fitSeconds(large, half, facts) / fitSeconds(large, none, facts)).toBeCloseTo(0.5, 2);
  const took = [4, 8, 16, 32, 64, 128].map((leaves) => record({ plan: gbdt(leaves), trainSeconds: 0.5 * leaves }));
  expect(fitSeconds(gbdt(64), took, facts)).toBeGreaterThan(4);
  expect(fitSeconds(gbdt(64), took, facts)).toBeLessThan(8);
  expect(fitSeconds(gbdt(6), took, facts)).toBeLessThan(1);
});
