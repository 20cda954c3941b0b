import type { Column, Frame } from "@millrace/program";
import { expect, test } from "vitest";
import { plainContext, randomStream } from "#kernel";
import { automl } from "../automl.ts";
import { automlOptionsSchema } from "../model.ts";
import { forClasses } from "./many-classes.ts";
import { portfolio } from "./portfolio.ts";

const facts = {
  task: "multiclass",
  rows: 10_000,
  columns: 20,
  rarest: 0.002,
  levels: 0,
  categorical: false,
  numbers: 20,
  text: false,
  least: -1,
  skew: 0,
} as const;
const settings = automlOptionsSchema.parse({ target: "y", task: "multiclass" });

test("of many classes the lightest learners come first, and those whose size grows beyond memory are left out", () => {
  const few = { ...facts, classes: 5 };
  expect(forClasses(portfolio(few, settings), few)).toEqual(portfolio(few, settings));
  const many = { ...facts, classes: 500 };
  const learners = forClasses(portfolio(many, settings), many).map(({ learner }) => learner);
  expect(learners.slice(0, 5)).toEqual(["constant", "naiveBayes", "network", "gbdt", "linear"]);
  for (const learner of ["forest", "extraTrees", "gam", "tree"]) expect(learners).not.toContain(learner);
});

test("more margins than a search can hold are refused, with the rows that it can", async () => {
  const [rows, classes] = [21_000, 1000];
  const random = randomStream(2, "test/many-classes");
  const x: Column = { type: "number", values: Float64Array.from({ length: rows }, () => random.uniform()) };
  const levels = Array.from({ length: classes }, (_, k) => `c${k}`);
  const y: Column = { type: "string", levels, codes: Int32Array.from({ length: rows }, (_, i) => i % classes) };
  const train: Frame = {
    rows,
    columns: new Map<string, Column>([
      ["x", x],
      ["y", y],
    ]),
  };
  const guardrails = { guardrails: [], blocked: [], leftOut: [] };
  await expect(
    automl({ train, target: "y", task: "multiclass", folds: 5, guardrails }, plainContext()),
  ).rejects.toMatchObject({
    code: "LEARN_TOO_MANY_CLASSES",
    message: 'The target "y" has 1000 classes in 21000 rows; of so many classes a search can hold 20000 rows.',
  });
});

test("more columns than a program reads are refused before anything is learned", async () => {
  const columns = new Map<string, Column>(
    Array.from({ length: 100_002 }, (_, k) => [`c${k}`, { type: "number", values: new Float64Array(2) }]),
  );
  await expect(
    automl({ train: { rows: 2, columns }, target: "c0", task: "regression" }, plainContext()),
  ).rejects.toMatchObject({ code: "LEARN_TOO_MANY_COLUMNS", message: expect.stringMatching(/100001 columns/) });
});
