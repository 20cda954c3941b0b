import { expect, test } from "vitest";
import { plainContext, randomStream } from "#kernel";
import { facts } from "../../test-data/small-search.ts";
import { automlOptionsSchema } from "../model.ts";
import type { JudgedRows } from "../rows/judged-rows.ts";
import { SearchBudget } from "../search/search-budget.ts";
import type { Trial, TrialGround } from "../trial/run-trial.ts";
import { chooseModel, rankTrials } from "./choose-model.ts";
import { KeepBack } from "./keep-back.ts";
import { withinTime } from "./within-time.ts";

const rows = 900;

/** Judged rows of a regression, models that see some of four parts of the target, each with seconds of its fit, and 100 s left. */
function search(models: readonly { readonly sees: readonly number[]; readonly seconds: number }[]) {
  const random = randomStream(4, "test/within-time");
  const parts = Array.from({ length: 4 }, () => Float64Array.from({ length: rows }, () => random.uniform()));
  const seen = (sees: readonly number[], i: number) => sees.reduce((sum, k) => sum + parts[k]![i]!, 0);
  const values = Float64Array.from({ length: rows }, (_, i) => seen([0, 1, 2, 3], i) + 0.3 * random.uniform());
  const asked = automlOptionsSchema.parse({ target: "y", task: "regression", budgetSeconds: 100, draws: 100 });
  const settings = { ...asked, metric: "rmseError" };
  const trials = models.map(({ sees, seconds }) => {
    const margins = Float64Array.from(values, (_, i) => seen(sees, i) + (4 - sees.length) / 2 + 0.1 * random.uniform());
    const score = Math.sqrt(margins.reduce((sum, own, i) => sum + (own - values[i]!) ** 2 / rows, 0));
    const fixed = { folds: 1, lost: [], sizeBytes: 1000, scoreMicros: 1, work: 1 };
    return {
      ...fixed,
      plan: { learner: "gbdt", options: {} },
      margins,
      score,
      trainSeconds: seconds,
    } as unknown as Trial;
  });
  const own = {
    all: { frame: { rows } },
    judged: { target: { values }, weights: undefined },
    ...{ starts: [0, rows], folds: [{ train: { length: rows } }], repeats: 1 },
  } as unknown as JudgedRows;
  const ground = { rows: own, settings, classes: [], matrices: { overhead: 0, judging: 0 } } as unknown as TrialGround;
  const budget = new SearchBudget(settings, plainContext({ clock: { nowMs: () => 0 } }), undefined);
  return { trials, ground, budget };
}

test("many trials that are alike do not keep a worse one that sees something else from an ensemble", () => {
  const alike = Array.from({ length: 24 }, () => ({ sees: [0, 1, 2], seconds: 1 }));
  const { trials, ground } = search([
    ...alike,
    { sees: [3], seconds: 1 },
    ...alike.map(() => ({ sees: [], seconds: 1 })),
  ]);
  const ranked = rankTrials(trials, "rmseError");
  expect(ranked.indexOf(trials[24]!)).toBe(24);
  expect(chooseModel(ranked, ground).members).toContain(trials[24]);
});

test("an ensemble that takes too long to learn again goes on without the member that takes longest", () => {
  const { trials, ground, budget } = search([
    { sees: [0, 1], seconds: 20 },
    { sees: [2], seconds: 30 },
    { sees: [3], seconds: 90 },
  ]);
  const whole = chooseModel(trials, ground);
  expect(whole.members).toHaveLength(3);
  const some = withinTime(whole, ground, budget, 1);
  expect(some.members.map((member) => trials.indexOf(member)).toSorted()).toEqual([0, 1]);
  const total = (weights: readonly number[]) => weights.reduce((sum, weight) => sum + weight, 0);
  expect(total(some.weights)).toBeCloseTo(total(whole.weights), 12);
  expect(some.reasons.at(-1)).toMatch(
    /no time left to learn all members .*: the one that would take longest is left out/,
  );
});

test("where what is left is no better than the best member, that one alone is the model", () => {
  const { trials, ground, budget } = search([
    { sees: [0, 1, 2], seconds: 40 },
    { sees: [0], seconds: 40 },
    { sees: [3], seconds: 90 },
  ]);
  const whole = { ...chooseModel(trials, ground), members: trials, weights: [0.4, 0.3, 0.3], how: "average" as const };
  const one = withinTime(whole, ground, budget, 1);
  expect(one.members).toEqual([trials[0]]);
  expect(one.reasons.at(-1)).toMatch(/the best one that there is time for is the model/);
});

test("near its end a search keeps back what its choice needs, not what the best few would", () => {
  const weak = Array.from({ length: 7 }, () => ({ sees: [0], seconds: 10 }));
  const { trials, ground: of100 } = search([
    { sees: [0, 1, 2], seconds: 10 },
    { sees: [1, 2, 3], seconds: 10 },
    ...weak,
  ]);
  const ground = { ...of100, settings: { ...of100.settings, budgetSeconds: 1000 } };
  let now = 0;
  const budget = new SearchBudget(ground.settings, plainContext({ clock: { nowMs: () => now } }), undefined);
  const kept = new KeepBack(budget, 1, facts);
  kept.count(trials.slice(0, 8), ground);
  // Eight trials of 10 s each, a fifth more, and 3 s.
  expect(budget.reserve).toBeCloseTo(8 * 12 + 3.2, 1);
  now = 850_000;
  kept.count(trials, ground);
  const { members } = chooseModel(trials, ground);
  expect(members.length).toBeLessThan(7);
  expect(budget.reserve).toBeCloseTo(Math.max(1.3 * (12 * members.length + 3.2), 0.4 * (8 * 12 + 3.2)), 1);
  expect(budget.reserve).toBeLessThan(8 * 12 + 3.2);
});
