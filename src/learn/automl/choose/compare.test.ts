import { expect, test } from "vitest";
import { compareModels } from "#evaluate";
import { randomStream } from "#kernel";
import { automlOptionsSchema } from "../model.ts";
import { scoresOf } from "../trial/scores.ts";
import { compareOn } from "./choose-model.ts";

test.for([
  ["multiclass", "logLoss", 3],
  ["binary", "logLoss", 2],
  ["regression", "rmseError", 1],
] as const)("%s: the share of draws in which the %s is better is that of compareModels", ([task, metric, count]) => {
  const random = randomStream(3, "test/compare");
  const [rows, outputs] = [300, task === "multiclass" ? count : 1];
  const target = Float64Array.from({ length: rows }, () =>
    task === "regression" ? random.uniform() : random.integer(count),
  );
  const margins = () => Float64Array.from({ length: rows * outputs }, () => random.uniform());
  const [first, second, weights] = [margins(), margins(), Float64Array.from(target, () => random.integer(3))];
  const classes = ["a", "b", "c"].slice(0, task === "regression" ? 0 : count);
  const settings = { ...automlOptionsSchema.parse({ target: "y", task }), metric };
  for (const own of [{}, { weights }]) {
    const expected = compareModels(task, target, scoresOf(task, count, first), scoresOf(task, count, second), metric, {
      seed: 0,
      draws: 200,
      ...own,
      ...(classes.length > 0 ? { classes } : {}),
    });
    expect(expected.pBetter).not.toBe(0.5);
    expect(compareOn(first, second, { target, ...own }, settings, classes)).toBe(expected.pBetter);
  }
});
