import fc from "fast-check";
import { expect, test } from "vitest";
import { chooseDecision, coverageCurve, crossFitDecision, judgeAutomation, judgeDecision } from "#evaluate";
import { randomStream } from "#kernel";
import { decisionsAlong } from "./decisions-along.ts";

const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 1 })), {
  minLength: 1,
  maxLength: 40,
});

test("no threshold that fits the capacity costs less", () => {
  const cost = fc.integer({ min: -5, max: 9 });
  fc.assert(
    fc.property(
      rows,
      cost,
      cost,
      cost,
      fc.integer({ min: 0, max: 40 }),
      (given, falsePositive, falseNegative, truePositive, actions) => {
        const scores = Float64Array.from(given, ([score]) => score / 12);
        const labels = given.map(([, label]) => label);
        const outOf = given.length;
        const found = chooseDecision(scores, labels, {
          costs: { falsePositive, falseNegative, truePositive },
          capacity: { actions, outOf },
        });
        const costAt = (threshold: number) =>
          given.reduce((sum, [score, label]) => {
            if (score / 12 >= threshold) return sum + (label === 1 ? truePositive : falsePositive);
            return sum + (label === 1 ? falseNegative : 0);
          }, 0) / outOf;
        const acted = (threshold: number) => given.filter(([score]) => score / 12 >= threshold).length;
        const every = [...scores, Infinity];
        const best = Math.min(...every.filter((one) => acted(one) <= actions).map(costAt));
        expect(found.meanCost).toBeCloseTo(best, 12);
        expect(costAt(found.threshold ?? Infinity)).toBeCloseTo(best, 12);
        expect(acted(found.threshold ?? Infinity)).toBeLessThanOrEqual(actions);
        expect(found.unbounded.meanCost).toBeCloseTo(Math.min(...every.map(costAt)), 12);
        expect(found.costOfCapacity).toBeGreaterThanOrEqual(0);
      },
    ),
    { numRuns: 200 },
  );
});

test("fifty a day of a thousand: the reason says what the capacity costs", () => {
  const scores = Float64Array.from({ length: 1000 }, (_, i) => i / 1000);
  const labels = Array.from(scores, (score) => (score >= 0.8 ? 1 : 0));
  const found = chooseDecision(scores, labels, {
    costs: { falseNegative: 10, falsePositive: 1 },
    capacity: { actions: 50, outOf: 1000 },
  });
  expect(found).toMatchObject({ threshold: 0.95, actedOnShare: 0.05, precision: 1, recall: 0.25, meanCost: 1.5 });
  expect(found.unbounded).toMatchObject({ threshold: 0.8, meanCost: 0 });
  expect(found.reason).toBe(
    "Acting from 0.95 on costs least (1.5 a row on average, acting on 5 %) among what a capacity of 5 % allows; without it 20 % would be acted on, at 0 a row.",
  );
  expect(chooseDecision(scores, labels, { capacity: { actions: 0, outOf: 10 } })).toMatchObject({
    threshold: null,
    precision: null,
    recall: 0,
  });
  expect(chooseDecision(new Float64Array(0), [])).toMatchObject({ threshold: null, recall: null, meanCost: 0 });
  expect(() => chooseDecision(Float64Array.of(Number.NaN), [1])).toThrow("The score in row 1 is NaN");
  expect(() => chooseDecision(scores, labels, { capacity: { actions: 5, outOf: 0 } })).toThrow(/outOf/);
});

test("the curve of coverage and error is the one that counting gives", () => {
  fc.assert(
    fc.property(rows, (given) => {
      const sure = Float64Array.from(given, ([score]) => score);
      const curve = coverageCurve(
        sure,
        given.map(([, wrong]) => wrong),
        { points: 1000 },
      );
      expect(curve.points.length).toBe(new Set(sure).size);
      for (const { confidence, coverage, error, low, high } of curve.points) {
        const decided = given.filter(([score]) => score >= confidence);
        expect(coverage).toBeCloseTo(decided.length / given.length, 12);
        expect(error).toBeCloseTo(decided.reduce((sum, [, wrong]) => sum + wrong, 0) / decided.length, 12);
        expect(low <= error && error <= high).toBe(true);
      }
      expect(curve.points.at(-1)!.coverage).toBe(1);
    }),
  );
});

