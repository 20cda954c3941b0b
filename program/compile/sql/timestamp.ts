import { compilePattern, longMonthNames, monthNames } from "../../interpreter/timestamp-text.ts";
import type { Num, Test } from "../model.ts";
import type { Step, TimePattern } from "./dialect.ts";
import { type NumberSql, ranged, type Sql, sql } from "./model.ts";
import type { Printer } from "./printer.ts";
import { wholes } from "./ranges.ts";

const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const longDays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const names: Readonly<Record<string, readonly string[]>> = {
  b: monthNames,
  B: longMonthNames,
  a: days,
  A: longDays,
  p: ["am", "pm"],
};
const widths: Readonly<Record<string, readonly [number, number]>> = {
  Y: [4, 4],
  y: [2, 2],
  f: [1, 9],
  g: [1, 3],
  j: [1, 3],
};
const shortForms: Readonly<Record<string, string>> = { T: "%H:%M:%S", R: "%H:%M", F: "%Y-%m-%d", D: "%m/%d/%y" };

const digits = (letter: string, least: number, most: number): Step => ({ step: "digits", letter, least, most });
const fixed = (text: string): Step => ({ step: "text", text });

/** ISO 8601 as every program reads it. */
const iso: TimePattern = {
  source:
    "(\\d{4})-(\\d{2})-(\\d{2})(?:[T ](\\d{2}):(\\d{2})(?::(\\d{2})(?:[.,](\\d{1,9}))?)?(?: ?(Z|[+-]\\d{2}(?::?\\d{2})?))?)?",
  letters: ["Y", "m", "d", "H", "M", "S", "f", "z"],
  steps: [
    digits("Y", 4, 4),
    fixed("-"),
    digits("m", 2, 2),
    fixed("-"),
    digits("d", 2, 2),
    {
      step: "optional",
      steps: [
        { step: "oneOf", characters: "t " },
        digits("H", 2, 2),
        fixed(":"),
        digits("M", 2, 2),
        {
          step: "optional",
          steps: [
            fixed(":"),
            digits("S", 2, 2),
            { step: "optional", steps: [{ step: "oneOf", characters: ".," }, digits("f", 1, 9)] },
          ],
        },
        { step: "optional", steps: [{ step: "space" }, { step: "offset", letter: "z" }] },
      ],
    },
  ],
};

function timePattern(pattern: string): TimePattern {
  const steps: Step[] = [];
  const text = pattern
    .replace(/%-(?=[a-zA-Z])/g, "%")
    .replace(/%([TRFD])/g, (_, letter: string) => shortForms[letter]!);
  for (let i = 0; i < text.length; i++) {
    const code = text.codePointAt(i)!;
    const character = String.fromCodePoint(code);
    if (character !== "%" || text[i + 1] === "%") steps.push(fixed(character));
    else {
      const letter = text[i + 1]!;
      if (letter === "e") steps.push({ step: "space" });
      if (letter === "z") steps.push({ step: "offset", letter });
      else if (names[letter] !== undefined) steps.push({ step: "names", letter, names: names[letter] });
      else steps.push(digits(letter, ...(widths[letter] ?? [1, 2])));
    }
    i += character === "%" ? 1 : character.length - 1;
  }
  return { ...compilePattern(pattern), steps };
}

/** Microseconds of a text by the pattern, else by ISO 8601; missing where the text is neither. */
export function textTime(printer: Printer, text: Sql, pattern: string | undefined): NumberSql {
  const read = readTime(printer, text, iso);
  if (pattern === undefined) return read;
  const first = printer.atom(readTime(printer, text, timePattern(pattern)));
  return ranged(sql`coalesce(${first}, ${read})`, read.range);
}

const c = (value: number): Num => ({ k: "const", value });
const arithmetic =
  (k: "add" | "subtract" | "multiply" | "divide" | "mod") =>
  (a: Num, b: Num | number): Num => ({
    k,
    a,
    b: typeof b === "number" ? c(b) : b,
  });
const add = arithmetic("add");
const subtract = arithmetic("subtract");
const times = arithmetic("multiply");
const over = (a: Num, b: number): Num => ({ k: "call", name: "floor", args: [arithmetic("divide")(a, b)] });
const when = (test: Test, yes: Num, no: Num): Num => ({ k: "if", test, yes, no });
const atMost = (a: Num, b: Num | number): Test => ({ k: "le", a, b: typeof b === "number" ? c(b) : b });
const equal = (a: Num, b: number): Test => ({ k: "eq", a, b: c(b) });
const both = (...tests: readonly Test[]): Test => tests.reduce((a, b) => ({ k: "and", a, b }));

