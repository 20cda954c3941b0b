import type { InputReading, Match, Step, TimePattern } from "./dialect.ts";
import { falseTexts, quoted, quotedWithNul, trueTexts, whiteSpace } from "./literals.ts";
import { type Sql, sql } from "./model.ts";
import type { Stages } from "./stages.ts";

// A column holds values of any type, so each value's own type decides. ASCII only in lower(), as it is in SQLite.
const spaces = `char(${[...whiteSpace].map((character) => character.codePointAt(0)).join(",")})`;
const trimmed = (raw: Sql) => sql`trim(CAST(${raw} AS TEXT), ${spaces})`;
const list = (texts: readonly string[]) => texts.map(quoted).join(", ");

function number(raw: Sql, fail: (value: Sql) => Sql): Sql {
  const text = trimmed(raw);
  const lower = sql`lower(${text})`;
  // compared with a number, a text is one only if all of it is
  const isNumber = sql`${text} NOT GLOB '*[^0-9.eE+-]*' AND CASE WHEN ${text} GLOB '*[.eE]*' THEN ${text} ELSE ${text} || '.' END = CAST(${text} AS REAL)`;
  const readText = sql`CASE WHEN ${lower} IN ('', 'nan', '+nan', '-nan') THEN NULL WHEN ${lower} IN ('inf', '+inf', 'infinity', '+infinity') THEN 9e999 WHEN ${lower} IN ('-inf', '-infinity') THEN -9e999 WHEN ${isNumber} THEN CAST(${text} AS REAL) ELSE ${fail(raw)} END`;
  return sql`CASE typeof(${raw}) WHEN 'real' THEN +${raw} WHEN 'integer' THEN CAST(${raw} AS REAL) WHEN 'null' THEN NULL ELSE ${readText} END`;
}

function bool(raw: Sql, fail: (value: Sql) => Sql): Sql {
  const text = sql`lower(${trimmed(raw)})`;
  const readText = sql`CASE WHEN ${text} = '' THEN NULL WHEN ${text} IN (${list(trueTexts)}) THEN 1e0 WHEN ${text} IN (${list(falseTexts)}) THEN 0e0 ELSE ${fail(raw)} END`;
  return sql`CASE WHEN typeof(${raw}) IN ('integer', 'real') THEN CASE WHEN ${raw} = 1 THEN 1e0 WHEN ${raw} = 0 THEN 0e0 ELSE ${fail(raw)} END WHEN ${raw} IS NULL THEN NULL ELSE ${readText} END`;
}

/** Of text in the order of its bytes, whatever the column's collation. */
function string(raw: Sql): Sql {
  const isWhole = sql`abs(${raw}) < 1e15 AND ${raw} = CAST(${raw} AS INTEGER)`;
  const digits = sql`CASE WHEN typeof(${raw}) = 'real' AND ${isWhole} THEN CAST(CAST(${raw} AS INTEGER) AS TEXT) ELSE CAST(${raw} AS TEXT) END`;
  return sql`CASE WHEN length(CAST(${raw} AS BLOB)) > 0 THEN ${digits} END`;
}

function match(stages: Stages, text: Sql, { steps }: TimePattern): Match {
  const parts = new Map<string, Sql>();
  const rest = walk(stages, text, steps, parts);
  return { matched: sql`${rest} = ''`, parts };
}

/** What is left of a text after the steps; NULL where it does not begin so. Each takes as much as it can. */
function walk(stages: Stages, text: Sql, steps: readonly Step[], parts: Map<string, Sql>): Sql {
  let rest = stages.column(text);
  for (const step of steps) rest = stages.column(take(stages, rest, step, parts));
  return rest;
}

function take(stages: Stages, rest: Sql, step: Step, parts: Map<string, Sql>): Sql {
  const start = (length: number) => sql`substr(${rest}, 1, ${String(length)})`;
  const after = (length: number | Sql) =>
    sql`substr(${rest}, ${typeof length === "number" ? String(length) : length} + 1)`;
  const variable = (letter: string, length: Sql) => {
    const taken = stages.column(length);
    parts.set(letter, stages.column(sql`substr(${rest}, 1, ${taken})`));
    return after(taken);
  };
  switch (step.step) {
    case "text": {
      const { length } = [...step.text];
      return sql`CASE WHEN lower(${start(length)}) = lower(${quotedWithNul(step.text, "char(0)")}) THEN ${after(length)} END`;
    }
    case "oneOf":
      return sql`CASE WHEN lower(${start(1)}) IN (${[...step.characters].map(quoted).join(", ")}) THEN ${after(1)} END`;
    case "space":
      return sql`CASE WHEN ${start(1)} = ' ' THEN ${after(1)} ELSE ${rest} END`;
    case "digits": {
      const cases: Sql[] = [];
      for (let length = step.most; length >= step.least; length--)
        cases.push(sql`WHEN ${start(length)} GLOB '${"[0-9]".repeat(length)}' THEN ${String(length)}`);
      return variable(step.letter, caseOf(cases));
    }
    case "names":
      return variable(
        step.letter,
        caseOf(
          step.names.map(
            (name) => sql`WHEN lower(${start(name.length)}) = ${quoted(name)} THEN ${String(name.length)}`,
          ),
        ),
      );
    case "offset":
      return variable(
        step.letter,
        caseOf([
          sql`WHEN lower(${start(1)}) = 'z' THEN 1`,
          sql`WHEN ${start(6)} GLOB '[+-][0-9][0-9]:[0-9][0-9]' THEN 6`,
          sql`WHEN ${start(5)} GLOB '[+-][0-9][0-9][0-9][0-9]' THEN 5`,
          sql`WHEN ${start(3)} GLOB '[+-][0-9][0-9]' THEN 3`,
        ]),
      );
    case "optional": {
      const inner = new Map<string, Sql>();
      const left = walk(stages, rest, step.steps, inner);
      for (const [letter, part] of inner) parts.set(letter, sql`CASE WHEN ${left} IS NOT NULL THEN ${part} END`);
      return sql`coalesce(${left}, ${rest})`;
    }
  }
}

function caseOf(cases: readonly Sql[]): Sql {
  return sql`CASE ${cases.reduce((all, one) => sql`${all} ${one}`)} END`;
}

export const sqliteInput: InputReading = {
  number,
  bool,
  string,
  time: (raw) => sql`CASE WHEN typeof(${raw}) IN ('integer', 'real') THEN CAST(${raw} AS REAL) END`,
  timeText: (raw) => {
    const text = trimmed(raw);
    return sql`CASE WHEN typeof(${raw}) NOT IN ('integer', 'real') AND ${text} <> '' THEN ${text} END`;
  },
  // a path that is none ends the statement with this text in its message
  fail: (sentence, value) => sql`json_extract('{}', ${quoted(sentence)} || ': ' || ${value})`,
  match,
  digits: (text) => sql`CAST(${text} AS REAL)`,
};