test("a row of weight w counts in the curve as w rows do, but for the interval", () => {
  fc.assert(
    fc.property(rows, fc.infiniteStream(fc.integer({ min: 0, max: 4 })), (given, stream) => {
      const weights = given.map(() => stream.next().value!);
      fc.pre(weights.some((weight) => weight > 0));
      const copies = given.flatMap((row, k) => Array<(typeof given)[number]>(weights[k]!).fill(row));
      const curveOf = (some: typeof given, options: Parameters<typeof coverageCurve>[2]) =>
        coverageCurve(
          Float64Array.from(some, ([score]) => score),
          some.map(([, wrong]) => wrong),
          { points: 1000, ...options },
        );
      const [weighted, copied] = [curveOf(given, { weights }), curveOf(copies, {})];
      expect(weighted.area).toBeCloseTo(copied.area!, 10);
      for (const { confidence, coverage, error } of copied.points) {
        const point = weighted.points.find((one) => one.confidence === confidence)!;
        expect(point.coverage).toBeCloseTo(coverage, 10);
        expect(point.error).toBeCloseTo(error, 10);
      }
    }),
  );
  // One heavy row says no more than one row: its interval is as wide.
  const heavy = coverageCurve(Float64Array.of(1, 1), [0, 1], { weights: [1e6, 1] }).points[0]!;
  expect(heavy.high).toBeGreaterThan(0.7);
  expect(() => coverageCurve(Float64Array.of(1), [0], { weights: [-1] })).toThrow("The weight in row 1 is -1");
});

test("what is automated keeps its promise on rows never seen", () => {
  const random = randomStream(2, "automate");
  let broken = 0;
  for (let world = 0; world < 60; world++) {
    const sure = Float64Array.from({ length: 600 }, () => random.uniform());
    // The true error at sureness s and above is (1 − s) / 4.
    const wrong = Array.from(sure, (s) => (random.uniform() < (1 - s) / 2 ? 1 : 0));
    const { automate } = coverageCurve(sure, wrong, { maxError: 0.1, points: 20 });
    if (automate !== null && (1 - automate.confidence) / 4 > 0.1) broken++;
  }
  expect(broken).toBeLessThanOrEqual(3);
  const certain = coverageCurve(
    Float64Array.from({ length: 400 }, (_, i) => i),
    Array(400).fill(0),
  );
  expect(certain.automate!.coverage).toBe(1);
  expect(certain.points.length).toBeLessThanOrEqual(100);
  expect(coverageCurve(Float64Array.of(1, 1), [1, 1]).automate).toBeNull();
  expect(coverageCurve(new Float64Array(0), [])).toEqual({
    rows: 0,
    maxError: 0.05,
    points: [],
    automate: null,
    area: null,
  });
});

test("a capacity without costs is used up, and says what it finds", () => {
  const scores = Float64Array.from({ length: 100 }, (_, i) => 1 - i / 100);
  const labels = Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? 1 : 0));
  const found = chooseDecision(scores, labels, { fill: true, capacity: { actions: 5, outOf: 50 } });
  // Ten rows in a hundred, of which five are positive; the tenth is negative, and acting on it finds nobody.
  expect(found).toMatchObject({ basis: "capacity", actedOnShare: 0.09, recall: 0.1, precision: 5 / 9, meanCost: 0.45 });
  expect(found.reason).toBe(
    "A capacity of 10 % is used up by acting from 0.92 on, on 9 % of the rows; 55.56 % of these are positive, which is 10 % of all positives.",
  );
  expect(chooseDecision(scores, labels, { fill: true, capacity: { actions: 1, outOf: 1000 } }).reason).toContain(
    "too small",
  );
});

