import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { FitInput, Learner, LearningData } from "../model.ts";
import { plain, worst } from "../test-data/learner-peers.ts";
import { expectProgramScores } from "../test-data/program-parity.ts";
import { fitSmoothing } from "./fit-smoothing.ts";
import { type ForecastModel, forecastAt } from "./forecast-model.ts";
import { type AnyForecast, ets, lagTrees, seasonalNaive } from "./forecasts.ts";
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
    for (const learner of [seasonalNaive, ets, lagTrees] as readonly Learner<AnyForecast>[]) {
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
    const forecast = best.map((_, k) => forecastAt((model as ForecastModel).ahead, k + 1));
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

/** Two shops that sell two goods; one shop opens a year later, one good of it ends half a year earlier. */
function panel(from: number, to: number): LearningData {
  const cells = [0, 1].flatMap((shop) =>
    [0, 1].flatMap((good) => {
      const one = monthly(good === 0 ? "additive" : "multiplicative", from, to);
      return Array.from(one.target, (value, i) => ({
        shop,
        good,
        day: one.features[0]!.values[i]!,
        value,
        k: from + i,
      }))
        .filter(({ k }) => shop === 0 || k >= 12)
        .filter(({ k }) => shop === 0 || good === 0 || k < rows - 6)
        .map((cell) => ({ ...cell, value: cell.value * (1 + 3 * shop) }));
    }),
  );
  const column = (of: (cell: (typeof cells)[number]) => number) => Float64Array.from(cells, of);
  const features = [
    { name: "shop", kind: "categorical" as const, levels: 2, values: column(({ shop }) => shop) },
    { name: "month:days", kind: "numeric" as const, values: column(({ day }) => day) },
    { name: "good", kind: "categorical" as const, levels: 3, values: column(({ good }) => good * 2) },
  ];
  return { rows: cells.length, features, target: column(({ value }) => value) };
}

test("a panel: each series gets the forecast that it gets alone, in one program, unseen series the mean", async () => {
  const train = panel(0, rows);
  const input: FitInput = { task: "regression", classes: 1, train, validation: panel(rows, rows + horizon) };
  const series = ["shop", "good"];
  for (const learner of [seasonalNaive, ets] as readonly Learner<AnyForecast>[]) {
    // One shape, so that the test is about panels and not about choosing among nine.
    const shape = learner === ets ? { trend: "additive", seasonal: "additive" } : {};
    const options = learner.options.parse({ season, series, horizon: 18, ...shape });
    const model = await learner.fit(input, options, plain);
    const all = panel(0, rows + horizon);
    const odd = { ...all, features: all.features.map((one) => ({ ...one, missing: new Uint8Array(all.rows) })) };
    // A shop that nobody knows, one that is missing, a row without a time.
    odd.features[0]!.values = odd.features[0]!.values.with(0, 7);
    odd.features[0]!.missing[1] = 1;
    odd.features[1]!.missing[2] = 1;
    expectProgramScores(learner, model, odd.features, odd.rows);
    const alone = await learner.fit(
      { task: "regression", classes: 1, train: monthly("multiplicative", 0, rows) },
      learner.options.parse({ season, ...shape }),
      plain,
    );
    const months = monthly("multiplicative", 0, rows + horizon);
    const ofOne = Array.from(all.target.keys()).filter(
      (i) => all.features[0]!.values[i] === 0 && all.features[2]!.values[i] === 2,
    );
    const together = learner.predict(model, all.features, all.rows);
    expect(Array.from(ofOne, (i) => together[i])).toEqual(
      Array.from(learner.predict(alone, months.features, months.rows)),
    );
  }
});

test("a panel: trees on the lags of all series beat the naive forecast of each", async () => {
  const input: FitInput = { task: "regression", classes: 1, train: panel(0, rows), validation: panel(rows, rows + 12) };
  const options = { season, series: ["shop", "good"] };
  const trees = await lagTrees.fit(input, lagTrees.options.parse(options), plain);
  const naive = await seasonalNaive.fit(input, seasonalNaive.options.parse(options), plain);
  expectProgramScores(lagTrees, trees, input.train.features, input.train.rows);
  expect(trees.facts.mase).toBeLessThan(0.9 * Number(naive.facts.mase));
});

test("a panel refuses series of different steps, one with a gap by its number, names that are none and too large tables", async () => {
  const train = panel(0, rows);
  const learn = (data: LearningData, options: object) =>
    ets.fit({ task: "regression", classes: 1, train: data }, ets.options.parse({ season, ...options }), plain);
  const series = ["shop", "good"];
  await expect(learn(train, { series: ["shop", "item"] })).rejects.toThrow(/"item".*these are: shop, good/);
  const gap = train.features.map((one, f) =>
    f === 1 ? { ...one, values: one.values.map((day, i) => (i >= 100 && i < rows * 2 ? day + 300 : day)) } : one,
  );
  await expect(learn({ ...train, features: gap }, { series })).rejects.toThrow(/series 3 of 4 .*lies \d+ periods/);
  const wide = train.features.map((one) => (one.kind === "categorical" ? { ...one, levels: 2000 } : one));
  await expect(learn({ ...train, features: wide }, { series })).rejects.toMatchObject({ code: "LEARN_TOO_MANY_ROWS" });
});
