import { expect, test } from "vitest";
import { plainContext, randomStream } from "#kernel";
import { automlOptionsSchema } from "../model.ts";
import { judgeBy } from "../rows/judged-rows.ts";
import { labelledRows } from "../rows/training-rows.ts";
import { FoldMatrices } from "../trial/fold-matrices.ts";
import { runTrial, type Settings } from "../trial/run-trial.ts";
import { decodeRecord, encodeRecord } from "../trial/trial-record.ts";
import { rowRung } from "./row-rung.ts";

const rows = 32_000;
const random = randomStream(1, "row-rung");
const x = Float64Array.from({ length: rows }, () => random.uniform());
const y = x.map((value) => (random.uniform() < value ? 1 : 0));
const frame = {
  rows,
  columns: new Map([
    ["x", { type: "number", values: x } as const],
    ["y", { type: "number", values: y } as const],
  ]),
};
const settings = (own: object = {}) =>
  automlOptionsSchema.parse({ target: "y", task: "binary", metric: "rocAucScore", folds: "auto", ...own }) as Settings;
const groundOf = (own: Settings) => {
  const judged = judgeBy(labelledRows(frame, own), undefined, own);
  return { rows: judged, matrices: new FoldMatrices(judged, own, []), settings: own, classes: ["0", "1"] };
};
const plan = { learner: "gbdt", options: { trees: 20, leaves: 7 } } as const;
const trial = (ground: ReturnType<typeof groundOf>, goesOn: (score: number | null) => boolean) =>
  runTrial(plan, ground, { clock: plainContext().clock, stopping: () => false }, { fitsIn: () => 1, goesOn });

test("a part of many rows is spread evenly over them; few rows, and several folds, have none", () => {
  const places = rowRung(groundOf(settings()).rows)!;
  expect(places.length).toBe(8000);
  expect(Math.max(...Array.from(places, (place, k) => (k === 0 ? 0 : place - places[k - 1]!)))).toBeLessThan(5);
  expect(new Set(places).size).toBe(places.length);
  expect(rowRung(groundOf(settings({ folds: 5 })).rows)).toBeUndefined();
});

test("a trial that is dropped after a look at a part of the rows has its score, no folds, and can be recorded", async () => {
  const dropped = await trial(groundOf(settings()), () => false);
  expect(dropped).toMatchObject({ folds: 0, models: [], facts: { rowsLearned: 8000 } });
  expect(dropped.score).toBeGreaterThan(0.8);
  expect(dropped.work).toBeGreaterThan(0);
  const { models: _, ...record } = dropped;
  expect(decodeRecord(encodeRecord({ ...record, plannedFolds: 1 }))).toMatchObject({ folds: 0, score: dropped.score });
});

test("one that goes on is what it is without the look, which named learners do not have", async () => {
  const looked: (number | null)[] = [];
  const through = await trial(groundOf(settings()), (score) => looked.push(score) > 0);
  const named = await trial(groundOf(settings({ learners: ["gbdt"] })), () => false);
  expect(looked).toHaveLength(1);
  expect(through.folds).toBe(1);
  expect(through.margins).toEqual(named.margins);
  expect(through.firstScore).not.toBe(through.score);
});
