import type { Column } from "@millrace/program";
import { type NaiveScale, naiveScale } from "#evaluate";
import { MillraceError } from "#kernel";
import { seasonOf, seriesOf } from "./series.ts";

const microsADay = 86_400_000_000;

/** Some rows of a series: when they happened, and their values, one a row. */
export interface SeriesPart {
  readonly time: Column | undefined;
  readonly values: Float64Array;
}

/**
 * How far the naive forecast is off within rows that together form an evenly spaced series in time: what MASE is measured in.
 * `null`: they form none (gaps, several rows a time), so that there is nothing naive to be measured against.
 *
 * Missing: a value that is NaN, or a time that is missing, is a gap. Units: a number as time counts in days, without a season.
 */
export function seriesScale(parts: readonly SeriesPart[]): NaiveScale | null {
  const known = parts.flatMap(({ time, values }) =>
    time === undefined || time.type === "string" || time.type === "bool" || time.type === "vector"
      ? []
      : [{ time, values }],
  );
  const isTime = known[0]?.time.type === "timestamp";
  const target = Float64Array.from(known.flatMap(({ values }) => [...values]));
  if (known.length < parts.length || target.length === 0 || target.some(Number.isNaN)) return null;
  const days = known.flatMap(({ time }) =>
    Array.from(time.values, (value, row) =>
      time.missing?.[row] === 1 ? Number.NaN : isTime ? value / microsADay : value,
    ),
  );
  if (days.some(Number.isNaN)) return null;
  const feature = { name: "time:days", kind: "numeric", values: Float64Array.from(days) } as const;
  try {
    const train = { rows: target.length, features: [feature], target };
    const series = seriesOf({ task: "regression", classes: 1, train }, undefined, 3);
    const season = isTime ? seasonOf(series, "auto", (own) => own + 1) : 1;
    return naiveScale(series.values, season);
  } catch (error) {
    if (error instanceof MillraceError && error.code === "LEARN_SERIES_IRREGULAR") return null;
    throw error;
  }
}
