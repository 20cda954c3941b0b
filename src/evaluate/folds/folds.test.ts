import fc from "fast-check";
import { expect, test } from "vitest";
import { crossValidate, type Fold, type FoldOptions, planFolds } from "#evaluate";

const seed = fc.integer({ min: 0, max: 1e6 });
const folds = fc.integer({ min: 2, max: 6 });

function expectPartition(plan: readonly Fold[], rows: readonly number[]): void {
  const repeats = new Set(plan.map(({ repeat }) => repeat));
  for (const one of repeats) {
    const own = plan.filter(({ repeat }) => repeat === one);
    expect(own.flatMap(({ test: tested }) => [...tested]).sort((a, b) => a - b)).toEqual(rows);
    for (const { train, test: tested } of own) expect([...train, ...tested].sort((a, b) => a - b)).toEqual(rows);
  }
}

test("k-fold, repeated: each row is tested once a repeat, sizes differ by one, the seed decides", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 6, max: 80 }),
      folds,
      fc.integer({ min: 1, max: 3 }),
      seed,
      (rows, k, repeats, own) => {
        const options: FoldOptions = { plan: { scheme: "kFold", folds: k, repeats }, seed: own };
        const plan = planFolds(rows, options);
        expect(plan).toHaveLength(k * repeats);
        expectPartition(
          plan,
          Array.from({ length: rows }, (_, i) => i),
        );
        const sizes = plan.map(({ test: tested }) => tested.length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        expect(planFolds(rows, options)).toEqual(plan);
      },
    ),
    { numRuns: 50 },
  );
  const drawn = (own: number) => planFolds(50, { plan: { scheme: "kFold" }, seed: own })[0]!.test;
  expect(drawn(1)).not.toEqual(drawn(2));
});

test("stratified: each label's rows are dealt evenly, and folds differ by one row", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 10, maxLength: 90 }),
      folds,
      seed,
      (labels, k, own) => {
        const counts = [0, 1, 2, 3].map((label) => labels.filter((one) => one === label).length);
        fc.pre(counts.every((count) => count === 0 || count >= k));
        const plan = planFolds(labels.length, { plan: { scheme: "stratified", folds: k, labels }, seed: own });
        expectPartition(
          plan,
          labels.map((_, i) => i),
        );
        for (const label of [0, 1, 2, 3]) {
          const each = plan.map(({ test: tested }) => [...tested].filter((row) => labels[row] === label).length);
          expect(Math.max(...each) - Math.min(...each)).toBeLessThanOrEqual(1);
        }
        const sizes = plan.map(({ test: tested }) => tested.length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      },
    ),
    { numRuns: 60 },
  );
});

test("groups are never split", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 20, maxLength: 90 }),
      folds,
      seed,
      (groups, k, own) => {
        fc.pre(new Set(groups).size >= k);
        const plan = planFolds(groups.length, { plan: { scheme: "group", folds: k, groups }, seed: own });
        expectPartition(
          plan,
          groups.map((_, i) => i),
        );
        for (const { train, test: tested } of plan) {
          expect(tested.length).toBeGreaterThan(0);
          const seen = new Set([...train].map((row) => groups[row]));
          expect([...tested].some((row) => seen.has(groups[row]!))).toBe(false);
        }
      },
    ),
    { numRuns: 60 },
  );
});

