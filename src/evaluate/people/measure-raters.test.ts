import { expect, test } from "vitest";
import { describeHumanLevel, evaluate, judgeGate, measureRaters } from "#evaluate";

const labels = [1, 1, 1, 0, 0, 0, 1, 0];
const none = Number.NaN;
const raters = [
  { name: "ann", answers: Float64Array.of(1, 1, 0, 0, 0, 0, none, none) },
  { name: "bob", answers: Float64Array.of(1, 0, 0, 0, none, none, none, none) },
];
const predictions = [1, 1, 1, 0, 0, 1, 0, 0];

test("each rater, all together and the model on the same rows, by hand", () => {
  const found = measureRaters({ task: "binary", labels, predictions, raters });
  expect(found.raters.map(({ name, rows, value }) => [name, rows, value])).toEqual([
    ["ann", 6, 5 / 6],
    ["bob", 4, 2 / 4],
  ]);
  expect(found.rows).toBe(6);
  expect(found.people).toBeCloseTo(7 / 10, 12);
  // Rows one to four count twice: the model is right in all of them, and in one of the two others.
  expect(found.model).toBeCloseTo(9 / 10, 12);
  expect(found.modelBetterBy).toBeCloseTo(0.2, 12);
  expect(found.agreement).toBe(3 / 4);
  // Of the eight answers to rows with two, three are positive: chance is (3/8)² + (5/8)².
  const chance = (3 / 8) ** 2 + (5 / 8) ** 2;
  expect(found.kappa).toBeCloseTo((0.75 - chance) / (1 - chance), 12);
  expect(found.betterLow!).toBeLessThanOrEqual(0.2);
  expect(found.betterHigh!).toBeGreaterThanOrEqual(0.2);
  expect(describeHumanLevel(found)[0]).toMatch(
    /People \(2 raters, 6 rows\): accuracy 0.7 .* the model on the same rows 0.9/,
  );
});

test("values are judged by how far they lie apart, and less is better", () => {
  const found = measureRaters({
    task: "regression",
    labels: [1, 2],
    predictions: [1, 4],
    raters: [
      { name: "ann", answers: Float64Array.of(2, 3) },
      { name: "bob", answers: Float64Array.of(2, none) },
    ],
  });
  expect([found.people, found.model, found.modelBetterBy]).toEqual([1, 2 / 3, 1 - 2 / 3]);
  expect([found.agreement, found.kappa]).toEqual([0, null]);
});

test("judged by the others, rows on which these are split are left out", () => {
  const three = [
    [1, 0],
    [1, 1],
    [0, 1],
  ].map((answers, k) => ({ name: `r${k}`, answers: Float64Array.from(answers) }));
  const found = measureRaters({
    task: "binary",
    labels: [0, 0],
    predictions: [1, 1],
    raters: three,
    against: "others",
  });
  // Row one: the third has two others who say 1, and says 0; the others are split. Row two: the first alike.
  expect(found.raters.map(({ rows, value }) => [rows, value])).toEqual([
    [1, 0],
    [0, null],
    [1, 0],
  ]);
  expect(found.model).toBe(1);
});

test("without answers there is no figure, and the gate does not pass", () => {
  const silent = [{ name: "ann", answers: new Float64Array(8).fill(none) }];
  const found = measureRaters({ task: "binary", labels, predictions, raters: silent });
  expect([found.people, found.low, found.model, found.agreement, found.kappa]).toEqual([null, null, null, null, null]);
  const evaluation = evaluate("binary", { scores: Float64Array.of(0.1, 0.9), labels: [0, 1] }, { draws: 0 });
  const policy = { people: { notWorseBy: 0.1 } };
  expect(judgeGate(policy, { evaluation, people: found }).passed).toBe(false);
  expect(judgeGate(policy, { evaluation }).checks.find(({ name }) => name === "notWorseThanPeople")?.next).toMatch(
    /raters/,
  );
  const good = measureRaters({ task: "binary", labels, predictions: labels, raters });
  expect(judgeGate(policy, { evaluation, people: good }).passed).toBe(true);
});
