import type { Frame } from "@millrace/program";
import type { RowValue } from "../anomalies/rows/offence.ts";
import type { Rule } from "./model.ts";
import { type Found, quoteName, sqlValue } from "./rule-words.ts";

type Read = (row: number) => RowValue;

/** Values that never fall from one row to the next. */
export function checkMonotone(
  { column, strict, by }: Extract<Rule, { rule: "monotone" }>,
  frame: Frame,
  read: Read,
  groups: readonly (string | null)[] | undefined,
): Found {
  const last = new Map<string | null, RowValue>();
  const rows: number[] = [];
  for (let row = 0; row < frame.rows; row++) {
    const group = groups?.[row] ?? null;
    const value = read(row);
    if (value === null || (groups !== undefined && group === null)) continue;
    const before = last.get(group);
    if (before !== undefined && before !== null && (strict ? !(value > before) : value < before)) rows.push(row);
    else last.set(group, value);
  }
  const within = by === undefined ? "" : ` of the same ${by.join(", ")}`;
  const x = quoteName(column);
  const partition = by === undefined ? "" : `PARTITION BY ${by.map(quoteName).join(", ")} `;
  const present = [column, ...(by ?? [])].map((one) => `${quoteName(one)} IS NOT NULL`).join(" AND ");
  const before = `max(${x}) OVER (${partition}ORDER BY place ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)`;
  const placed = `SELECT *, row_number() OVER () AS place FROM input`;
  return {
    rows,
    words: `have a ${column} ${strict ? "not above" : "below"} that of an earlier row${within}`,
    sql: `SELECT * EXCLUDE (place, greatest_before) FROM (SELECT *, ${before} AS greatest_before FROM (${placed}) WHERE ${present}) WHERE ${x} ${strict ? "<=" : "<"} greatest_before`,
  };
}

/** States that follow one another only as allowed. */
export function checkTransitions(
  { column, by, order, allowed }: Extract<Rule, { rule: "transitions" }>,
  frame: Frame,
  state: Read,
  groups: readonly (string | null)[],
  time: Read,
): Found {
  const wanted = [...Array(frame.rows).keys()].filter(
    (row) => groups[row] !== null && state(row) !== null && time(row) !== null,
  );
  const earlier = (a: number, b: number) => (time(a)! < time(b)! ? -1 : time(a)! > time(b)! ? 1 : a - b);
  const last = new Map<string, string>();
  const rows: number[] = [];
  for (const row of wanted.sort(earlier)) {
    const group = groups[row]!;
    const now = String(state(row));
    const before = last.get(group);
    if (before !== undefined && before !== now && !(Object.hasOwn(allowed, before) && allowed[before]!.includes(now)))
      rows.push(row);
    last.set(group, now);
  }
  const x = quoteName(column);
  const pairs = Object.entries(allowed).flatMap(([from, to]) =>
    to.map((one) => `(${sqlValue(from)}, ${sqlValue(one)})`),
  );
  const following = pairs.length === 0 ? "" : ` AND (state_before, CAST(${x} AS VARCHAR)) NOT IN (${pairs.join(", ")})`;
  const list = by.map(quoteName).join(", ");
  const present = [column, order, ...by].map((one) => `${quoteName(one)} IS NOT NULL`).join(" AND ");
  return {
    rows: rows.sort((a, b) => a - b),
    words: `have a ${column} that may not follow the one before`,
    sql: `SELECT * EXCLUDE state_before FROM (SELECT *, lag(CAST(${x} AS VARCHAR)) OVER (PARTITION BY ${list} ORDER BY ${quoteName(order)}) AS state_before FROM input WHERE ${present}) WHERE state_before <> CAST(${x} AS VARCHAR)${following}`,
  };
}
