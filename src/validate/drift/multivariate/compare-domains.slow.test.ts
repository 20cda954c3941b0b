import type { Frame } from "@millrace/program";
import { expect, test } from "vitest";
import { randomStream } from "#kernel";
import { compareDomains, compareWindows, type FitDomains } from "#validate";
import { areaUnder } from "./compare-domains.ts";

/** The nearest of some rows, by distance: a classifier small enough for a test, and a real one. */
const nearest: FitDomains = async (train, scored) =>
  Float64Array.from({ length: scored.rows }, (_, row) => {
    let [ones, all] = [0, 0];
    for (let other = 0; other < train.rows; other++) {
      const distance = scored.features.reduce(
        (sum, { values }, f) => sum + (values[row]! - train.features[f]!.values[other]!) ** 2,
        0,
      );
      const weight = 1 / (distance + 0.01) ** 2;
      ones += weight * train.target[other]!;
      all += weight;
    }
    return ones / all;
  });

/** Two numbers that rise together, or against each other: each by itself looks the same. */
function window(sign: 1 | -1, seed: number): Frame {
  const random = randomStream(seed, "domains");
  const x = Float64Array.from({ length: 400 }, () => random.uniform() - 0.5);
  const y = x.map((value) => sign * value + (random.uniform() - 0.5) * 0.3);
  return {
    rows: 400,
    columns: new Map([
      ["x", { type: "number", values: x }],
      ["y", { type: "number", values: y }],
    ]),
  };
}

test("a correlation that turned is found, though no column by itself drifted; the same source is not", async () => {
  const turned = await compareDomains(window(1, 1), window(-1, 2), nearest);
  expect(turned).toMatchObject({ name: "all columns", test: "domain", drifted: true });
  expect(turned.value).toBeGreaterThan(0.75);
  expect(compareWindows(window(1, 1), window(-1, 2), { tests: ["psi", "ks"] }).drifted).toBe(false);
  const same = await compareDomains(window(1, 1), window(1, 3), nearest);
  expect(same.drifted).toBe(false);
  expect(Math.abs(same.value! - 0.5)).toBeLessThan(4 * (same.detail.spread as number));
});

test("the area by hand: 3.5 of 4 pairs", () => {
  expect(areaUnder(Float64Array.of(1, 2, 2, 3), Float64Array.of(0, 0, 1, 1))).toBe(0.875);
});

test("windows too small for the folds, or without a column in common", async () => {
  const few = (name: string): Frame => ({
    rows: 2,
    columns: new Map([[name, { type: "number", values: Float64Array.of(1, 2) }]]),
  });
  await expect(compareDomains(few("x"), few("x"), nearest)).rejects.toThrow(/2 rows; 5 folds/);
  await expect(compareDomains(few("x"), few("y"), nearest)).rejects.toThrow(/no column in common/);
});
