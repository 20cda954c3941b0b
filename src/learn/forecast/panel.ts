import { MillraceError } from "#kernel";
import type { FeatureRefs, FitInput, FittedModel, LearningData, LearningFeature, ModelNodes } from "../model.ts";
import { NodeWriter } from "../program/node-writer.ts";
import { meanAbsoluteScaledError } from "./forecast-model.ts";
import { type Series, seriesOf, timeFeature } from "./series.ts";

/** Forecasts of several series, a table of all periods each; what tells the series apart are one or more features of levels. */
export interface PanelModel extends FittedModel {
  readonly panel: {
    readonly time: number;
    readonly start: number;
    readonly step: number;
    /** Features that name the series, and how many levels each has. */
    readonly keys: readonly { readonly feature: number; readonly levels: number }[];
    /** Row of the table by the levels together; the last row, the mean of all, is of series that training did not see. */
    readonly rowOf: Float64Array;
    /** Periods of a row: those of training, then those ahead. */
    readonly trained: number;
    readonly periods: number;
    readonly values: Float64Array;
  };
}

/** One series of a panel, and the period, counted from the panel's first, that it begins in. */
export interface Member {
  readonly series: Series;
  readonly begins: number;
}

/** Of each period that was trained on what was forecast from those before it, and the periods ahead. */
export interface MemberForecast {
  readonly fitted: Float64Array;
  readonly ahead: Float64Array;
}

/** Cells of the table and of the levels together, so that a program stays within some ten megabytes. */
const mostCells = 1_000_000;

/**
 * Fits one forecast a series. All series must have one step; they may begin and end at different times.
 *
 * Missing: rows without a time or a series are refused when training; when scoring, a missing time is the first period ahead,
 * and a series that is missing or unseen gets the mean of all.
 * Errors: LEARN_SERIES_IRREGULAR: as for one series, or steps differ; LEARN_LEARNER_UNFIT: no such feature of levels;
 * LEARN_TOO_MANY_ROWS: series × periods are too many for a program.
 */
export async function fitPanel(
  learner: string,
  input: FitInput,
  options: { readonly time?: string | undefined; readonly series: readonly string[]; readonly horizon: number },
  least: number,
  forecastAll: (
    members: readonly Member[],
    ahead: number,
  ) => Promise<{ forecasts: readonly MemberForecast[]; season: number }>,
): Promise<PanelModel> {
  const { train, validation, classes } = input;
  const time = timeFeature(train, options.time);
  const keys = options.series.map((name) => keyOf(train, name));
  const codes = codesOf(train.features, train.rows, keys);
  const seen = [...new Set(codes)].sort((a, b) => a - b);
  const each = seen.map((code, k) => {
    const rows = Array.from(codes.keys()).filter((row) => codes[row] === code);
    return seriesOf(
      { ...input, train: rowsOf(train, time, rows) },
      undefined,
      least,
      `series ${k + 1} of ${seen.length}`,
    );
  });
  const step = each[0]!.step;
  const odd = each.findIndex((one) => Math.abs(one.step - step) > 1e-6 * step);
  if (odd >= 0) throw differ(odd + 1, each[odd]!.step, step);
  const start = Math.min(...each.map((one) => one.start));
  const members = each.map((series) => ({ series, begins: Math.round((series.start - start) / step) }));
  const ends = members.map(({ series, begins }) => begins + series.values.length);
  const trained = Math.max(...ends);
  const judgedUntil = validation === undefined ? 0 : periodsUntil(validation, time, start, step) - trained;
  const horizon = Math.max(options.horizon, Math.min(judgedUntil, 1000));
  const periods = trained + horizon;
  const cells = (seen.length + 1) * periods;
  const levels = keys.reduce((product, key) => product * (key.levels + 2), 1);
  if (cells > mostCells || levels > mostCells) throw tooLarge(seen.length, periods);
  const { forecasts, season } = await forecastAll(members, periods - Math.min(...ends));
  const values = new Float64Array(cells);
  forecasts.forEach(({ fitted, ahead }, k) => {
    const { begins } = members[k]!;
    for (let period = 0; period < periods; period++) {
      const at = period - begins;
      const own =
        at < fitted.length ? fitted[Math.max(0, at)]! : ahead[Math.min(at - fitted.length, ahead.length - 1)]!;
      values[k * periods + period] = own + 0;
      values[seen.length * periods + period]! += own / forecasts.length;
    }
  });
  const rowOf = new Float64Array(levels).fill(seen.length);
  seen.forEach((code, k) => {
    rowOf[code] = k;
  });
  const panel = { time, start, step, keys, rowOf, trained, periods, values };
  const model: PanelModel = { learner, task: "regression", classes, panel, facts: { season, series: seen.length } };
  const mase = validation === undefined ? Number.NaN : scaledError(model, validation, each, seen, season);
  return { ...model, facts: { ...model.facts, ...(Number.isFinite(mase) ? { mase } : {}) } };
}

export function predictPanel({ panel }: PanelModel, features: readonly LearningFeature[], rows: number): Float64Array {
  const { time, start, step, keys, rowOf, trained, periods, values } = panel;
  const codes = codesOf(features, rows, keys);
  const { values: times, missing } = features[time]!;
  return Float64Array.from({ length: rows }, (_, i) => {
    const period = missing?.[i] === 1 ? trained : Math.floor(0.5 + (times[i]! - start) / step);
    return values[rowOf[codes[i]!]! * periods + Math.min(periods - 1, Math.max(0, period))]!;
  });
}

