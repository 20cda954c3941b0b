import type { Column, Frame } from "@millrace/program";
import { expect, test } from "vitest";
import { planFolds } from "#evaluate";
import { randomStream } from "#kernel";
import { automlOptionsSchema } from "../model.ts";
import { judgeBy } from "../rows/judged-rows.ts";
import { labelledRows } from "../rows/training-rows.ts";
import type { Settings } from "../trial/run-trial.ts";
import { withMadeFeatures } from "./made-features.ts";

const rows = 2500;
const random = randomStream(6, "made features");
const uniform = () => Float64Array.from({ length: rows }, () => 0.2 + 5 * random.uniform());
const [debt, income, age, rooms] = [uniform(), uniform(), uniform(), uniform()];
const noise = Float64Array.from({ length: rows }, () => random.uniform());

async function transformOf(
  target: Float64Array,
  own: Record<string, unknown> = {},
  more: Record<string, Float64Array> = {},
  folds?: readonly number[],
  enough?: () => boolean,
) {
  const columns = Object.entries({ debt, income, age, rooms, ...more, y: target }).map(
    ([name, values]): [string, Column] => [name, { type: "number", values }],
  );
  const frame: Frame = { rows, columns: new Map(columns) };
  const options = { target: "y", task: "regression", metric: "rmseError", folds: 5, ...own };
  const settings = automlOptionsSchema.parse(options) as Settings;
  const planned = judgeBy(labelledRows(frame, settings), undefined, settings);
  const some = folds === undefined ? planned : { ...planned, folds: folds.map((fold) => planned.folds[fold]!) };
  return (await withMadeFeatures(some, settings, [], [], () => false, enough)).transform;
}

test("a ratio that tells the target joins the features; where sums tell it none does", async () => {
  const ratio = debt.map((value, i) => value / income[i]! + 0.2 * noise[i]!);
  expect(await transformOf(ratio)).toMatchObject({ combinations: 6 });
  const sum = age.map((value, i) => Math.min(value, 3) + noise[i]!);
  expect(await transformOf(sum)).not.toHaveProperty("combinations");
});

test("what one fold is not sure of, all folds together are", async () => {
  const [month, day] = [12, 10].map((most) => Float64Array.from({ length: rows }, () => random.integer(most)));
  const luck = Float64Array.from({ length: 120 }, () => random.uniform());
  const weak = noise.map((value, i) => value + 0.29 * luck[month![i]! * 10 + day![i]!]!);
  const more = { month: month!, day: day! };
  const sums = ({ month: a, day: b }: typeof more) => noise.map((value, i) => value + 0.05 * (a[i]! + b[i]!));
  const alone = await Promise.all([0, 1, 2, 3, 4].map((fold) => transformOf(weak, {}, more, [fold])));
  expect(alone.some((transform) => !("tables" in transform))).toBe(true);
  expect(await transformOf(weak, {}, more)).toMatchObject({ tables: 6 });
  expect(await transformOf(sums(more), {}, more)).not.toHaveProperty("tables");
  // Called off after the first fold, what that was sure of stays.
  expect(await transformOf(weak, {}, more, undefined, () => true)).toEqual(alone[0]);
});

test("a first fold that happens to tell against it is outvoted by the others", async () => {
  const [month, day] = [12, 10].map((most) => Float64Array.from({ length: rows }, () => random.integer(most)));
  const luck = Float64Array.from({ length: 120 }, () => random.uniform());
  const chance = Float64Array.from({ length: rows }, () => random.uniform());
  const without = planFolds(rows, { plan: { scheme: "kFold", folds: 5 }, seed: 0 })[0]!.test;
  const target = noise.map((value, i) => value + luck[month![i]! * 10 + day![i]!]!);
  for (const row of without) target[row] = noise[row]! + chance[row]! - 0.25 * luck[month![row]! * 10 + day![row]!]!;
  const more = { month: month!, day: day! };
  expect(await transformOf(target, { seed: 0 }, more, [0])).not.toHaveProperty("tables");
  expect(await transformOf(target, { seed: 0 }, more)).toMatchObject({ tables: 6 });
});

test("who says how many wants as many, and a model to be read gets none", async () => {
  const ratio = debt.map((value, i) => value / income[i]!);
  expect(await transformOf(ratio, { transform: { combinations: 0, tables: 0 } })).toEqual({
    combinations: 0,
    tables: 0,
  });
  expect(await transformOf(ratio, { constraints: { interpretable: true, monotone: {} } })).toEqual({});
});
