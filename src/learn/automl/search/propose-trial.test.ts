import { expect, test } from "vitest";
import { randomStream } from "#kernel";
import { automlOptionsSchema } from "../model.ts";
import type { Settings } from "../trial/run-trial.ts";
import type { TrialRecord } from "../trial/trial-record.ts";
import type { TrialPlan } from "./portfolio.ts";
import { proposeTrial } from "./propose-trial.ts";
import type { SearchFacts } from "./search-facts.ts";
import { optionsAt, spaceOf } from "./search-space.ts";

const shape = {
  rows: 5000,
  columns: 5,
  classes: 2,
  rarest: 0.3,
  categorical: false,
  levels: 0,
  numbers: 4,
  text: false,
  least: -1,
  skew: 0,
};
const facts: SearchFacts = { task: "binary", ...shape };
const settings = (own: object = {}) =>
  automlOptionsSchema.parse({ target: "y", task: "binary", metric: "rocAucScore", seed: 3, ...own }) as Settings;

function trial(learner: TrialPlan["learner"], score: number, own: Partial<TrialRecord> = {}): TrialRecord {
  const judged = { margins: new Float64Array(), folds: 5, plannedFolds: 5, score, interval: null, firstScore: score };
  const options = { leaves: 4 + Math.round(1000 * score) };
  return {
    ...{ plan: { learner, options }, ...judged, facts: {}, work: 10 },
    ...{ scoreMicros: 1, sizeBytes: 10, lost: [], trainSeconds: 1, ...own },
  };
}

/** How often each learner is proposed after these trials. */
function drawn(trials: readonly TrialRecord[], own: object): Record<string, number> {
  const learners = Array.from(
    { length: 60 },
    (_, k) => proposeTrial(trials, ({ score }) => score!, facts, settings(own), k)!.learner,
  );
  return Object.fromEntries(
    Object.entries(Object.groupBy(learners, (one) => one)).map(([one, all]) => [one, all!.length]),
  );
}

test("a trial that was dropped on an easy fold is worth no more than those that all folds judged", () => {
  // The first fold is easier by 0.1 for whatever is tried there.
  const whole = [0.8, 0.81, 0.82, 0.79].map((score) => trial("gbdt", score, { firstScore: score + 0.1 }));
  const dropped = [0.85, 0.851, 0.852, 0.853].map((score) => trial("linear", score, { folds: 1, work: 1 }));
  const { linear = 0 } = drawn([...whole, ...dropped], { learners: ["gbdt", "linear"], ensemble: false });
  expect(linear).toBeLessThan(10);
});

test("an ensemble's search turns to other learners until they prove worse, a single model's does not", () => {
  const best = [0.8, 0.81, 0.82, 0.79, 0.8, 0.805, 0.815].map((score) => trial("network", score));
  const others = (score: number, count: number) => Array.from({ length: count }, () => trial("gbdt", score));
  const asked = { learners: ["gbdt", "network"] };
  const share = (score: number, count: number, own: object = {}) =>
    drawn([...best, ...others(score, count)], { ...asked, ...own }).gbdt ?? 0;
  // Not yet tried often; as good as the other usually is; tried often and worse.
  expect(share(0.7, 2)).toBeGreaterThan(15);
  expect(share(0.806, 8)).toBeGreaterThan(15);
  expect(share(0.7, 8)).toBeLessThan(8);
  expect(share(0.7, 2, { ensemble: false })).toBeLessThan(8);
});

test("a learner that is short of the best by little of the gain on the baseline keeps its turns", () => {
  const best = [0.94, 0.9401, 0.9402, 0.9403, 0.9404, 0.9405, 0.9406].map((score) => trial("gbdt", score));
  const share = (score: number) =>
    drawn([trial("constant", 0.5), ...best, ...Array.from({ length: 7 }, () => trial("network", score))], {
      learners: ["gbdt", "network"],
    }).network ?? 0;
  expect(share(0.938)).toBeGreaterThan(15);
  expect(share(0.92)).toBeLessThan(8);
});

