import type { Column, Frame } from "@millrace/program";
import { selectRows } from "#dataset";
import { type NaiveScale, naiveScale, type SeriesOfRows } from "#evaluate";
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

/** Some rows of several series: which one each is of, as well. */
export interface PanelPart extends SeriesPart {
  readonly series: readonly string[];
}

/**
 * The series that the rows of `judged` are of, each with its scale in the rows before.
 *
 * Missing: a series that has none before, or no evenly spaced ones, has no scale (`null`).
 */
export function scalesOfSeries(before: readonly PanelPart[], judged: readonly string[]): SeriesOfRows {
  const names = [...new Set(judged)];
  const places = new Map(names.map((name, k) => [name, k]));
  const rowsOf = before.map(({ series }) => {
    const rows: number[][] = names.map(() => []);
    series.forEach((name, row) => {
      const place = places.get(name);
      if (place !== undefined) rows[place]!.push(row);
    });
    return rows;
  });
  const scales = names.map((_, k) =>
    seriesScale(
      before.map(({ time, values, series }, part) => {
        const rows = rowsOf[part]![k]!;
        const own = time && selectRows({ rows: series.length, columns: new Map([["time", time]]) }, rows);
        return { time: own?.columns.get("time"), values: Float64Array.from(rows, (row) => values[row]!) };
      }),
    ),
  );
  return { names, of: Int32Array.from(judged, (name) => places.get(name)!), scales };
}

/** What tells the series of a frame's rows apart, in words: `store = 3, item = B`. */
export function seriesNames(frame: Frame, columns: readonly string[]): readonly string[] {
  return Array.from({ length: frame.rows }, (_, row) =>
    columns.map((name) => `${name} = ${cellText(frame.columns.get(name), row)}`).join(", "),
  );
}

function cellText(column: Column | undefined, row: number): string {
  if (column === undefined || column.type === "vector") return "(missing)";
  if (column.type === "string") return column.levels[column.codes[row]!] ?? "(missing)";
  return column.missing?.[row] === 1 ? "(missing)" : String(column.values[row]);
}
