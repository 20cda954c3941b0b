import { expect, test } from "vitest";
import golden from "../oracle/conformal.golden.json" with { type: "json" };
import { conformalRank, halfWidth, setBound } from "./conformal.ts";

// MAPIE 1.1.0 (src/learn/oracle/freeze-conformal.py). Its interval is of the same rank, ⌈(n + 1) × level⌉, at every number of
// rows, and its sets are of the same bound. One difference: where the rank is beyond n it refuses, and ours is infinite.
test.each(golden.intervals.map((one) => [one.scores.length, one.level, one] as const))(
  "%d calibration rows at %d give MAPIE's interval",
  (rows, level, { scores, values, of, low, high }) => {
    const width = halfWidth(
      Float64Array.from(scores, (score, i) => values[i]! - score),
      level,
    );
    expect(conformalRank(rows, level)).toBeLessThanOrEqual(rows);
    expect(of - width).toBeCloseTo(low, 12);
    expect(of + width).toBeCloseTo(high, 12);
  },
);

// Where (n + 1) × level is whole, MAPIE's sets are of the next rank: it asks numpy for the quantile (n + 1) × level / n by the
// method "higher", which counts n − 1 gaps between the rows. Ours is the whole itself, which is as far as the proof asks.
test.each(golden.sets.map((one) => [one.scores.length, one.level, one] as const))(
  "%d calibration rows at %d give MAPIE's sets of classes",
  (rows, level, { scores, labels, of, members }) => {
    const own = Float64Array.from(scores, (row, i) => row[labels[i]!]!);
    const place = (rows + 1) * level;
    const isWhole = Math.abs(place - Math.round(place)) < 1e-9;
    const bound = setBound(own, level);
    expect(own.filter((score) => score >= bound)).toHaveLength(conformalRank(rows, level));
    const theirs = isWhole ? Math.max(...own.filter((score) => score < bound)) : bound;
    expect(of.map((row) => row.map((score) => (score >= theirs ? 1 : 0)))).toEqual(members);
    expect(members.some((row) => row.includes(0))).toBe(true);
  },
);
