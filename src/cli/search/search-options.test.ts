import { expect, test } from "vitest";
import { readBudget } from "./automl-budget.ts";
import { foldsOf, holdoutOf, searchOptions } from "./search-options.ts";

test("options of a search are read, and refused with what they must be", () => {
  expect(
    searchOptions({
      accept: "-3",
      passOver: "31,35",
      costs: "alarm=1,miss=5",
      maxLatency: "50",
      maxSize: "200kB",
      monotone: "income=up,a=b=down",
      sensitive: "sex",
      maxFairnessGap: "0.1",
      waive: "leakagePower:x",
      maxColumns: 4,
      columnCosts: "lab=5,a=b=2.5",
      maxColumnCost: "6",
    }),
  ).toEqual({
    search: "bayesian",
    passOver: [31, 35],
    accept: -3,
    costs: { falsePositive: 1, falseNegative: 5 },
    sensitive: ["sex"],
    waive: ["leakagePower:x"],
    columnCosts: { lab: 5, "a=b": 2.5 },
    constraints: {
      interpretable: false,
      monotone: { income: 1, "a=b": -1 },
      maxScoreMicros: 50,
      maxSizeBytes: 204_800,
      maxFairnessGap: 0.1,
      maxColumns: 4,
      maxColumnCost: 6,
    },
  });
  for (const [options, says] of [
    [{ passOver: "31,-4" }, /"-4", which is no number of a plan/],
    [{ monotone: "wind=sideways" }, /up or down/],
    [{ maxSize: "big" }, /no size/],
    [{ costs: "alarm=1" }, /of a miss/],
    [{ costs: "alarm=1,miss=-5" }, /of a miss/],
    [{ maxFairnessGap: "0.1" }, /no groups/],
    [{ maxLatency: "0" }, /no amount/],
    [{ maxColumnCost: "6" }, /what columns cost/],
    [{ columnCosts: "lab" }, /cost of a column/],
    [{ columnCosts: "lab=-1" }, /cost of a column/],
    [{ search: "clever" }, /bayesian/],
  ] as const)
    expect(() => searchOptions(options)).toThrow(says);
});

test("folds judge unless rows are split by time", () => {
  expect([foldsOf({}, undefined), foldsOf({}, "at"), foldsOf({ folds: "5" }, undefined)]).toEqual(["auto", 0, 5]);
  for (const [folds, time] of [
    ["1", undefined],
    ["5", "at"],
    ["many", undefined],
  ] as const)
    expect(() => foldsOf({ folds }, time)).toThrow(/--folds/);
  expect([holdoutOf({}), holdoutOf({ holdout: "0" })]).toEqual([0.2, 0]);
  expect(() => holdoutOf({ holdout: "0.9" })).toThrow(/0\.5/);
});

test("money buys seconds of all cores, at the price of a core's hour", () => {
  expect(readBudget("0.05eur", 0.04, 1)).toEqual({ seconds: 4500 });
  expect(readBudget("0.05eur", 0.04, 4)).toEqual({ seconds: 1125 });
  expect(readBudget("2h")).toEqual({ seconds: 7200 });
  expect(() => readBudget("0.05eur")).toThrow(/hour of a core/);
  for (const typed of ["2000trials", "1.5trials", "0s", "30h"]) expect(() => readBudget(typed)).toThrow(/--budget/);
});
