import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { projectProgress } from "#evaluate";

/** Of statsmodels: freeze-projection.py. */
const golden = JSON.parse(readFileSync(new URL("projection.golden.json", import.meta.url), "utf8")) as Record<
  string,
  { errors: number[]; scale: number; rate: [number, number, number]; projected: [number, number, number][] }
>;
const figures = (values: readonly number[], testSet = "a") =>
  values.map((value, i) => ({ version: i + 1, value, low: value - 0.01, high: value + 0.01, testSet }));

test.each(Object.entries(golden))("the power law and its intervals are those of least squares: %s", (_name, peer) => {
  const found = projectProgress("logLoss", figures(peer.errors));
  const { scale, rate, rateLow, rateHigh } = found.fit!;
  expect(scale).toBeCloseTo(peer.scale, 10);
  [rate, rateLow, rateHigh].forEach((value, k) => {
    expect(value).toBeCloseTo(peer.rate[k]!, 9);
  });
  found.projected.forEach(({ version, value, low, high }, k) => {
    expect(version).toBe(peer.errors.length + 1 + k);
    [value, low, high].forEach((own, i) => {
      expect(own).toBeCloseTo(peer.projected[k]![i]!, 9);
    });
  });
  expect(found.points.map(({ best }) => best)).toEqual(
    peer.errors.map((_, k) => Math.min(...peer.errors.slice(0, k + 1))),
  );
});

test("of a score the error is the way to 1, and intervals stay in order", () => {
  const losses = golden.falling!.errors;
  const scores = projectProgress("rocAucScore", figures(losses.map((error) => 1 - error)));
  const mirrored = projectProgress("logLoss", figures(losses));
  scores.projected.forEach(({ value, low, high }, k) => {
    expect(value).toBeCloseTo(1 - mirrored.projected[k]!.value, 12);
    expect(low <= value && value <= high).toBe(true);
  });
  expect(scores.said).toMatch(
    /^The best ROC AUC went from 0\.6 to 0\.77 over 7 versions\. If versions go on as they did, version 12/,
  );
  expect(scores.checked.projections).toBe(3);
});

test("what cannot be projected says why, and what does not move says so", () => {
  expect(projectProgress("auc", figures([0.7, 0.8])).said).toBe(
    "2 versions are too few to project from: 5 are needed.",
  );
  expect(projectProgress("auc", [])).toMatchObject({ points: [], fit: null, projected: [] });
  expect(projectProgress("auc", figures([0.7, 0.8, 1, 1, 1])).said).toMatch(/no distance to a perfect value/);
  expect(projectProgress("logLoss", figures([0.2, 0.2, 0.2, 0.2, 0.2])).said).toMatch(/does not surely move any more/);
  const mixed = [...figures([0.6, 0.7, 0.75], "a"), ...figures([0.76, 0.77], "b")].map((one, i) => ({
    ...one,
    version: i + 1,
  }));
  expect(projectProgress("auc", mixed)).toMatchObject({
    testSets: 2,
    said: expect.stringContaining("2 different sets"),
  });
});
