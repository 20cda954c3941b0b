import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { FitInput, Learner, LearningData } from "../model.ts";
import { plain, worst } from "../test-data/learner-peers.ts";
import { expectProgramScores } from "../test-data/program-parity.ts";
import { fitSmoothing } from "./fit-smoothing.ts";
import { type ForecastModel, forecastAt } from "./forecast-model.ts";
import { ets, lagTrees, seasonalNaive } from "./forecasts.ts";
import { type SmoothingShape, smoothSeries } from "./smoothing.ts";

type Name = "additive" | "multiplicative";
/** What statsmodels gives, by oracle/freeze-forecasts.py. */
const frozen = JSON.parse(readFileSync(new URL("../oracle/forecasts.golden.json", import.meta.url), "utf8")) as Record<
  Name,
  number[]
> & {
  readonly cases: readonly (Omit<SmoothingShape, "season"> & {
    readonly series: Name;
    readonly fitted: number[];
    readonly forecast: number[];
    readonly sse: number;
    readonly best: number[];
  })[];
};
const [rows, season, horizon] = [96, 12, 18];

const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

for (const { series, trend, seasonal, ...peer } of frozen.cases)
  test(`${series}, trend ${trend}, season ${seasonal}: statsmodels' recursion, and no worse a fit`, () => {
    const values = Float64Array.from(frozen[series].slice(0, rows));
    const shape = { trend, seasonal, season };
    const level = mean(values.slice(0, season));
    const first = values.slice(0, seasonal === "none" ? 0 : season);
    const state = {
      alpha: 0.3,
      beta: trend === "none" ? 0 : 0.1,
      gamma: seasonal === "none" ? 0 : 0.2,
      damping: trend === "damped" ? 0.9 : 1,
      level,
      trend: 0.2,
      seasonal: first.map((value) => (seasonal === "multiplicative" ? value / level : value - level)),
    };
    const given = smoothSeries(values, shape, state);
    expect(worst(given.fitted, peer.fitted)).toBeLessThan(1e-8);
    const { seasonal: turned, ...last } = given;
    const multiplicative = seasonal === "multiplicative";
    const ahead = { kind: "smooth", ...last, damping: state.damping, season: turned, multiplicative } as const;
    const forecast = peer.forecast.map((_, k) => forecastAt(ahead, k + 1));
    // statsmodels leaves the season of the last row out of its own forecast a season later.
    const known = (values: readonly number[]) => values.filter((_, k) => seasonal === "none" || k + 1 !== season);
    expect(worst(known(forecast), known(peer.forecast))).toBeLessThan(1e-8);
    expect(fitSmoothing(values, shape).smoothed.squares).toBeLessThan(1.05 * peer.sse);
  });

/** Months as days since the first one. */
function monthly(series: Name, from: number, to: number): LearningData {
  const times = Array.from({ length: to - from }, (_, k) => Date.UTC(2010, from + k, 1) - Date.UTC(2010, 0, 1));
  const values = Float64Array.from(times, (ms) => ms / 86_400_000);
  const target = Float64Array.from(frozen[series].slice(from, to));
  return { rows: to - from, features: [{ name: "month:days", kind: "numeric", values }], target };
}

const inputOf = (series: Name): FitInput => ({
  task: "regression",
  classes: 1,
  train: monthly(series, 0, rows),
  validation: monthly(series, rows, rows + horizon),
});

for (const series of ["additive", "multiplicative"] as const)
  test(`${series}: each forecast is a program, and better than the naive one`, async () => {
    const input = inputOf(series);
    const errors: Record<string, number> = {};
    for (const learner of [seasonalNaive, ets, lagTrees] as readonly Learner<ForecastModel>[]) {
      const model = await learner.fit(input, learner.options.parse({ season }), plain);
      const all = monthly(series, 0, rows + horizon + 6);
      expectProgramScores(learner, model, all.features, all.rows);
      expect(learner.predict(model, input.train.features, rows).every(Number.isFinite)).toBe(true);
      errors[learner.name] = model.facts.mase as number;
    }
    expect(errors.ets).toBeLessThan(0.6 * errors.seasonalNaive!);
    expect(errors.lagTrees).toBeLessThan(errors.seasonalNaive!);
  });

test("Akaike's criterion finds how the series was made", async () => {
  for (const series of ["additive", "multiplicative"] as const) {
    const model = await ets.fit(inputOf(series), ets.options.parse({ season }), plain);
    expect(model.facts.seasonal).toBe(series);
    const { best } = frozen.cases.find(
      (one) => one.series === series && one.trend === "additive" && one.seasonal === series,
    )!;
    const forecast = best.map((_, k) => forecastAt(model.ahead, k + 1));
    expect(worst(forecast, best)).toBeLessThan(0.05 * mean(best));
  }
});

test("gaps, times that repeat, few rows and rows without a time are refused", async () => {
  const learn = (change: (values: Float64Array) => Float64Array, count = rows, options: object = { season }) => {
    const { train, ...rest } = inputOf("additive");
    const values = change(train.features[0]!.values.slice(0, count));
    const features = [{ ...train.features[0]!, values }];
    const data = { rows: values.length, features, target: train.target.slice(0, values.length) };
    return ets.fit({ ...rest, train: data }, ets.options.parse(options), plain);
  };
  await expect(learn((v) => v.map((day, k) => (k > 40 ? day + 31 : day)))).rejects.toThrow(/lies \d+ periods/);
  await expect(learn((v) => v.map((day, k) => (k === 5 ? v[4]! : day)))).rejects.toThrow(/2 rows share a time/);
  await expect(learn((v) => v, 20)).rejects.toMatchObject({ code: "LEARN_SERIES_IRREGULAR" });
  await expect(learn((v) => v, rows, { time: "week" })).rejects.toMatchObject({ code: "LEARN_LEARNER_UNFIT" });
});
