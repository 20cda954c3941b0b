import type { Column, Digest, Frame, NumberColumn } from "@millrace/program";
import { MillraceError } from "#kernel";
import { columnNamed } from "../frames/frame-columns.ts";
import { frameDigest } from "../frames/frame-digest.ts";
import { selectRows } from "../frames/select-rows.ts";
import { declareTime } from "../typing/declare-time.ts";
import { daysFromCivil } from "../typing/timestamp-patterns.ts";

export type SpanUnit = "day" | "week" | "month" | "quarter" | "year";

/** A part of a data set by time: `from` ≤ time < `to`, in microseconds since 1970 UTC. */
export interface Span {
  /** `1990-01-31`, `1990-W05`, `1990-01`, `1990-Q1` or `1990`. */
  readonly id: string;
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  readonly content: Digest;
}

const DAY = 86_400_000_000;

/**
 * The spans that a frame's rows fall into, in order of time; spans without rows are not listed.
 *
 * ```ts
 * spansOf(frame, "Flight Date", "quarter")[0]; // { id: "1990-Q1", rows: 203, … }
 * ```
 *
 * Units: calendar of UTC; weeks are ISO 8601's, from Monday. Missing: rows without a time belong to no span.
 * Errors: DATASET_COLUMN_TYPE: the column is not a timestamp.
 */
export function spansOf(frame: Frame, timeColumn: string, unit: SpanUnit): Span[] {
  const column = timesOf(columnNamed(frame, timeColumn), timeColumn);
  const found = new Map<number, { bounds: Bounds; rows: number[] }>();
  const byDay = new Map<number, Bounds>();
  for (let row = 0; row < frame.rows; row++) {
    if (column.missing?.[row] === 1) continue;
    const day = Math.floor(column.values[row]! / DAY);
    let bounds = byDay.get(day);
    if (bounds === undefined) {
      bounds = boundsOf(day, unit);
      byDay.set(day, bounds);
    }
    const span = found.get(bounds.from);
    if (span === undefined) found.set(bounds.from, { bounds, rows: [row] });
    else span.rows.push(row);
  }
  return [...found.values()]
    .sort((a, b) => a.bounds.from - b.bounds.from)
    .map(({ bounds, rows }) => ({ ...bounds, rows: rows.length, content: frameDigest(selectRows(frame, rows)) }));
}

/** The times of a column; an error where it has none. */
export function timesOf(column: Column, name: string): NumberColumn {
  if (column.type === "timestamp") return column;
  throw new MillraceError("DATASET_COLUMN_TYPE", {
    message: `The column "${name}" is ${column.type}; spans need a timestamp.`,
    next: declareTime(name),
    facts: { column: name, type: column.type },
  });
}

export interface Bounds {
  readonly id: string;
  readonly from: number;
  readonly to: number;
}

/** The span of a unit that holds a day (since 1970). */
export function boundsOf(day: number, unit: SpanUnit): Bounds {
  const date = new Date(day * 86_400_000);
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth() + 1;
  const yyyy = String(year).padStart(4, "0");
  const between = (id: string, fromDay: number, toDay: number) => ({ id, from: fromDay * DAY, to: toDay * DAY });
  if (unit === "day") return between(date.toISOString().slice(0, 10), day, day + 1);
  if (unit === "year") return between(yyyy, daysFromCivil(year, 1, 1), daysFromCivil(year + 1, 1, 1));
  if (unit === "week") {
    const monday = day - ((((day + 3) % 7) + 7) % 7);
    // An ISO week belongs to the year of its Thursday.
    const weekYear = new Date((monday + 3) * 86_400_000).getUTCFullYear();
    const week = Math.floor((monday + 3 - daysFromCivil(weekYear, 1, 1)) / 7) + 1;
    return between(`${String(weekYear).padStart(4, "0")}-W${String(week).padStart(2, "0")}`, monday, monday + 7);
  }
  const months = unit === "quarter" ? 3 : 1;
  const first = month - ((month - 1) % months);
  const next = first + months;
  const id = unit === "quarter" ? `${yyyy}-Q${(first - 1) / 3 + 1}` : `${yyyy}-${String(month).padStart(2, "0")}`;
  return between(
    id,
    daysFromCivil(year, first, 1),
    next > 12 ? daysFromCivil(year + 1, 1, 1) : daysFromCivil(year, next, 1),
  );
}
