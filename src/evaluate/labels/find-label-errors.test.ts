import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { findLabelErrors } from "#evaluate";

// Rows found by cleanlab 2.7.1, frozen by labels.oracle.py.
const golden: { classes: number; labels: number[]; scores: number[]; suspected: number[] }[] = JSON.parse(
  readFileSync(new URL("./labels.golden.json", import.meta.url), "utf8"),
);

test.each(golden)("the rows that cleanlab suspects, in its order: $classes classes", (given) => {
  const classes = Array.from({ length: given.classes }, (_, k) => `class ${k}`);
  const input = { scores: Float64Array.from(given.scores), labels: given.labels, classes };
  const { suspected, share } = findLabelErrors(given.classes === 2 ? "binary" : "multiclass", input);
  expect(suspected.map(({ row }) => row)).toEqual(given.suspected);
  expect(share).toBe(given.suspected.length / given.labels.length);
  for (const { label, suggested } of suspected) expect(label).not.toBe(suggested);
});

test("what cannot be judged says why", () => {
  const scores = Float64Array.of(0.2, 0.9);
  expect(findLabelErrors("binary", { scores: new Float64Array(0), labels: [] })).toMatchObject({
    reason: "there are no rows",
  });
  expect(findLabelErrors("binary", { scores, labels: [1, 1] })).toMatchObject({
    share: null,
    reason: "all labels are one class",
  });
  expect(findLabelErrors("binary", { scores: Float64Array.of(-1, 3), labels: [0, 1] }).reason).toMatch(
    /not probabilities/,
  );
  expect(() => findLabelErrors("binary", { scores, labels: [0, 2] })).toThrow(/class indices/);
});