test("time: training lies before the test by the gap, rolling no further back than the span, no row is tested twice", () => {
  const times = fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 20, maxLength: 120 });
  fc.assert(
    fc.property(
      times,
      fc.integer({ min: 2, max: 4 }),
      fc.integer({ min: 0, max: 2 }),
      fc.boolean(),
      (given, k, gap, rolls) => {
        fc.pre(new Set(given).size > 3 * k + 6);
        const window = rolls ? "rolling" : "expanding";
        let plan: Fold[];
        try {
          plan = planFolds(given.length, { plan: { scheme: "time", folds: k, times: given, gap, window, span: 20 } });
        } catch (error) {
          expect((error as Error).message).toMatch(/far enough before/);
          return;
        }
        expect(plan).toHaveLength(k);
        const tested = plan.flatMap((fold) => [...fold.test]);
        expect(new Set(tested).size).toBe(tested.length);
        plan.forEach(({ train, test: own }, i) => {
          const at = [...own].map((row) => given[row]!);
          const before = [...train].map((row) => given[row]!);
          const first = Math.min(...at);
          for (const time of before) {
            expect(time < first && first - time >= gap).toBe(true);
            if (rolls) expect(first - gap - time).toBeLessThanOrEqual(20);
          }
          const next = plan[i + 1];
          if (next !== undefined)
            expect(Math.max(...at)).toBeLessThan(Math.min(...[...next.test].map((row) => given[row]!)));
          const expected = given.filter(
            (time) => time < first && time <= first - gap && (!rolls || time >= first - gap - 20),
          );
          expect(before.length).toBe(expected.length);
        });
        const everyLater = given.filter((time) => time >= Math.min(...[...plan[0]!.test].map((row) => given[row]!)));
        expect(tested.length).toBe(everyLater.length);
      },
    ),
    { numRuns: 100 },
  );
});

test("nested: inner folds divide the training rows and never touch the test rows", () => {
  const labels = Array.from({ length: 40 }, (_, i) => i % 2);
  const plan = planFolds(40, {
    plan: { scheme: "stratified", folds: 4, labels },
    inner: { scheme: "stratified", folds: 3, labels },
  });
  for (const fold of plan) expectPartition(fold.inner!, [...fold.train]);
  expect(plan[0]!.inner![0]!.test).not.toEqual(plan[1]!.inner![0]!.test);
});

test("out-of-fold scores are those of the fold that tested the row", async () => {
  const labels = Array.from({ length: 30 }, (_, i) => (i % 3 === 0 ? 1 : 0));
  const plan = planFolds(30, { plan: { scheme: "kFold", folds: 3, repeats: 2 }, seed: 4 });
  const seeds: number[] = [];
  const result = await crossValidate({
    task: "binary",
    labels,
    folds: plan,
    fit: ({ test: tested, train, repeat, fold }, own) => {
      seeds.push(own);
      expect(train.length).toBe(20);
      return Float64Array.from(tested, (row) => (row + 100 * (3 * repeat + fold)) / 1000);
    },
    evaluation: { draws: 20 },
  });
  expect(new Set(seeds).size).toBe(6);
  for (const { repeat, fold, test: tested } of plan)
    for (const row of tested) expect(result.outOfFold[repeat]![row]).toBe((row + 100 * (3 * repeat + fold)) / 1000);
  expect(result.evaluations.map(({ rows }) => rows)).toEqual([30, 30]);
  const values = result.folds.map(({ evaluation }) => evaluation.metrics.accuracyScore!.value!);
  expect(result.spread.accuracyScore!.mean).toBeCloseTo(values.reduce((a, b) => a + b) / 6, 12);
  await expect(
    crossValidate({ task: "binary", labels, folds: plan, fit: () => new Float64Array(1) }),
  ).rejects.toMatchObject({ code: "EVALUATE_LENGTH_MISMATCH" });
});

test("what cannot be folded is refused", () => {
  const refuse = (rows: number, plan: FoldOptions["plan"]) => expect(() => planFolds(rows, { plan }));
  refuse(3, { scheme: "kFold", folds: 5 }).toThrow("5 folds need at least 5 rows, and there are 3.");
  refuse(6, { scheme: "stratified", folds: 3, labels: [0, 0, 0, 0, 0, 1] }).toThrow(/label 1, and there are 1/);
  refuse(4, { scheme: "group", folds: 3, groups: ["a", "a", "b", "b"] }).toThrow(/3 groups, and there are 2/);
  refuse(4, { scheme: "group", folds: 2, groups: ["a"] }).toThrow(/1 groups where 4/);
  refuse(4, { scheme: "time", folds: 2, times: [1, 1, 2, Number.NaN] }).toThrow("The time in row 4 is NaN.");
  refuse(4, { scheme: "time", folds: 2, times: [1, 1, 2, 2] }).toThrow(/2 different times/);
  refuse(6, { scheme: "time", folds: 2, times: [1, 2, 3, 4, 5, 6], gap: 9 }).toThrow(/far enough before/);
});
