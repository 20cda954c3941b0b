import type { InputReading, Match, TimePattern } from "./dialect.ts";
import { falseTexts, quoted, trueTexts, whiteSpace } from "./literals.ts";
import { type Sql, sql } from "./model.ts";
import { text as literal } from "./postgres.ts";
import type { Stages } from "./stages.ts";

const is = (raw: Sql, ...types: readonly string[]) =>
  sql`pg_typeof(${raw}) IN (${types.map((type) => `'${type}'::regtype`).join(", ")})`;
const isText = (raw: Sql) => is(raw, "text", "character varying", "character");
const spaces = `E'${[...whiteSpace].map((one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`).join("")}'`;
// "C": letters and digits are ASCII whatever the locale
const trimmed = (raw: Sql) => sql`btrim(${raw}::text COLLATE "C", ${spaces})`;
const list = (texts: readonly string[]) => texts.map(quoted).join(", ");
const decimal = "^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)(e[+-]?[0-9]+)?$|^[+-]?inf(inity)?$";

function number(raw: Sql, fail: (value: Sql) => Sql): Sql {
  const text = trimmed(raw);
  return sql`CASE WHEN ${isText(raw)} THEN CASE WHEN ${text} = '' OR ${text} ~* '^[+-]?nan$' THEN NULL WHEN ${text} ~* '${decimal}' THEN ${text}::float8 WHEN ${raw} IS NOT NULL THEN ${fail(sql`${raw}::text`)} END ELSE NULLIF(${raw}::float8, float8 'NaN') END`;
}

function bool(raw: Sql, fail: (value: Sql) => Sql): Sql {
  const text = sql`lower(${trimmed(raw)})`;
  const numeric = (digit: number) => sql`NOT ${isText(raw)} AND ${text} ~ '^${String(digit)}([.]0*)?$'`;
  return sql`CASE WHEN ${raw} IS NULL OR ${text} = '' OR (${text} = 'nan' AND NOT ${isText(raw)}) THEN NULL WHEN ${text} IN (${list(trueTexts)}) OR (${numeric(1)}) THEN float8 '1' WHEN ${text} IN (${list(falseTexts)}) OR (${numeric(0)}) THEN float8 '0' ELSE ${fail(sql`${raw}::text`)} END`;
}

function time(raw: Sql): Sql {
  const micros = (value: Sql) => sql`(extract(epoch FROM ${value}) * 1000000)::float8`;
  return sql`CASE WHEN ${is(raw, "timestamp", "date")} THEN ${micros(sql`${raw}::timestamp`)} WHEN ${is(raw, "timestamptz")} THEN ${micros(sql`${raw}::timestamptz`)} END`;
}

function match(stages: Stages, text: Sql, { source, letters }: TimePattern): Match {
  // a digit is ASCII whatever the locale
  const expression = literal(`^(?:${source.replaceAll("\\d", "[0-9]")})$`);
  const found = stages.column(sql`regexp_match(${text}, ${expression}, 'i')`);
  const parts = letters.map((letter, k) => [letter, sql`(${found})[${String(k + 1)}]`] as const);
  return { matched: sql`${found} IS NOT NULL`, parts: new Map(parts) };
}

export const postgresInput: InputReading = {
  number,
  bool,
  string: (raw) => sql`NULLIF(${raw}::text COLLATE "C", '')`,
  time,
  timeText: (raw) => sql`CASE WHEN ${isText(raw)} THEN NULLIF(${trimmed(raw)}, '') END`,
  // a text that is no number ends the statement with this text in its message
  fail: (sentence, value) => sql`(${literal(sentence)} || ': ' || ${value})::float8`,
  match,
  digits: (text) => sql`(${text})::float8`,
};
