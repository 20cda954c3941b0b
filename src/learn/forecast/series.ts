import { MillraceError } from "#kernel";
import type { FitInput, LearningData, LearningFeature } from "../model.ts";

/** Evenly spaced values: row of index i lies at start + i · step of the time feature. */
export interface Series {
  readonly feature: number;
  readonly start: number;
  readonly step: number;
  readonly values: Float64Array;
  /** Index of each training row. */
  readonly indexes: Int32Array;
}

/** Mean lengths in days of what the calendar makes uneven, and how long one may be. */
const calendar = [
  { least: 28, most: 31, step: 30.436875 },
  { least: 90, most: 92, step: 91.310625 },
  { least: 365, most: 366, step: 365.2425 },
];

/** Index of each row's time; missing times come next after the last one. */
export function indexesOf(feature: LearningFeature, rows: number, { start, step, values }: Omit<Series, "indexes">) {
  return Float64Array.from({ length: rows }, (_, i) => {
    if (feature.missing?.[i] === 1) return values.length;
    const index = Math.floor(0.5 + (feature.values[i]! - start) / step);
    return Math.min(1e6, Math.max(-1, index)) + 0;
  });
}

/**
 * The training rows as a series over a time feature (days), by calendar months, quarters and years where they are so spaced.
 *
 * Errors: LEARN_LEARNER_UNFIT: there is no such feature; LEARN_SERIES_IRREGULAR: gaps, times that repeat, too few rows.
 */
export function seriesOf({ train }: FitInput, named: string | undefined, least: number, which = "the rows"): Series {
  const feature = timeFeature(train, named);
  const { values: times, missing } = train.features[feature]!;
  const order = Array.from({ length: train.rows }, (_, i) => i)
    .filter((i) => missing?.[i] !== 1)
    .sort((a, b) => times[a]! - times[b]! || a - b);
  if (order.length < least || order.length < train.rows)
    throw irregularOf(which)(
      order.length < train.rows
        ? `${train.rows - order.length} rows have no time`
        : `there are ${order.length} rows; at least ${least} are needed`,
    );
  const gaps = order.slice(1).map((row, k) => times[row]! - times[order[k]!]!);
  const repeated = gaps.findIndex((gap) => gap <= 0);
  if (repeated >= 0)
    throw irregularOf(which)(`${gaps.filter((gap) => gap <= 0).length + 1} rows share a time with another`);
  // Most gaps tell the period; one that does not fit is then named by its place.
  const fits = (one: (typeof calendar)[number]) => gaps.filter((gap) => gap >= one.least && gap <= one.most).length;
  const period = calendar.find((one) => fits(one) >= 0.9 * gaps.length);
  const step = period?.step ?? gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)]!;
  const start = times[order[0]!]!;
  const values = new Float64Array(order.length);
  const indexes = new Int32Array(train.rows);
  order.forEach((row, k) => {
    const index = Math.floor(0.5 + (times[row]! - start) / step);
    if (index !== k)
      throw irregularOf(which)(`row ${k + 1} in order of time lies ${index - k} periods of ${step} days off its place`);
    values[k] = train.target[row]!;
    indexes[row] = k;
  });
  return { feature, start, step, values, indexes };
}

const seasons = [
  { step: 30.436875, season: 12 },
  { step: 91.310625, season: 4 },
  { step: 7, season: 52 },
  { step: 1, season: 7 },
  { step: 1 / 24, season: 24 },
];

/**
 * The season that is asked for, or the one that such steps usually have where there are two whole ones of it.
 *
 * Errors: LEARN_SERIES_IRREGULAR: fewer rows than a season asks.
 */
export function seasonOf({ step, values }: Series, wanted: number | "auto", least: (season: number) => number): number {
  if (wanted === "auto") {
    const usual = seasons.find((one) => Math.abs(one.step - step) < 1e-6)?.season ?? 1;
    return values.length >= Math.max(2 * usual, least(usual)) ? usual : 1;
  }
  if (values.length < least(wanted))
    throw irregular(`there are ${values.length} rows; a season of ${wanted} needs at least ${least(wanted)}`);
  return wanted;
}

/** The feature that tells the time. */
export function timeFeature({ features }: LearningData, named: string | undefined): number {
  const fits = ({ name, kind }: LearningFeature) =>
    kind === "numeric" && (named === undefined ? name.endsWith(":days") : name === named);
  const found = features.findIndex(fits);
  if (found >= 0) return found;
  throw new MillraceError("LEARN_LEARNER_UNFIT", {
    message:
      named === undefined
        ? "A forecast needs the time of a row as a feature, and there is none."
        : `There is no numeric feature "${named}" to forecast along.`,
    next: 'Name the time column: roles: { time: "…" } in the config, or --time.',
  });
}

const irregularOf = (which: string) => (what: string) =>
  new MillraceError("LEARN_SERIES_IRREGULAR", {
    message: `${which === "the rows" ? "The rows are" : `Of the panel, ${which} is`} no evenly spaced series: ${what}.`,
    next: "Aggregate to one row a period, fill the gaps, or learn with date parts and trees instead; several series in one table are told apart by the learner's option `series`.",
  });

const irregular = irregularOf("the rows");
