import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { meanMove } from "../drift/tests/mean-move.ts";
import { adjustForMany } from "./false-discovery.ts";
import { chiSquareTail } from "./gamma.ts";
import { kolmogorovDistance, kolmogorovPValue } from "./kolmogorov.ts";
import { normalQuantile, normalTail } from "./normal.ts";
import { compareProportions } from "./two-proportions.ts";

// Values frozen by ../oracle/significance.oracle.py.
const golden = JSON.parse(readFileSync(new URL("../oracle/significance.golden.json", import.meta.url), "utf8"));

const close = (value: number, expected: number, tolerance = 1e-11) =>
  expect(Math.abs(value - expected), `${value} against ${expected}`).toBeLessThanOrEqual(
    tolerance * Math.max(Math.abs(expected), 1e-300),
  );

test("chi-square tail", () => {
  for (const [x, k, p] of golden.chiSquareTail) close(chiSquareTail(x, k), p);
});

test("normal tail and quantile", () => {
  for (const [z, p] of golden.normalTail) close(normalTail(z), p);
  for (const [p, z] of golden.normalQuantile) close(normalQuantile(p), z, z === 0 ? 1 : 1e-13);
});

test("two proportions: z where rows suffice, exact where not", () => {
  for (const { k, n, l, m, z, both, greater } of golden.proportions) {
    close(compareProportions(k, n, l, m, "both").z, z);
    close(compareProportions(k, n, l, m, "both").pValue, both, 1e-9);
    close(compareProportions(k, n, l, m, "greater").pValue, greater, 1e-9);
  }
});

test("two-sample Kolmogorov–Smirnov and Wasserstein", () => {
  for (const { a, b, distance, pValue, wasserstein } of golden.ks) {
    const x = Float64Array.from(a as number[]).sort();
    const y = Float64Array.from(b as number[]).sort();
    close(kolmogorovDistance(x, y), distance, 1e-14);
    close(kolmogorovPValue(distance, x.length, y.length), pValue, 1e-9);
    close(meanMove(x, y), wasserstein, 1e-12);
  }
});

test("beyond 10,000 rows the limit distribution is close to the exact one", () => {
  close(kolmogorovPValue(0.02, 10_001, 10_001), kolmogorovPValue(0.02, 10_000, 10_000), 0.02);
});

test("false discovery control", () => {
  for (const [i, p] of adjustForMany(golden.falseDiscovery.p).entries()) close(p, golden.falseDiscovery.adjusted[i]);
});
