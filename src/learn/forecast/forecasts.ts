import { MillraceError } from "#kernel";
import { requireFeatures } from "../check-input.ts";
import type { FitInput, Learner } from "../model.ts";
import { fitLagTrees } from "./fit-lag-trees.ts";
import { fitSmoothing } from "./fit-smoothing.ts";
import { type ForecastModel, forecastToProgram, meanAbsoluteScaledError, predictForecast } from "./forecast-model.ts";
import { type EtsOptions, etsOptions, lagTreesOptions, type Seasoned, seasonalNaiveOptions } from "./options.ts";
import { seasonOf, seriesOf } from "./series.ts";
import type { SmoothingShape } from "./smoothing.ts";

const common = {
  kind: "learner",
  version: "1",
  traits: { tasks: ["regression"], missing: true, weights: false, categorical: true },
  predict: predictForecast,
  toProgram: forecastToProgram,
} as const;

/**
 * The value of a season ago, as a forecast: the yardstick of every other.
 *
 * Errors: LEARN_NO_FEATURES, LEARN_TARGET_NOT_FINITE, LEARN_LEARNER_UNFIT, LEARN_SERIES_IRREGULAR.
 */
export const seasonalNaive: Learner<ForecastModel, typeof seasonalNaiveOptions> = {
  ...common,
  name: "seasonalNaive",
  options: seasonalNaiveOptions,
  async fit(input, { time, season: wanted }) {
    requireFeatures(input);
    const series = seriesOf(input, time, 2);
    const season = seasonOf(series, wanted, (own) => own + 1);
    const { values } = series;
    const ahead = {
      kind: "smooth",
      level: 0,
      trend: 0,
      damping: 1,
      season: values.slice(values.length - season),
      multiplicative: false,
    } as const;
    const fitted = values.map((value, k) => values[k - season] ?? value);
    return judged({ learner: "seasonalNaive", series, fitted, ahead, facts: { season } }, input, season);
  },
};

/**
 * Exponential smoothing: level, trend (additive, damped) and season (additive, multiplicative), of least squared one-step
 * errors; which parts it has is chosen by Akaike's corrected criterion.
 *
 * Errors: as `seasonalNaive`; LEARN_OPTION_INVALID: a multiplicative season of values that are not above 0.
 */
export const ets: Learner<ForecastModel, typeof etsOptions> = {
  ...common,
  name: "ets",
  options: etsOptions,
  async fit(input, options) {
    requireFeatures(input);
    const series = seriesOf(input, options.time, 4);
    const season = seasonOf(series, options.season, (own) => 2 * own);
    const best = shapesOf({ ...options, season }, series.values)
      .map((shape) => fitSmoothing(series.values, shape))
      .reduce((one, other) => (other.aicc < one.aicc ? other : one));
    const { smoothed, shape, state } = best;
    const { level, trend, fitted } = smoothed;
    const multiplicative = shape.seasonal === "multiplicative";
    const ahead = {
      kind: "smooth",
      level,
      trend,
      damping: state.damping,
      season: smoothed.seasonal,
      multiplicative,
    } as const;
    const { alpha, beta, gamma, damping } = state;
    const facts = {
      trend: shape.trend,
      seasonal: shape.seasonal,
      season,
      alpha,
      beta,
      gamma,
      damping,
      aicc: best.aicc,
    };
    return judged({ learner: "ets", series, fitted, ahead, facts }, input, season);
  },
};

/**
 * Boosted trees on the values before, those of a season ago and the place in the season; forecast step by step, each from
 * the forecasts before.
 *
 * Errors: as `seasonalNaive`; KERNEL_STOPPED.
 */
export const lagTrees: Learner<ForecastModel, typeof lagTreesOptions> = {
  ...common,
  name: "lagTrees",
  options: lagTreesOptions,
  async fit(input, options, context) {
    requireFeatures(input);
    const series = seriesOf(input, options.time, options.lags + 10);
    const season = seasonOf(series, options.season, (own) => Math.max(options.lags, own) + 10);
    const { fitted, values } = await fitLagTrees(series.values, { ...options, season }, context);
    const ahead = { kind: "table", values } as const;
    return judged({ learner: "lagTrees", series, fitted, ahead, facts: { season, lags: options.lags } }, input, season);
  },
};

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
