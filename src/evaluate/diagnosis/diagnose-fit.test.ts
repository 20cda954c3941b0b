import { expect, test } from "vitest";
import { diagnoseFit } from "#evaluate";

const of = (value: number, half = 0.02) => ({ value, low: value - half, high: value + half });
const auc = (train: number, test: number, more: object = {}) =>
  diagnoseFit({ metric: "auc", train: of(train), test: of(test), baseline: { value: 0.5 }, ...more });
const names = (diagnosis: ReturnType<typeof diagnoseFit>) => diagnosis.findings.map(({ name }) => name);

test.each([
  ["far ahead on training rows", auc(0.99, 0.75), ["overfits"]],
  ["alike and good", auc(0.9, 0.88), ["sound"]],
  ["alike and weak", auc(0.6, 0.58), ["underfits"]],
  ["no better than chance", auc(0.52, 0.51), ["noBetterThanBaseline", "underfits"]],
  ["learned by heart", auc(1, 0.5), ["noBetterThanBaseline", "overfits"]],
  ["worse than validation", auc(0.88, 0.8, { validation: of(0.88) }), ["shifted"]],
  ["validation within noise", auc(0.88, 0.86, { validation: of(0.88) }), ["sound"]],
])("%s", (_what, diagnosis, expected) => {
  expect(names(diagnosis)).toEqual(expected);
  for (const { message, next } of diagnosis.findings) expect(message.length * next.length).toBeGreaterThan(0);
});

test("progress runs from the baseline to perfect, for losses downwards", () => {
  const diagnosis = diagnoseFit({
    metric: "rmse",
    train: of(2, 0.1),
    test: of(5, 0.5),
    baseline: { value: 10 },
  });
  expect(diagnosis).toMatchObject({ metric: "rmseError", trainProgress: 0.8, testProgress: 0.5 });
  expect(names(diagnosis)).toEqual(["overfits"]);
});

test("many suspected labels explain a weak fit", () => {
  const figures = { metric: "auc", train: of(0.6), test: of(0.59), baseline: { value: 0.5 } };
  expect(names(diagnoseFit(figures, { labelErrorShare: 0.12 }))).toEqual(["noisyLabels"]);
  expect(names(diagnoseFit(figures, { labelErrorShare: 0.01 }))).toEqual(["underfits"]);
});

test("without a value nothing is claimed", () => {
  const figures = { metric: "auc", train: of(0.9), test: { value: null }, baseline: { value: 0.5 } };
  expect(diagnoseFit(figures)).toMatchObject({ testProgress: null, findings: [{ name: "unknown" }] });
});