test("every point of the curve of decisions is what counting gives", () => {
  fc.assert(
    fc.property(rows, (given) => {
      const scores = Float64Array.from(given, ([score]) => score);
      const labels = given.map(([, label]) => label);
      const costs = { falsePositive: 2, falseNegative: 5, truePositive: -1, trueNegative: 0 };
      const found = decisionsAlong(
        scores,
        labels,
        given.map(() => 1),
        costs,
      );
      expect(found.length).toBe(new Set(scores).size);
      for (const { threshold, actedOnShare, recall, precision, meanCost } of found) {
        const acted = given.filter(([score]) => score >= threshold);
        const hits = acted.filter(([, label]) => label === 1).length;
        const positives = labels.filter((label) => label === 1).length;
        expect(actedOnShare).toBeCloseTo(acted.length / given.length, 12);
        expect(precision).toBeCloseTo(hits / acted.length, 12);
        if (positives === 0) expect(recall).toBeNull();
        else expect(recall).toBeCloseTo(hits / positives, 12);
        const cost = 2 * (acted.length - hits) + 5 * (positives - hits) - hits;
        expect(meanCost).toBeCloseTo(cost / given.length, 12);
      }
    }),
  );
});

/** Scores that tell nothing: whatever a choice gains on its own rows is luck. */
function noise(rows: number, world: number) {
  const random = randomStream(world, "noise");
  const scores = Float64Array.from({ length: rows }, () => random.uniform());
  return { scores, labels: Array.from(scores, () => (random.uniform() < 0.3 ? 1 : 0)) };
}

test("a threshold that is judged on other rows is not flattered by its choice", () => {
  const gains = { own: 0, crossed: 0, other: 0 };
  const options = { costs: { truePositive: -7, falsePositive: 3 } };
  for (let world = 0; world < 200; world++) {
    const rows = noise(100, world);
    // Acting costs 0 on average, whatever the score.
    gains.own -= chooseDecision(rows.scores, rows.labels, options).meanCost;
    gains.crossed -= crossFitDecision(rows, world, options).meanCost;
    gains.other -= judgeDecision(rows, noise(100, world + 1000), options).meanCost;
  }
  expect(gains.own / 200).toBeGreaterThan(0.25);
  expect(Math.abs(gains.crossed / 200)).toBeLessThan(0.1);
  expect(Math.abs(gains.other / 200)).toBeLessThan(0.1);
});

test("a capacity that validation rows fill is judged on test rows, and says so", () => {
  const rows = (offset: number) => {
    const scores = Float64Array.from({ length: 100 }, (_, i) => (i + offset) / 200);
    return { scores, labels: Array.from(scores, (score) => (score >= 0.4 ? 1 : 0)) };
  };
  const capacity = { actions: 5, outOf: 100 };
  const found = judgeDecision(rows(0), rows(10), { fill: true, capacity });
  expect(found).toMatchObject({
    threshold: 0.475,
    actedOnShare: 0.15,
    precision: 1,
    rows: 100,
    chosenOn: "validation rows",
  });
  expect(found.recall).toBeCloseTo(15 / 30, 12);
  expect(found.reason).toBe(
    "Acting from 0.475 on, as the validation rows chose, uses a capacity of 5 %: on the 100 rows that it is judged on it acts on 15 %; 100 % (79.61 % to 100 %) of these are positive, which is 50 % (33.15 % to 66.85 %) of all positives. That is more than the capacity of 5 %: where it is used up, the greatest scores come first.",
  );
  const crossed = crossFitDecision(rows(0), 1, { fill: true, capacity });
  expect(crossed.threshold).toBe(0.475);
  expect(crossed.chosenOn).toBe("other parts of these rows");
  expect(crossFitDecision({ scores: new Float64Array(0), labels: [] }, 1)).toMatchObject({ threshold: null, rows: 0 });
});

test("a degree of automation that other rows chose says whether these keep the promise", () => {
  const rows = (count: number, errors: number) => ({
    scores: Float64Array.from({ length: count }, () => 0.9),
    labels: Array.from({ length: count }, (_, i) => (i < errors ? 0 : 1)),
  });
  expect(judgeAutomation("binary", rows(1000, 10), rows(500, 5), 0.05)).toMatchObject({ kept: true, chosenOn: 1000 });
  const broken = judgeAutomation("binary", rows(1000, 10), rows(500, 50), 0.05)!;
  expect(broken).toMatchObject({ kept: false, rows: 500, automate: { coverage: 1, error: 0.1, confidence: 0.9 } });
  expect(judgeAutomation("binary", rows(10, 5), rows(500, 5), 0.05)).toMatchObject({ automate: null, kept: null });
  expect(judgeAutomation("regression", rows(10, 5), rows(500, 5), 0.05)).toBeNull();
});
