import { MillraceError } from "#kernel";
import { requireFeatures } from "../check-input.ts";
import type { FeatureRefs, FitInput, Learner, LearningFeature } from "../model.ts";
import { fitLagTrees } from "./fit-lag-trees.ts";
import { fitSmoothing } from "./fit-smoothing.ts";
import {
  type Ahead,
  type ForecastModel,
  forecastAt,
  forecastToProgram,
  meanAbsoluteScaledError,
  predictForecast,
} from "./forecast-model.ts";
import { type EtsOptions, etsOptions, lagTreesOptions, type Seasoned, seasonalNaiveOptions } from "./options.ts";
import { fitPanel, type Member, type PanelModel, panelToProgram, predictPanel } from "./panel.ts";
import { seasonOf, seriesOf } from "./series.ts";
import type { SmoothingShape } from "./smoothing.ts";

const common = {
  kind: "learner",
  version: "1",
  traits: { tasks: ["regression"], missing: true, weights: false, categorical: true },
  predict: (model: AnyForecast, features: readonly LearningFeature[], rows: number) =>
    "panel" in model ? predictPanel(model, features, rows) : predictForecast(model, features, rows),
  toProgram: (model: AnyForecast, plan: FeatureRefs) =>
    "panel" in model ? panelToProgram(model, plan) : forecastToProgram(model, plan),
} as const;

/** A forecast of one series, or of several. */
export type AnyForecast = ForecastModel | PanelModel;

/**
 * The value of a season ago, as a forecast: the yardstick of every other.
 *
 * Errors: LEARN_NO_FEATURES, LEARN_TARGET_NOT_FINITE, LEARN_LEARNER_UNFIT, LEARN_SERIES_IRREGULAR.
 */
export const seasonalNaive: Learner<AnyForecast, typeof seasonalNaiveOptions> = {
  ...common,
  name: "seasonalNaive",
  options: seasonalNaiveOptions,
  async fit(input, options) {
    requireFeatures(input);
    if (options.series.length > 0)
      return fitPanel("seasonalNaive", input, options, 2, async (members, ahead) =>
        eachOf(members, ahead, options.season, 1, naiveOf),
      );
    const series = seriesOf(input, options.time, 2);
    const season = seasonOf(series, options.season, (own) => own + 1);
    const { fitted, ahead } = naiveOf(series.values, season);
    return judged({ learner: "seasonalNaive", series, fitted, ahead, facts: { season } }, input, season);
  },
};

/**
 * Exponential smoothing: level, trend (additive, damped) and season (additive, multiplicative), of least squared one-step
 * errors; which parts it has is chosen by Akaike's corrected criterion.
 *
 * Errors: as `seasonalNaive`; LEARN_OPTION_INVALID: a multiplicative season of values that are not above 0.
 */
export const ets: Learner<AnyForecast, typeof etsOptions> = {
  ...common,
  name: "ets",
  options: etsOptions,
  async fit(input, options, { stopping }) {
    requireFeatures(input);
    if (options.series.length > 0)
      return fitPanel("ets", input, options, 4, async (members, ahead) =>
        eachOf(members, ahead, options.season, 2, (values, season) =>
          smoothedOf(values, { ...options, season }, stopping),
        ),
      );
    const series = seriesOf(input, options.time, 4);
    const season = seasonOf(series, options.season, (own) => 2 * own);
    const { fitted, ahead, facts } = smoothedOf(series.values, { ...options, season }, stopping);
    return judged({ learner: "ets", series, fitted, ahead, facts }, input, season);
  },
};

/**
 * Boosted trees on the values before, those of a season ago and the place in the season; forecast step by step, each from
 * the forecasts before.
 *
 * Errors: as `seasonalNaive`; KERNEL_STOPPED.
 */
