import type { InputReading, Match, TimePattern } from "./dialect.ts";
import { falseTexts, quoted, quotedWithNul, trueTexts, whiteSpace } from "./literals.ts";
import { type Sql, sql } from "./model.ts";
import type { Stages } from "./stages.ts";

// typeof is known when the statement is planned, so only the branch of the column's own type is left.
const is = (raw: Sql, ...types: readonly string[]) => sql`typeof(${raw}) IN (${types.map(quoted).join(", ")})`;
const space = `[${[...whiteSpace].map((one) => `\\x{${one.charCodeAt(0).toString(16)}}`).join("")}]`;
const trimmed = (raw: Sql) => sql`regexp_replace(CAST(${raw} AS VARCHAR), '^${space}+|${space}+$', '', 'g')`;
const matches = (text: Sql, pattern: string) => sql`regexp_full_match(${text}, ${quoted(pattern)}, 'i')`;
const list = (texts: readonly string[]) => texts.map(quoted).join(", ");
const decimal = "[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)(e[+-]?[0-9]+)?|[+-]?inf(inity)?";

function number(raw: Sql, fail: (value: Sql) => Sql): Sql {
  const text = trimmed(raw);
  // a number beyond the greatest double is infinite, as everywhere
  const read = sql`coalesce(TRY_CAST(${text} AS DOUBLE), CASE WHEN ${text} LIKE '-%' THEN CAST('-Infinity' AS DOUBLE) ELSE CAST('Infinity' AS DOUBLE) END)`;
  return sql`CASE WHEN ${is(raw, "VARCHAR")} THEN CASE WHEN ${matches(text, "|[+-]?nan")} THEN NULL WHEN ${matches(text, decimal)} THEN ${read} WHEN ${raw} IS NOT NULL THEN ${fail(sql`CAST(${raw} AS VARCHAR)`)} END WHEN ${is(raw, "BOOLEAN")} THEN CASE WHEN ${raw} IS NOT NULL THEN ${fail(sql`CAST(${raw} AS VARCHAR)`)} END ELSE CAST(${raw} AS DOUBLE) END`;
}

function bool(raw: Sql, fail: (value: Sql) => Sql): Sql {
  const text = sql`lower(${trimmed(raw)})`;
  const typed = sql`CASE CAST(${raw} AS DOUBLE) WHEN 1 THEN 1 WHEN 0 THEN 0 WHEN CAST('NaN' AS DOUBLE) THEN NULL ELSE ${fail(sql`CAST(${raw} AS VARCHAR)`)} END`;
  return sql`CAST(CASE WHEN ${raw} IS NULL THEN NULL WHEN ${is(raw, "VARCHAR")} THEN CASE WHEN ${text} = '' THEN NULL WHEN ${text} IN (${list(trueTexts)}) THEN 1 WHEN ${text} IN (${list(falseTexts)}) THEN 0 ELSE ${fail(sql`CAST(${raw} AS VARCHAR)`)} END ELSE ${typed} END AS DOUBLE)`;
}

const whole = (raw: Sql) => sql`TRY_CAST(${raw} AS DOUBLE)`;

/** A number that was read as text is written as its shortest digits: 3, not 3.0. */
function string(raw: Sql): Sql {
  const digits = sql`CAST(${raw} AS VARCHAR)`;
  const isWhole = sql`abs(${whole(raw)}) < 1e15 AND ${whole(raw)} = trunc(${whole(raw)})`;
  const shortest = sql`CASE WHEN isnan(${whole(raw)}) THEN NULL WHEN ${isWhole} THEN CAST(CAST(${whole(raw)} AS BIGINT) AS VARCHAR) ELSE ${digits} END`;
  return sql`CASE WHEN ${is(raw, "DOUBLE", "FLOAT")} THEN ${shortest} WHEN ${digits} <> '' THEN ${digits} END`;
}

function time(raw: Sql, fail: (value: Sql) => Sql): Sql {
  const plain = sql`${is(raw, "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "DATE")} THEN CAST(epoch_us(TRY_CAST(${raw} AS TIMESTAMP)) AS DOUBLE)`;
  const zoned = sql`${is(raw, "TIMESTAMP WITH TIME ZONE")} THEN CAST(epoch_us(TRY_CAST(${raw} AS TIMESTAMPTZ)) AS DOUBLE)`;
  return sql`CASE WHEN ${plain} WHEN ${zoned} WHEN ${is(raw, "VARCHAR")} THEN NULL WHEN ${raw} IS NOT NULL THEN coalesce(TRY_CAST(${raw} AS DOUBLE), ${fail(sql`CAST(${raw} AS VARCHAR)`)}) END`;
}

function match(_: Stages, text: Sql, { source, letters }: TimePattern): Match {
  const expression = quotedWithNul(`^(?:${source})$`, "chr(0)");
  const parts = letters.map((letter, k) => {
    const group = sql`regexp_extract(${text}, ${expression}, ${String(k + 1)}, 'i')`;
    return [letter, group] as const;
  });
  return { matched: sql`regexp_matches(${text}, ${expression}, 'i')`, parts: new Map(parts) };
}

export const duckdbInput: InputReading = {
  number,
  bool,
  string,
  time,
  timeText: (raw) =>
    sql`CASE WHEN ${is(raw, "VARCHAR")} THEN CASE WHEN ${trimmed(raw)} <> '' THEN ${trimmed(raw)} END END`,
  fail: (sentence, value) => sql`CAST(error(${quoted(sentence)} || ': ' || ${value}) AS DOUBLE)`,
  match,
  digits: (text) => sql`TRY_CAST(${text} AS DOUBLE)`,
};