/** Time to period, levels to row, both to a place in the table. */
export function panelToProgram(model: PanelModel, plan: FeatureRefs): ModelNodes {
  const { time, start, step, keys, rowOf, trained, periods, values } = model.panel;
  const writer = new NodeWriter(plan);
  const table = (name: string, ref: number, own: Float64Array, label: string) =>
    writer.add(
      "steps",
      [ref],
      {
        edges: writer.tensor(
          `${name}.edges`,
          Float64Array.from({ length: own.length - 1 }, (_, k) => k + 0.5),
        ),
        values: writer.tensor(`${name}.values`, own),
      },
      label,
    );
  const scaled = writer.add("scale", [plan.features[time]!.ref], { offset: start, scale: step });
  const half = writer.linear("half", [scaled], Float64Array.of(1), Float64Array.of(0.5));
  const held = writer.add("clip", [writer.add("floor", [half])], { low: 0, high: periods - 1 });
  const period = writer.add("impute", [held], { value: trained }, "period since the panel's first");
  const known = keys.map(({ feature, levels }) =>
    writer.add("impute", [writer.add("clip", [plan.features[feature]!.ref], { low: -1, high: levels })], { value: -1 }),
  );
  const places = placesOf(keys);
  const bias = Float64Array.of(places.reduce((sum, place) => sum + place, 0));
  const code = writer.linear("levels", known, Float64Array.from(places), bias);
  const row = table("series", code, rowOf, "series");
  const cell = writer.linear("cell", [row, period], Float64Array.of(periods, 1), Float64Array.of(0));
  return writer.finish(model.task, table("forecasts", cell, values, "forecast"));
}

/** What one step of each key adds to the levels together. A level is counted from 1; 0 is missing or below, the last above. */
function placesOf(keys: PanelModel["panel"]["keys"]): number[] {
  let place = 1;
  return keys.map(({ levels }) => {
    const own = place;
    place *= levels + 2;
    return own;
  });
}

function codesOf(features: readonly LearningFeature[], rows: number, keys: PanelModel["panel"]["keys"]): Float64Array {
  const codes = new Float64Array(rows);
  placesOf(keys).forEach((place, k) => {
    const { feature, levels } = keys[k]!;
    const { values, missing } = features[feature]!;
    for (let i = 0; i < rows; i++) {
      const level = missing?.[i] === 1 ? -1 : Math.min(levels, Math.max(-1, values[i]!));
      codes[i]! += place * (level + 1);
    }
  });
  return codes;
}

function keyOf({ features }: LearningData, name: string): { feature: number; levels: number } {
  const feature = features.findIndex((one) => one.name === name && one.kind === "categorical");
  if (feature >= 0) return { feature, levels: features[feature]!.levels ?? 0 };
  const known = features.filter(({ kind }) => kind === "categorical").map((one) => one.name);
  throw new MillraceError("LEARN_LEARNER_UNFIT", {
    message: `There is no feature of levels "${name}" to tell series apart by; these are: ${known.join(", ") || "none"}.`,
    next: "Name a column of few levels in `series`; a number that names things is one with `patterns` or as text.",
  });
}

/** The given rows' times and targets. */
function rowsOf({ features, target }: LearningData, time: number, rows: readonly number[]): LearningData {
  const { missing, ...feature } = features[time]!;
  const values = Float64Array.from(rows, (row) => feature.values[row]!);
  const own = missing === undefined ? {} : { missing: Uint8Array.from(rows, (row) => missing[row]!) };
  // Named as a time, whatever the option called it.
  const named = { ...feature, name: "time:days", values, ...own };
  return { rows: rows.length, features: [named], target: Float64Array.from(rows, (row) => target[row]!) };
}

function periodsUntil({ features, rows }: LearningData, time: number, start: number, step: number): number {
  const { values, missing } = features[time]!;
  let last = 0;
  for (let i = 0; i < rows; i++)
    if (missing?.[i] !== 1) last = Math.max(last, Math.floor(0.5 + (values[i]! - start) / step));
  return last + 1;
}

/** The mean over series of each one's own scaled error. */
function scaledError(
  model: PanelModel,
  validation: LearningData,
  each: readonly Series[],
  seen: readonly number[],
  season: number,
): number {
  const codes = codesOf(validation.features, validation.rows, model.panel.keys);
  const forecast = predictPanel(model, validation.features, validation.rows);
  const errors = seen.flatMap((code, k) => {
    const rows = Array.from(codes.keys()).filter((row) => codes[row] === code);
    if (rows.length === 0) return [];
    const pick = (values: Float64Array) => Float64Array.from(rows, (row) => values[row]!);
    return [meanAbsoluteScaledError(pick(validation.target), pick(forecast), each[k]!.values, season)];
  });
  const finite = errors.filter(Number.isFinite);
  return finite.reduce((sum, error) => sum + error, 0) / finite.length;
}

function differ(series: number, step: number, first: number): MillraceError {
  return new MillraceError("LEARN_SERIES_IRREGULAR", {
    message: `The series have no common step: series ${series} has one row every ${step} days, the first one every ${first}.`,
    next: "Aggregate all series to the same period.",
  });
}

function tooLarge(series: number, periods: number): MillraceError {
  return new MillraceError("LEARN_TOO_MANY_ROWS", {
    message: `A panel of ${series} series × ${periods} periods is too large: every forecast is a part of the model, ${mostCells} at most.`,
    next: "Forecast fewer series or a shorter `horizon`, aggregate to longer periods, or learn with date parts and trees instead.",
  });
}
