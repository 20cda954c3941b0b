import { expect, test } from "vitest";
import type { FittedModel } from "../../model.ts";
import type { Trial } from "../trial/run-trial.ts";
import { type Job, mostLearned } from "./most-learned.ts";

const trials = ["a", "b", "c"].map((name) => ({ name }) as unknown as Trial);
/** Fits of three members, of weights 0.5, 0.3 and 0.2, the second of three copies. */
const jobs = [0, 1, 1, 1, 2].map(
  (member, seed): Job => ({
    of: trials[member]!,
    trial: { learner: "gbdt", options: {} },
    seed,
    weight: [0.5, 0.1, 0.2][member]!,
  }),
);
const after = (some: readonly number[], all = jobs) =>
  mostLearned(all, new Map(some.map((place) => [all[place]!, { learner: `${place}` } as unknown as FittedModel])));

test("of an ensemble, the members that were learned in time share the weight of the others", () => {
  const most = after([0, 2])!;
  expect(most.models.map(({ model }) => model.learner)).toEqual(["0", "2"]);
  expect(most.missing).toBe(1);
  // 0.5 and 0.3 as 1, the one copy for three.
  expect(most.weights.map((weight) => weight.toFixed(6))).toEqual(["0.625000", "0.375000"]);
  const copies = after([0, 1, 3, 4])!;
  expect(copies.missing).toBe(0);
  expect(copies.weights.map((weight) => weight.toFixed(6))).toEqual(["0.500000", "0.150000", "0.150000", "0.200000"]);
});

test("half of the weight is too little to go without the rest, and what reads margins goes without none", () => {
  expect(after([0])).toBeUndefined();
  expect(after([1, 2, 3])).toBeUndefined();
  expect(after([1, 4])).toBeUndefined();
  expect(after([])).toBeUndefined();
  const layered = [...jobs, { ...jobs[0]!, of: { name: "d" } as unknown as Trial, reads: [0, 1] }];
  expect(after([0, 1, 2, 3, 4], layered)).toBeUndefined();
});
