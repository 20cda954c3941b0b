import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { randomStream } from "#kernel";
import { chooseBand } from "./choose-abstention.ts";
import { conformalRank, fewestRows, halfWidth, setBound, stepWidths } from "./conformal.ts";

describe("conformal bounds", () => {
  test("are the ⌈(n + 1) × level⌉th smallest, and infinite where the rows are too few", () => {
    expect([conformalRank(9, 0.9), conformalRank(19, 0.9), conformalRank(99, 0.95)]).toEqual([9, 18, 95]);
    expect([fewestRows(0.9), fewestRows(0.95), fewestRows(0.99)]).toEqual([9, 19, 99]);
    expect(halfWidth(Float64Array.of(-5, 1, -2, 4, 3, 6, 7, 8, -9), 0.9)).toBe(9);
    expect(halfWidth(Float64Array.of(1, 2), 0.9)).toBe(Number.POSITIVE_INFINITY);
    // 1 − level of 19 rows leaves out (19 + 1) × 0.1 = 2: the second smallest is the bound
    const scores = Float64Array.from({ length: 19 }, (_, i) => (i + 1) / 20);
    expect(setBound(scores, 0.9)).toBe(0.1);
    expect(setBound(scores, 0.99)).toBe(0);
  });

  test("hold what they promise for rows of any distribution, and hardly more", () => {
    const random = randomStream(7, "test/conformal");
    const skewed = () => -Math.log(1 - random.uniform()) * (random.uniform() < 0.2 ? 10 : 1);
    for (const [rows, level] of [
      [40, 0.8],
      [100, 0.9],
      [300, 0.95],
    ] as const) {
      let held = 0;
      const runs = 3000;
      for (let run = 0; run < runs; run++) {
        const width = halfWidth(Float64Array.from({ length: rows }, skewed), level);
        if (skewed() <= width) held++;
      }
      // between level and level + 1 / (n + 1), but for the simulation's own noise
      const noise = 3.5 * Math.sqrt((level * (1 - level)) / runs);
      expect(held / runs).toBeGreaterThan(level - noise);
      expect(held / runs).toBeLessThan(level + 1 / (rows + 1) + noise);
    }
  });

  test("by bins of the score hold in every bin, where one width for all would not", () => {
    const random = randomStream(3, "test/bins");
    const draw = (count: number) => {
      const scores = Float64Array.from({ length: count }, () => random.uniform() * 10);
      // errors grow with the score
      return { scores, residuals: scores.map((score) => (random.uniform() - 0.5) * score) };
    };
    const level = 0.9;
    let [low, high, rows] = [0, 0, 0];
    for (let run = 0; run < 60; run++) {
      const own = draw(600);
      const { edges, widths } = stepWidths(own.scores, own.residuals, draw(600).scores, level);
      expect(widths.length).toBe(5);
      expect(widths[0]!).toBeLessThan(widths[4]!);
      const fresh = draw(400);
      fresh.scores.forEach((score, i) => {
        const width = widths[[...edges].filter((edge) => edge < score).length]!;
        const held = Math.abs(fresh.residuals[i]!) <= width ? 1 : 0;
        if (score < 2) [low, rows] = [low + held, rows + 1];
        if (score > 8) high += held;
      });
    }
    expect(low / rows).toBeGreaterThan(0.88);
    expect(high / rows).toBeGreaterThan(0.86);
  });

  test("do not depend on the order of the rows", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 12, maxLength: 60 }),
        (values) => {
          expect(halfWidth(Float64Array.from(values).reverse(), 0.9)).toBe(halfWidth(Float64Array.from(values), 0.9));
        },
      ),
    );
  });
});

describe("the unsure band", () => {
  const row = (score: number, wrong: boolean) => ({ score, wrong, cost: 1 });

  test("leaves open the fewest rows with at most that error", () => {
    const rows = [row(0.1, false), row(0.45, true), row(0.55, true), row(0.6, false), row(0.9, false)];
    const band = chooseBand(rows, 0.5, { rule: "maxError", maxError: 0.01 });
    expect(rows.filter(({ score }) => score >= band.from && score < band.to).map(({ score }) => score)).toEqual([
      0.45, 0.55,
    ]);
    expect(chooseBand(rows, 0.5, { rule: "maxError", maxError: 0.5 })).toMatchObject({ from: 0.5, to: 0.5 });
  });

  test("is worth its cost, or is empty", () => {
    const rows = [row(0.1, false), row(0.4, true), row(0.6, true), row(0.9, false)];
    const open = (cost: number) => {
      const { from, to } = chooseBand(rows, 0.5, { rule: "cost", cost });
      return rows.filter(({ score }) => score >= from && score < to).length;
    };
    expect([open(0.5), open(1.5)]).toEqual([2, 0]);
  });

  test("of several classes begins at 0, and never keeps more errors than allowed", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ noNaN: true, min: 0, max: 1 }), fc.boolean()), { minLength: 1, maxLength: 80 }),
        fc.double({ noNaN: true, min: 0.01, max: 0.5 }),
        (pairs, maxError) => {
          const rows = pairs.map(([score, wrong]) => row(score, wrong));
          const { from, to } = chooseBand(rows, 0, { rule: "maxError", maxError });
          expect(from).toBe(0);
          const left = rows.filter(({ score }) => !(score >= from && score < to));
          expect(left.filter(({ wrong }) => wrong).length).toBeLessThanOrEqual(maxError * left.length);
        },
      ),
    );
  });
});
