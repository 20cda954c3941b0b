import { expect, test } from "vitest";
import { randomStream } from "#kernel";
import { automlOptionsSchema } from "../model.ts";
import { foldPairs, pairsOf } from "./fold-pairs.ts";
import { judgeBy } from "./judged-rows.ts";
import { labelledRows } from "./training-rows.ts";

test("every two folds are left out together once, and the others are learned from", () => {
  const random = randomStream(1, "test/fold-pairs");
  const values = Float64Array.from({ length: 53 }, () => random.uniform());
  const options = automlOptionsSchema.parse({ target: "y", task: "regression", folds: 5 });
  const frame = { rows: 53, columns: new Map([["y", { type: "number", values } as const]]) };
  const rows = judgeBy(labelledRows(frame, options), undefined, options);
  const pairs = pairsOf(5);
  expect(new Set(pairs.map(String)).size).toBe(10);
  const { folds, judged } = foldPairs(rows);
  expect(folds.length).toBe(10);
  expect(judged.frame.rows).toBe(4 * 53);
  for (const [k, [first, second]] of pairs.entries()) {
    const { train, test: out } = folds[k]!;
    expect(first).toBeLessThan(second);
    expect([...out]).toEqual([...rows.folds[first]!.test, ...rows.folds[second]!.test]);
    expect([...train, ...out].toSorted((a, b) => a - b)).toEqual([...values.keys()]);
  }
});
