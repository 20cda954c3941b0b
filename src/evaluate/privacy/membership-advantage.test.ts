import { expect, test } from "vitest";
import { membershipAdvantage } from "#evaluate";
import { randomStream } from "#kernel";

const rows = (scores: number[], labels: number[]) => ({ scores: Float64Array.from(scores), labels });

test("is the greatest gap between the two shares of low losses, by hand", () => {
  // losses of members 0.1, 0.2, 0.6; of others 0.2, 0.5, 0.7, 0.9: at 0.2 it is 2/3 − 1/4, at 0.6 it is 1 − 2/4
  const found = membershipAdvantage(
    "binary",
    rows([0.9, 0.2, 0.4], [1, 0, 1]),
    rows([0.2, 0.5, 0.7, 0.1], [0, 1, 0, 1]),
  );
  expect(found!.advantage).toBeCloseTo(0.5, 12);
  const values = membershipAdvantage("regression", rows([1, 2], [1, 2]), rows([1, 2], [3, 0]));
  expect(values!.advantage).toBe(1);
  const classes = membershipAdvantage("multiclass", rows([0.7, 0.2, 0.1], [0]), rows([0.2, 0.7, 0.1], [0]));
  expect(classes!.advantage).toBe(1);
  expect(membershipAdvantage("binary", rows([], []), rows([0.5], [1]))).toBeNull();
});

test("stays within chance in about 95 of 100 models that remember nothing", () => {
  const random = randomStream(3, "privacy");
  const draw = (n: number) =>
    rows(
      Array.from({ length: n }, () => random.uniform()),
      new Array(n).fill(1),
    );
  let beyond = 0;
  for (let k = 0; k < 400; k++) {
    const { advantage, chance } = membershipAdvantage("binary", draw(60), draw(80))!;
    if (advantage > chance) beyond++;
  }
  // One side of a two-sided bound of 5 %.
  expect(beyond).toBeLessThan(20);
  expect(beyond).toBeGreaterThan(1);
});
