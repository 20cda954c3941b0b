import { readFileSync } from "node:fs";
import type { Frame, StringColumn } from "@millrace/program";
import fc from "fast-check";
import { expect, test } from "vitest";
import { chooseGroupThresholds, findProxies, measureFairness, reweigh } from "#evaluate";

// Values frozen by fairness.oracle.py on German credit (Fairlearn 0.15.0, scipy 1.17.1).
const golden = JSON.parse(readFileSync(new URL("./fairness.golden.json", import.meta.url), "utf8"));
const textColumn = (values: readonly string[]): StringColumn => {
  const levels = [...new Set(values)];
  return { type: "string", levels, codes: Int32Array.from(values, (value) => levels.indexOf(value)) };
};
const frameOf = (columns: Readonly<Record<string, readonly string[]>>): Frame => ({
  rows: Object.values(columns)[0]!.length,
  columns: new Map(Object.entries(columns).map(([name, values]) => [name, textColumn(values)])),
});
const frame = frameOf(golden.columns);
const input = {
  scores: Float64Array.from(golden.scores as number[]),
  labels: golden.labels as number[],
  threshold: 0.7,
};
type Pair = readonly [number, number];
interface Case {
  readonly by: string;
  readonly groups: Record<string, Record<string, number>>;
  readonly demographicParity: Pair;
  readonly equalOpportunity: Pair;
  readonly equalisedOdds: Pair;
}

test.each(golden.cases as Case[])("Fairlearn's figures on German credit by $by", (expected) => {
  const [found] = measureFairness(input, frame, { by: [expected.by], minRows: 1 });
  expect(found!.groups.map(({ name }) => name).sort()).toEqual(Object.keys(expected.groups).sort());
  for (const { name, rates, rows, calibration } of found!.groups) {
    for (const [rate, { value, low, high, reason }] of Object.entries(rates)) {
      // Without a row predicted positive the peer says 0 and warns.
      if (value === null) expect([expected.groups[name]![rate], reason]).toEqual([0, "no row is predicted positive"]);
      else expect(Math.abs(value - expected.groups[name]![rate]!)).toBeLessThanOrEqual(1e-12);
      if (value !== null) expect(low! <= value && value <= high!).toBe(true);
    }
    expect(rows).toBeGreaterThan(0);
    expect(Math.abs(calibration.bias!)).toBeLessThanOrEqual(calibration.expectedError! + 1e-12);
  }
  for (const gap of ["demographicParity", "equalOpportunity", "equalisedOdds"] as const) {
    const { difference, ratio } = found![gap];
    expect(Math.abs(difference! - expected[gap][0])).toBeLessThanOrEqual(1e-12);
    expect(Math.abs(ratio! - expected[gap][1])).toBeLessThanOrEqual(1e-12);
  }
  expect(found!.fourFifths).toBe(expected.demographicParity[1] >= 0.8);
  const { low, high, difference } = found!.demographicParity;
  expect(low! < difference! && difference! < high!).toBe(true);
});

test("small intersections are shown with their width and left out of the gaps", () => {
  const [all] = measureFairness(input, frame, { by: ["age*housing"], minRows: 1 });
  const [honest] = measureFairness(input, frame, { by: ["age*housing"], minRows: 60 });
  const small = honest!.groups.filter((group) => group.small);
  expect(small.length).toBe(honest!.smallGroups);
  expect(small.length).toBeGreaterThan(0);
  expect(honest!.groups.map(({ name }) => name)).toEqual(all!.groups.map(({ name }) => name));
  expect(honest!.demographicParity.difference!).toBeLessThanOrEqual(all!.demographicParity.difference!);
  expect(small.some(({ name }) => name === honest!.demographicParity.least)).toBe(false);
  const [alone] = measureFairness(input, frame, { by: ["sex"], minRows: 5000 });
  expect(alone!.demographicParity).toMatchObject({
    difference: null,
    reason: "0 groups have rows enough to compare, and 2 are needed",
  });
  expect(alone!.equalisedOdds.difference).toBeNull();
  expect(alone!.fourFifths).toBeNull();
});

test("bad input says so", () => {
  const many = frameOf({ id: Array.from({ length: 1000 }, (_, i) => `p${i % 400}`) });
  expect(() => measureFairness(input, many, { by: ["id"] })).toThrow('"id" has 400 groups; at most 50 can be judged.');
  expect(() => measureFairness(input, frame, { by: ["sexx"] })).toThrow(/no column "sexx".*sex/);
  expect(() => measureFairness(input, frameOf({ a: ["x"] }), { by: ["a"] })).toThrow(/1 rows to group by/);
  const none = measureFairness({ scores: new Float64Array(0), labels: [] }, frameOf({ a: [] }), { by: ["a"] });
  expect(none[0]).toMatchObject({ groups: [], fourFifths: null, demographicParity: { difference: null } });
  const oneClass = measureFairness({ scores: Float64Array.of(0.9, 0.1), labels: [0, 0] }, frameOf({ a: ["x", "y"] }), {
    by: ["a"],
    minRows: 1,
  })[0]!;
  expect(oneClass.groups[0]!.rates.truePositiveRate).toMatchObject({ value: null, reason: "no label is positive" });
  expect(oneClass.equalOpportunity.difference).toBeNull();
  expect(oneClass.demographicParity).toMatchObject({ difference: 1, ratio: 0 });
});

