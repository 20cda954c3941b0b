import { expect, test } from "vitest";
import { portfolio } from "../automl/portfolio.ts";
import { trialsOf, withTimeTrend } from "./choose-learners.ts";

const problem = { task: "binary", rows: 500, seed: 1, budgetTrials: 6 } as const;
const names = (choices: Parameters<typeof trialsOf>[0]) => trialsOf(choices, problem).map(({ learner }) => learner);

test("without a choice it is the portfolio", () => {
  expect(trialsOf(undefined, problem)).toEqual(portfolio(6, 500, 1));
});

test("the baseline, each that is named, then further settings of those named alone", () => {
  expect(names(["gam", { learner: "linear", options: { l1Share: 0.3 } }])).toEqual(["constant", "gam", "linear"]);
  expect(names(["gam", "gbdt"])).toEqual(["constant", "gam", "gbdt", "gbdt", "gbdt", "gbdt"]);
  expect(names(["gam", "naiveBayes", "nearest", "network", "linear", "forest", "tree"])).toHaveLength(8);
});

test("a name that is none, a learner of another task and options that are none are refused", () => {
  expect(() => names(["gamm"])).toThrow(/no learner "gamm".*gam/);
  expect(() => names(["constructor"])).toThrow(/no learner/);
  expect(() => names(["ets"])).toThrow(/The learner ets does regression; the task is binary/);
  expect(() => names([{ learner: "gam", options: { rounds: 0 } }])).toThrow(/rounds/);
  expect(() => names([{ learner: "gam", options: { bags: 3 } }])).toThrow(/bags/);
});

test("a forecast gets the time as a feature, unless that is turned off", () => {
  expect(withTimeTrend({ learners: ["ets"], transform: {} })).toEqual({ timeTrend: true });
  expect(withTimeTrend({ learners: [{ learner: "ets", options: {} }], transform: { timeTrend: false } })).toEqual({
    timeTrend: false,
  });
  expect(withTimeTrend({ learners: ["gbdt"], transform: {} })).toEqual({});
});