function readTime(printer: Printer, text: Sql, pattern: TimePattern): NumberSql {
  const { dialect, stages } = printer;
  const found = dialect.input.match(stages, text, pattern);
  const part = (letter: string, otherwise: number, most: number, cut = (value: Sql) => value): Num => {
    const value = found.parts.get(letter);
    if (value === undefined) return c(otherwise);
    const number = sql`coalesce(${dialect.input.digits(cut(stages.column(value)))}, ${dialect.number(otherwise)})`;
    return printer.extra(ranged(number, wholes(0, most)));
  };
  const named = (letter: string, from: number): Num | undefined => {
    const value = found.parts.get(letter);
    if (value === undefined) return undefined;
    const cases = names[letter]!.map((name, k) => `WHEN '${name}' THEN ${dialect.number(from + k)}`).join(" ");
    return printer.extra(ranged(sql`CASE lower(${value}) ${cases} ELSE ${dialect.number(99)} END`, wholes(0, 99)));
  };
  const shortYear = part("y", 0, 99);
  const fullYear = add(shortYear, when(atMost(c(69), shortYear), c(1900), c(2000)));
  const year = printer.extra(printer.number(found.parts.has("y") ? fullYear : part("Y", 1970, 9999)));
  const month = named("b", 1) ?? named("B", 1) ?? part("m", 1, 99);
  const day = part(found.parts.has("e") ? "e" : "d", 1, 99);
  const afternoon = named("p", 0);
  const twelve = part("I", 0, 99);
  const hourOfTwelve = when(
    both(atMost(c(1), twelve), atMost(twelve, 12)),
    when(equal(twelve, 12), c(0), twelve),
    c(99),
  );
  const clock = found.parts.has("I") ? hourOfTwelve : part("H", 0, 99);
  const hour = printer.extra(printer.number(afternoon === undefined ? clock : add(clock, times(afternoon, 12))));
  const minute = part("M", 0, 99);
  const second = part("S", 0, 99);
  const dayOfYear = part("j", 0, 999);
  const micros = found.parts.has("g")
    ? times(part("g", 0, 999), 1000)
    : part("f", 0, 999_999, (value) => sql`substr(${value} || '00000', 1, 6)`);
  const valid = both(
    atMost(c(1), month),
    atMost(month, 12),
    atMost(c(1), day),
    atMost(day, monthLength(printer, year, month)),
    atMost(hour, 23),
    atMost(minute, 59),
    atMost(second, 59),
    atMost(dayOfYear, add(monthLength(printer, year, c(2)), 337)),
  );
  const one = c(1);
  const date = when(
    atMost(one, dayOfYear),
    subtract(add(dayNumber(printer, year, one, one), dayOfYear), 1),
    dayNumber(printer, year, month, day),
  );
  const minutes = subtract(
    add(times(add(times(date, 24), hour), 60), minute),
    offsetMinutes(printer, found.parts.get("z")),
  );
  const us = add(add(times(minutes, 60_000_000), times(second, 1_000_000)), micros);
  const value = printer.number(when(valid, us, c(Number.NaN)));
  const missing = dialect.missingNumber;
  return ranged(sql`CASE WHEN ${found.matched} THEN ${value} ELSE ${missing} END`, wholes(-(2 ** 60), 2 ** 60, true));
}

function monthLength(printer: Printer, year: Num, month: Num): Num {
  const multiple = (by: number): Test => equal(arithmetic("mod")(year, by), 0);
  const leap = when(multiple(4), when(multiple(100), when(multiple(400), c(29), c(28)), c(29)), c(28));
  const short = [4, 6, 9, 11].reduce<Num>((rest, k) => when(equal(month, k), c(30), rest), c(31));
  return printer.extra(printer.number(when(equal(month, 2), leap, short)));
}

/** As `dayNumber` of program/operators/dates.ts: H. Hinnant's days_from_civil. */
function dayNumber(printer: Printer, year: Num, month: Num, day: Num): Num {
  const early: Test = atMost(month, 2);
  const y = printer.extra(printer.number(subtract(year, when(early, c(1), c(0)))));
  const era = printer.extra(printer.number(over(y, 400)));
  const yearOfEra = printer.extra(printer.number(subtract(y, times(era, 400))));
  const shiftedMonth = add(month, when(early, c(9), c(-3)));
  const dayOfYear = subtract(add(over(add(times(shiftedMonth, 153), 2), 5), day), 1);
  const leapDays = subtract(over(yearOfEra, 4), over(yearOfEra, 100));
  const dayOfEra = add(add(times(yearOfEra, 365), leapDays), dayOfYear);
  return printer.extra(printer.number(subtract(add(times(era, 146097), dayOfEra), 719468)));
}

function offsetMinutes(printer: Printer, part: Sql | undefined): Num {
  if (part === undefined) return c(0);
  const { dialect, stages } = printer;
  const text = stages.column(part);
  const number = (piece: Sql) => dialect.input.digits(piece);
  const hours = number(sql`substr(${text}, 2, 2)`);
  const rest = sql`CASE WHEN length(${text}) > 3 THEN ${number(sql`substr(${text}, length(${text}) - 1, 2)`)} ELSE ${dialect.number(0)} END`;
  const sign = sql`CASE WHEN substr(${text}, 1, 1) = '-' THEN ${dialect.number(-1)} ELSE ${dialect.number(1)} END`;
  const minutes = sql`CASE WHEN length(${text}) > 2 THEN ${sign} * (${hours} * ${dialect.number(60)} + ${rest}) ELSE ${dialect.number(0)} END`;
  return printer.extra(ranged(minutes, wholes(-6039, 6039)));
}