const labelled = fc.array(fc.tuple(fc.constantFrom("a", "b", "c"), fc.integer({ min: 0, max: 1 })), {
  minLength: 1,
  maxLength: 60,
});

test("after reweighing every group that has both labels has the same share of them, and the weights sum to the rows", () => {
  fc.assert(
    fc.property(labelled, (given) => {
      const groups = given.map(([group]) => group);
      const labels = given.map(([, label]) => label);
      fc.pre(
        (["a", "b", "c"] as const).every(
          (g) => !groups.includes(g) || [0, 1].every((l) => given.some(([x, y]) => x === g && y === l)),
        ),
      );
      const weights = reweigh(groups, labels);
      const share = labels.reduce((sum, one) => sum + one, 0) / labels.length;
      for (const g of new Set(groups)) {
        const own = (only: number) =>
          weights.reduce((sum, w, i) => sum + (groups[i] === g && labels[i]! >= only ? w : 0), 0);
        expect(own(1) / own(0)).toBeCloseTo(share, 10);
      }
      expect(weights.reduce((a, b) => a + b, 0)).toBeCloseTo(labels.length, 8);
    }),
    { numRuns: 60 },
  );
});

test("group thresholds bring the rates together at the least cost that trying them all finds", () => {
  const row = fc.tuple(fc.constantFrom("a", "b"), fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 1 }));
  fc.assert(
    fc.property(fc.array(row, { minLength: 2, maxLength: 24 }), fc.constantFrom(0, 0.2, 0.5), (given, maxGap) => {
      const of = (g: string) => given.filter(([group]) => group === g);
      fc.pre(["a", "b"].every((g) => of(g).some(([, , label]) => label === 1)));
      const found = chooseGroupThresholds(
        Float64Array.from(given, ([, score]) => score),
        given.map(([, , label]) => label),
        given.map(([group]) => group),
        { maxGap, falseNegative: 2 },
      );
      const judge = (a: number, b: number) => {
        const each = [of("a").map((one) => [one, a] as const), of("b").map((one) => [one, b] as const)];
        const rates = each.map((rows) => {
          const positive = rows.filter(([[, , label]]) => label === 1);
          return positive.filter(([[, score], threshold]) => score >= threshold).length / positive.length;
        });
        const cost = each.flat().reduce((sum, [[, score, label], threshold]) => {
          if (score >= threshold) return sum + (label === 1 ? 0 : 1);
          return sum + (label === 1 ? 2 : 0);
        }, 0);
        return { gap: Math.abs(rates[0]! - rates[1]!), cost: cost / given.length };
      };
      const levels = [0, 1, 2, 3, 4, 5, 6, Infinity];
      const fitting = levels.flatMap((a) => levels.map((b) => judge(a, b))).filter(({ gap }) => gap <= maxGap + 1e-12);
      const own = judge(found.thresholds.get("a")!, found.thresholds.get("b")!);
      expect(found.met).toBe(true);
      expect(own.gap).toBeCloseTo(found.gap, 12);
      expect(own.cost).toBeCloseTo(found.meanCost, 12);
      expect(own.cost).toBeCloseTo(Math.min(...fitting.map(({ cost }) => cost)), 12);
    }),
    { numRuns: 100 },
  );
});

test("on German credit the gap of the sexes closes on the rows that chose the thresholds", () => {
  const sex: string[] = golden.columns.sex;
  const before = measureFairness(input, frame, { by: ["sex"] })[0]!.equalOpportunity.difference!;
  const found = chooseGroupThresholds(input.scores, input.labels, sex, { maxGap: 0.01, falsePositive: 5 });
  const predictions = sex.map((group, i) => (input.scores[i]! >= found.thresholds.get(group)! ? 1 : 0));
  const after = measureFairness({ ...input, predictions }, frame, { by: ["sex"] })[0]!.equalOpportunity.difference!;
  expect(before).toBeGreaterThan(0.05);
  expect(after).toBeLessThanOrEqual(0.01);
  expect(after).toBeCloseTo(found.gap, 12);
});

test("proxies: Cramér's V without its bias, and a column that holds the sensitive one", () => {
  const found = findProxies(frame, "sex", { columns: ["age", "foreign", "housing", "status", "sex"] });
  for (const { column, association, pValue } of golden.proxies) {
    const own = found.find((one) => one.column === column)!;
    expect(Math.abs(own.association! - association)).toBeLessThanOrEqual(1e-12);
    expect(own.pValue!).toBeGreaterThanOrEqual(pValue * (1 - 1e-10));
  }
  expect(found.map(({ column }) => column)).toEqual(["status", "age", "housing", "foreign"]);
  expect(found.filter(({ isProxy }) => isProxy).map(({ column }) => column)).toEqual(["status"]);
  const flat = frameOf({ a: ["x", "x", "y"], b: ["z", "z", "z"] });
  expect(findProxies(flat, "a", { columns: ["b"] })[0]).toMatchObject({
    association: null,
    reason: "the column has one value",
  });
});
