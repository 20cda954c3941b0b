import { expect, test } from "vitest";
import { learningCurve } from "#evaluate";
import { randomStream } from "#kernel";

/** A wave with a little noise: what a nearest neighbour learns the better the more rows it has. */
function wave(n: number, purpose: string) {
  const random = randomStream(4, purpose);
  const x = Float64Array.from({ length: n }, () => random.uniform());
  return { x, y: Float64Array.from(x, (one) => Math.sin(12 * one) + 0.02 * (random.uniform() - 0.5)) };
}

const train = wave(400, "train");
const tested = wave(300, "test");
const nearest = (rows: Uint32Array) =>
  Float64Array.from(tested.x, (at) => {
    const best = rows.reduce((a, b) => (Math.abs(train.x[b]! - at) < Math.abs(train.x[a]! - at) ? b : a), rows[0]!);
    return train.y[best]!;
  });
const mean = (rows: Uint32Array) => tested.x.map(() => rows.reduce((sum, row) => sum + train.y[row]!, 0) / rows.length);
const request = { task: "regression", metric: "rmse", trainRows: 400, test: { labels: tested.y } } as const;

test("rows help a learner that goes on learning, and not one that has nothing more to learn", async () => {
  const learning = await learningCurve({ ...request, fit: nearest, options: { draws: 200 } });
  expect(learning.moreRowsHelp).toBe("yes");
  expect(learning.points.map(({ rows }) => rows)).toEqual([50, 100, 200, 400]);
  const values = learning.points.map(({ value }) => value!);
  expect(values).toEqual(values.toSorted((a, b) => b - a));
  // A nearest neighbour's error falls about with the distance to it, that is by half each time.
  expect(values[3]! / values[2]!).toBeLessThan(0.8);
  expect(learning.expectedGain!).toBeGreaterThan(0);
  expect(learning.expectedGain!).toBeLessThanOrEqual(values[2]! - values[3]! + 1e-12);
  const done = await learningCurve({ ...request, fit: mean, options: { draws: 200 } });
  expect(done.moreRowsHelp).toBe("no");
});

test("each part holds the one before it, and the seed decides which rows", async () => {
  const seen: Uint32Array[] = [];
  const fit = (rows: Uint32Array) => {
    seen.push(rows);
    return nearest(rows);
  };
  await learningCurve({ ...request, fit, options: { draws: 20, seed: 3 } });
  for (const [i, rows] of seen.entries()) {
    expect([...rows]).toEqual([...rows].toSorted((a, b) => a - b));
    if (i > 0) expect(seen[i - 1]!.every((row) => rows.includes(row))).toBe(true);
  }
});

test("too few rows are refused; a metric that is undefined leaves it open", async () => {
  await expect(learningCurve({ ...request, trainRows: 40, fit: nearest })).rejects.toThrow(/cannot be halved/);
  const fit = () => Float64Array.of(0.2, 0.4);
  const one = { task: "binary", metric: "auc", trainRows: 100, test: { labels: [1, 1] }, fit } as const;
  expect(await learningCurve({ ...one, options: { draws: 20 } })).toMatchObject({
    moreRowsHelp: "unsure",
    lastDoubling: null,
    expectedGain: null,
  });
});