export const lagTrees: Learner<AnyForecast, typeof lagTreesOptions> = {
  ...common,
  name: "lagTrees",
  options: lagTreesOptions,
  async fit(input, options, context) {
    requireFeatures(input);
    const least = (own: number) => Math.max(options.lags, own) + 10;
    if (options.series.length > 0)
      return fitPanel("lagTrees", input, options, options.lags + 10, async (members, ahead) => {
        const season = commonSeason(members, options.season, least);
        const all = members.map(({ series, begins }) => ({ values: series.values, begins }));
        return { season, forecasts: await fitLagTrees(all, { ...options, season, horizon: ahead }, context) };
      });
    const series = seriesOf(input, options.time, options.lags + 10);
    const season = seasonOf(series, options.season, least);
    const [own] = await fitLagTrees([{ values: series.values, begins: 0 }], { ...options, season }, context);
    const { fitted, ahead: values } = own!;
    const ahead = { kind: "table", values } as const;
    return judged({ learner: "lagTrees", series, fitted, ahead, facts: { season, lags: options.lags } }, input, season);
  },
};

/** The value of a season ago, of each period and of those ahead. */
function naiveOf(values: Float64Array, season: number): { fitted: Float64Array; ahead: Ahead } {
  const own = values.slice(values.length - season);
  const ahead = { kind: "smooth", level: 0, trend: 0, damping: 1, season: own, multiplicative: false } as const;
  return { fitted: values.map((value, k) => values[k - season] ?? value), ahead };
}

/** The smoothing of the parts that Akaike's criterion chooses. */
function smoothedOf(values: Float64Array, options: Seasoned<EtsOptions>, stopping: () => boolean) {
  const { smoothed, shape, state, aicc } = shapesOf(options, values)
    .map((shape) => fitSmoothing(values, shape, stopping))
    .reduce((one, other) => (other.aicc < one.aicc ? other : one));
  const { level, trend, fitted } = smoothed;
  const { alpha, beta, gamma, damping } = state;
  const multiplicative = shape.seasonal === "multiplicative";
  const ahead = { kind: "smooth", level, trend, damping, season: smoothed.seasonal, multiplicative } as const;
  const { season } = options;
  return {
    fitted,
    ahead,
    facts: { trend: shape.trend, seasonal: shape.seasonal, season, alpha, beta, gamma, damping, aicc },
  };
}

/** Each series of a panel on its own, so many periods ahead of the one that ends first. */
function eachOf(
  members: readonly Member[],
  ahead: number,
  wanted: number | "auto",
  least: number,
  forecastOne: (values: Float64Array, season: number) => { fitted: Float64Array; ahead: Ahead },
) {
  const season = commonSeason(members, wanted, (own) => least * own + (least === 1 ? 1 : 0));
  const forecasts = members.map(({ series }) => {
    const own = forecastOne(series.values, season);
    return { fitted: own.fitted, ahead: Float64Array.from({ length: ahead }, (_, k) => forecastAt(own.ahead, k + 1)) };
  });
  return { forecasts, season };
}

/** The season of the shortest series is one that all have the rows for. */
function commonSeason(members: readonly Member[], wanted: number | "auto", least: (season: number) => number): number {
  const [shortest] = members.toSorted((a, b) => a.series.values.length - b.series.values.length);
  return seasonOf(shortest!.series, wanted, least);
}

/** With the scaled error on the validation rows, where there are. */
function judged(
  model: Omit<ForecastModel, "task" | "classes">,
  { validation, classes }: FitInput,
  season: number,
): ForecastModel {
  const whole: ForecastModel = { ...model, task: "regression", classes };
  if (validation === undefined) return whole;
  const forecast = predictForecast(whole, validation.features, validation.rows);
  const mase = meanAbsoluteScaledError(validation.target, forecast, model.series.values, season);
  return { ...whole, facts: { ...model.facts, ...(Number.isFinite(mase) ? { mase } : {}) } };
}

function shapesOf({ trend, seasonal, season }: Seasoned<EtsOptions>, values: Float64Array): SmoothingShape[] {
  const positive = values.every((value) => value > 0);
  if (seasonal === "multiplicative" && !positive)
    throw new MillraceError("LEARN_OPTION_INVALID", {
      message: "A multiplicative season is of values above 0; the target has others.",
      next: 'Choose `seasonal: "additive"`, or auto.',
    });
  const trends = trend === "auto" ? (["none", "additive", "damped"] as const) : [trend];
  const all = positive ? (["none", "additive", "multiplicative"] as const) : (["none", "additive"] as const);
  const seasons = season < 2 ? (["none"] as const) : seasonal === "auto" ? all : [seasonal];
  return trends.flatMap((one) => seasons.map((other) => ({ trend: one, seasonal: other, season })));
}