test("a learner that takes many times the work of the promising one has no turn", () => {
  const best = [0.8, 0.81, 0.82, 0.79, 0.8].map((score) => trial("gbdt", score));
  const dear = [0.79, 0.8].map((score) => trial("network", score, { work: 1000 }));
  expect(drawn([...best, ...dear], { learners: ["gbdt", "network"] }).network ?? 0).toBeLessThan(8);
});

test("after many trials that are hardly better than each other, no hopeless learner is the promising one", () => {
  // All of the good learner's trials lie many deviations below its best, those of the bad one thousands.
  const good = Array.from({ length: 40 }, (_, k) => trial("gbdt", 0.9408 + (k % 10) * 1e-5));
  const bad = Array.from({ length: 12 }, (_, k) => trial("network", 0.93 + (k % 3) * 1e-6));
  const asked = { learners: ["gbdt", "network"], ensemble: false };
  expect(drawn([trial("gbdt", 0.942), ...good, ...bad], asked).network ?? 0).toBeLessThan(8);
});

test("a learner that is as good as others loses its turns when none of its trials betters it any more", () => {
  const best = [0.8, 0.81, 0.82, 0.79, 0.8, 0.805, 0.815].map((score) => trial("network", score));
  const share = (since: number) =>
    drawn([...best, trial("gbdt", 0.81), ...Array.from({ length: since }, () => trial("gbdt", 0.8))], {
      learners: ["gbdt", "network"],
    }).gbdt ?? 0;
  expect(share(6)).toBeGreaterThan(15);
  expect(share(12)).toBeLessThan(8);
});

test("a space of one option is known after a few looks", () => {
  const best = [0.8, 0.8001, 0.8002].map((score) => trial("gbdt", score, { work: 1e6 }));
  const looked = (count: number) =>
    drawn([...best, ...Array.from({ length: count }, (_, k) => trial("linear", 0.81 + 0.001 * k))], {
      learners: ["gbdt", "linear"],
      ensemble: false,
    }).linear ?? 0;
  expect(looked(4)).toBeGreaterThan(40);
  expect(looked(8)).toBe(0);
});

test("of five features a share is one of five", () => {
  for (const [learner, name] of [
    ["extraTrees", "featuresPerSplit"],
    ["gbdt", "featureShare"],
  ] as const) {
    const space = spaceOf(learner, facts);
    const shares = Array.from(
      { length: 100 },
      (_, k) =>
        optionsAt(
          space,
          space.map(() => k / 100),
        )[name],
    );
    expect(shares.filter((share) => ![0.2, 0.4, 0.6, 0.8, 1].includes(Number(share)))).toEqual([]);
    expect(shares.at(-1)).toBe(1);
  }
});

test("of options that are as good, those that take less work are proposed", () => {
  const space = spaceOf("network", facts);
  const width = space.findIndex(({ name }) => name === "width");
  const random = randomStream(2, "proposals/work");
  const points = Array.from({ length: 30 }, () => space.map(() => random.uniform()));
  const medianWidth = (workOf: (place: number) => number) => {
    const trials = points.map((point, k) =>
      trial("network", 0.8 + 1e-4 * (k % 7), {
        plan: { learner: "network", options: optionsAt(space, point) },
        work: workOf(point[width]!),
      }),
    );
    const widths = Array.from({ length: 40 }, (_, k) => {
      const plan = proposeTrial(trials, ({ score }) => score!, facts, settings({ learners: ["network"] }), k)!;
      return Number(plan.options.width);
    });
    return widths.sort((a, b) => a - b)[20]!;
  };
  const cheap = {
    narrow: medianWidth((place) => Math.exp(8 * place)),
    wide: medianWidth((place) => Math.exp(8 - 8 * place)),
  };
  expect(cheap.narrow).toBeLessThan(0.5 * cheap.wide);
});
