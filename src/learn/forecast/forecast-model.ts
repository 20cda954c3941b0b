import { exp, log as logOf } from "@millrace/program";
import type { FeatureRefs, FittedModel, LearningFeature, ModelNodes } from "../model.ts";
import { NodeWriter } from "../program/node-writer.ts";
import { indexesOf, type Series } from "./series.ts";

/** What lies ahead as a function of the number of periods after the last training row. */
export type Ahead =
  | {
      readonly kind: "smooth";
      readonly level: number;
      readonly trend: number;
      /** 1: the trend goes on; below: each period it is so much less. */
      readonly damping: number;
      /** Of the period after the last one, and so on, round and round; empty: none. */
      readonly season: Float64Array;
      readonly multiplicative: boolean;
    }
  /** A value a period; beyond the last one it stays. */
  | { readonly kind: "table"; readonly values: Float64Array };

export interface ForecastModel extends FittedModel {
  readonly series: Series;
  /** What was forecast of each training row from those before it. */
  readonly fitted: Float64Array;
  readonly ahead: Ahead;
}

/** The forecast of so many periods ahead (from 1 on). */
export function forecastAt(ahead: Ahead, periods: number): number {
  if (ahead.kind === "table") return ahead.values[Math.min(periods, ahead.values.length) - 1]!;
  const { level, trend, damping, season, multiplicative } = ahead;
  let periodsOfTrend = periods;
  if (damping < 1) {
    const share = damping / (1 - damping);
    periodsOfTrend = share + -share * exp(0 + logOf(damping) * periods);
  }
  const base = level + trend * periodsOfTrend;
  if (season.length === 0) return base + 0;
  const round = Math.floor((periods - 1) / season.length);
  const own = season[-1 + periods + -season.length * round]!;
  return (multiplicative ? base * own : base + own) + 0;
}

export function predictForecast(
  model: ForecastModel,
  features: readonly LearningFeature[],
  rows: number,
): Float64Array {
  const { series, fitted, ahead } = model;
  const last = fitted.length - 1;
  return indexesOf(features[series.feature]!, rows, series).map((index) =>
    index > last ? forecastAt(ahead, index - last) : fitted[Math.max(0, index)]! + 0,
  );
}

/** Time to index to periods ahead; the fitted values as a table, what lies ahead as arithmetic. */
export function forecastToProgram(model: ForecastModel, plan: FeatureRefs): ModelNodes {
  const { series, fitted, ahead } = model;
  const writer = new NodeWriter(plan);
  const affine = (name: string, ref: number, factor: number, offset: number, label?: string) =>
    writer.linear(name, [ref], Float64Array.of(factor), Float64Array.of(offset), label);
  const scaled = writer.add("scale", [plan.features[series.feature]!.ref], {
    offset: series.start,
    scale: series.step,
  });
  const whole = writer.add("floor", [affine("half", scaled, 1, 0.5)]);
  const held = writer.add("clip", [whole], { low: -1, high: 1e6 });
  const index = writer.add("impute", [held], { value: fitted.length }, "period since the first training row");
  const table = (name: string, ref: number, values: Float64Array) =>
    writer.add("steps", [ref], {
      edges: writer.tensor(
        `${name}.edges`,
        Float64Array.from({ length: values.length - 1 }, (_, k) => k + 0.5),
      ),
      values: writer.tensor(`${name}.values`, values),
    });
  const past = table("fitted", index, fitted);
  const periods = affine("periods", index, 1, 1 - fitted.length, "periods ahead");
  const future = ahead.kind === "table" ? table("ahead", affine("row", periods, 1, -1), ahead.values) : smooth(ahead);
  const first = affine("first", periods, 0, 1);
  const isAhead = writer.add("compare", [periods, first], { relation: "greaterOrEqual" });
  const margin = writer.add("choose", [isAhead, future, past], {}, "forecast");
  return writer.finish(model.task, margin);

  function smooth({ level, trend, damping, season, multiplicative }: Extract<Ahead, { kind: "smooth" }>): number {
    let along = periods;
    if (damping < 1) {
      const share = damping / (1 - damping);
      along = affine("damped", writer.add("exp", [affine("decay", periods, logOf(damping), 0)]), -share, share);
    }
    const base = affine("base", along, trend, level, "level and trend");
    if (season.length === 0) return base;
    const round = writer.add("floor", [writer.add("scale", [periods], { offset: 1, scale: season.length })]);
    const place = writer.linear("place", [periods, round], Float64Array.of(1, -season.length), Float64Array.of(-1));
    return writer.add(
      multiplicative ? "multiply" : "add",
      [base, table("season", place, season)],
      {},
      "with the season",
    );
  }
}

/** Mean absolute error over that of the seasonal naive forecast of the training rows. Source: Hyndman, Koehler, 2006. */
export function meanAbsoluteScaledError(
  actual: Float64Array,
  forecast: Float64Array,
  training: Float64Array,
  season: number,
): number {
  let [error, naive] = [0, 0];
  for (let i = 0; i < actual.length; i++) error += Math.abs(actual[i]! - forecast[i]!);
  for (let i = season; i < training.length; i++) naive += Math.abs(training[i]! - training[i - season]!);
  return error / actual.length / (naive / (training.length - season));
}
