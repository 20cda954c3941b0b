import type { Frame } from "@millrace/program";
import { MillraceError } from "#kernel";
import { columnNamed } from "../frames/frame-columns.ts";
import { selectRows } from "../frames/select-rows.ts";
import { daysFromCivil } from "../typing/timestamp-patterns.ts";
import { type Bounds, boundsOf, type SpanUnit, timesOf } from "./spans-of.ts";

/** How a span's name tells its unit: a year, quarter, month, ISO week or day. */
const units: readonly [RegExp, SpanUnit][] = [
  [/^\d{4}$/, "year"],
  [/^\d{4}-Q[1-4]$/, "quarter"],
  [/^\d{4}-(0[1-9]|1[0-2])$/, "month"],
  [/^\d{4}-W\d\d$/, "week"],
  [/^\d{4}-\d\d-\d\d$/, "day"],
];

/** Whether a text names a span, as `spansOf` does. */
export const isSpanName = (text: string): boolean => units.some(([pattern]) => pattern.test(text));

/**
 * The rows of one span, by the name that `spansOf` gives it.
 *
 * Units: calendar of UTC. Missing: rows without a time belong to no span.
 * Errors: DATASET_COLUMN_TYPE: the column is not a timestamp. DATASET_ROWS_NONE: the span holds no row, or there is none of that name.
 */
export function selectSpan(frame: Frame, timeColumn: string, name: string): Frame {
  const { values, missing } = timesOf(columnNamed(frame, timeColumn), timeColumn);
  const bounds = boundsNamed(name);
  const rows: number[] = [];
  let [first, last] = [Infinity, -Infinity];
  for (let row = 0; row < frame.rows; row++) {
    if (missing?.[row] === 1) continue;
    const time = values[row]!;
    [first, last] = [Math.min(first, time), Math.max(last, time)];
    if (bounds !== undefined && time >= bounds.from && time < bounds.to) rows.push(row);
  }
  if (rows.length > 0) return selectRows(frame, rows);
  const day = (micros: number) => new Date(Math.floor(micros / 1000)).toISOString().slice(0, 10);
  throw new MillraceError("DATASET_ROWS_NONE", {
    message: `No row falls into the span ${name}${first > last ? "" : `: "${timeColumn}" goes from ${day(first)} to ${day(last)}`}.`,
    next: "Name a year (2020), quarter (2020-Q1), month (2020-01), ISO week (2020-W05) or day (2020-01-31) with rows.",
    facts: { span: name, column: timeColumn },
  });
}

function boundsNamed(name: string): Bounds | undefined {
  const unit = units.find(([pattern]) => pattern.test(name))?.[1];
  const year = Number(name.slice(0, 4));
  const rest = Number(/^\d{4}-[QW]?(\d+)/.exec(name)?.[1]);
  const day = {
    year: () => daysFromCivil(year, 1, 1),
    quarter: () => daysFromCivil(year, rest * 3 - 2, 1),
    month: () => daysFromCivil(year, rest, 1),
    // The fourth of January is always in the first week.
    week: () => daysFromCivil(year, 1, 4) + (rest - 1) * 7,
    day: () => daysFromCivil(year, rest, Number(name.slice(8))),
  };
  const bounds = unit && boundsOf(day[unit](), unit);
  return bounds?.id === name ? bounds : undefined;
}
