import { dayNumber } from "../operators/dates.ts";

const iso =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?: ?(Z|[+-]\d{2}(?::?\d{2})?))?)?$/i;
export const longMonthNames = [
  "january",
  "february",
  "march",
  "april",
  "may",
  "june",
  "july",
  "august",
  "september",
  "october",
  "november",
  "december",
];
export const monthNames = longMonthNames.map((name) => name.slice(0, 3));

interface Parts {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  us: number;
  offsetMinutes: number;
  dayOfYear: number;
  afternoon: boolean | undefined;
}

/** Reads a text as microseconds UTC, or gives NaN. A text without an offset is UTC. */
export type TimestampReader = (text: string) => number;

/** A reader of ISO 8601, and of the pattern where one is given (`strptime` letters; see docs/reference/program.md). */
export function timestampReader(pattern?: string): TimestampReader {
  if (pattern === undefined) return readIso;
  const read = patternReader(pattern);
  return (text) => {
    const value = read(text);
    return !Number.isNaN(value) ? value : readIso(text);
  };
}

function patternReader(pattern: string): TimestampReader {
  const { source, letters } = compilePattern(pattern);
  return matchReader(new RegExp(`^${source}$`, "i"), letters);
}

/** Reads what the groups of an expression match, each by its letter. */
function matchReader(expression: RegExp, letters: readonly string[]): TimestampReader {
  return (text) => {
    const match = expression.exec(text);
    if (match === null) return Number.NaN;
    const parts = emptyParts();
    letters.forEach((letter, i) => {
      const part = match[i + 1];
      if (part !== undefined) assign(parts, letter, part);
    });
    return microseconds(parts);
  };
}

const readIso = matchReader(iso, [..."YmdHMSfz"]);

/** What each letter matches; short forms stand for others. Leading zeros may be left out. */
const forms: Readonly<Record<string, string>> = {
  Y: "(\\d{4})",
  y: "(\\d{2})",
  m: "(\\d{1,2})",
  d: "(\\d{1,2})",
  e: " ?(\\d{1,2})",
  H: "(\\d{1,2})",
  I: "(\\d{1,2})",
  M: "(\\d{1,2})",
  S: "(\\d{1,2})",
  f: "(\\d{1,9})",
  g: "(\\d{1,3})",
  j: "(\\d{1,3})",
  p: "(am|pm)",
  b: `(${monthNames.join("|")})`,
  B: `(${longMonthNames.join("|")})`,
  z: "(Z|[+-]\\d{2}(?::?\\d{2})?)",
  a: "(mon|tue|wed|thu|fri|sat|sun)",
  A: "((?:mon|tues|wednes|thurs|fri|satur|sun)day)",
};
const shortForms: Readonly<Record<string, string>> = { T: "%H:%M:%S", R: "%H:%M", F: "%Y-%m-%d", D: "%m/%d/%y" };

export function compilePattern(pattern: string): { source: string; letters: string[] } {
  const letters: string[] = [];
  let source = "";
  let text = pattern.replace(/%-(?=[a-zA-Z])/g, "%");
  text = text.replace(/%([TRFD])/g, (_, letter: string) => shortForms[letter]!);
  for (let i = 0; i < text.length; i++) {
    const letter = text[i + 1] ?? "";
    if (text[i] !== "%") source += text[i]!.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
    else if (letter === "%") {
      source += "%";
      i++;
    } else {
      const form = Object.hasOwn(forms, letter) ? forms[letter] : undefined;
      // a letter twice would be ambiguous, and slow to match on purpose
      if (form === undefined || letters.includes(letter)) return { source: "(?!)", letters: [] };
      source += form;
      letters.push(letter);
      i++;
    }
  }
  return { source, letters };
}

/** True where every letter of a pattern is one that this reader knows. */
export function isKnownPattern(pattern: string): boolean {
  return compilePattern(pattern).source !== "(?!)";
}

function assign(parts: Parts, letter: string, text: string): void {
  const value = Number(text);
  if (letter === "Y") parts.year = value;
  // POSIX: 69 … 99 are of the 20th century
  else if (letter === "y") parts.year = value + (value < 69 ? 2000 : 1900);
  else if (letter === "m") parts.month = value;
  else if (letter === "b") parts.month = monthNames.indexOf(text.toLowerCase()) + 1;
  else if (letter === "B") parts.month = longMonthNames.indexOf(text.toLowerCase()) + 1;
  else if (letter === "d" || letter === "e") parts.day = value;
  else if (letter === "j") parts.dayOfYear = value;
  else if (letter === "H") parts.hour = value;
  else if (letter === "I") parts.hour = value >= 1 && value <= 12 ? value % 12 : 99;
  else if (letter === "p") parts.afternoon = text.toLowerCase() === "pm";
  else if (letter === "M") parts.minute = value;
  else if (letter === "S") parts.second = value;
  else if (letter === "f" || letter === "g") parts.us = fraction(letter === "g" ? text.padStart(3, "0") : text);
  else if (letter === "z") parts.offsetMinutes = offset(text);
}

function emptyParts(): Parts {
  return {
    year: 1970,
    month: 1,
    day: 1,
    hour: 0,
    minute: 0,
    second: 0,
    us: 0,
    offsetMinutes: 0,
    dayOfYear: 0,
    afternoon: undefined,
  };
}

function microseconds(parts: Parts): number {
  const { year, month, day, minute, second, dayOfYear } = parts;
  const hour = parts.hour + (parts.afternoon ? 12 : 0);
  const valid =
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= monthLength(year, month) &&
    hour <= 23 &&
    minute <= 59 &&
    second <= 59;
  if (!valid || dayOfYear > (monthLength(year, 2) === 29 ? 366 : 365)) return Number.NaN;
  const date = dayOfYear > 0 ? dayNumber(year, 1, 1) + dayOfYear - 1 : dayNumber(year, month, day);
  const us = ((date * 24 + hour) * 60 + minute - parts.offsetMinutes) * 60_000_000 + second * 1_000_000 + parts.us;
  return Number.isSafeInteger(us) ? us : Number.NaN;
}

function monthLength(year: number, month: number): number {
  const next = month === 12 ? dayNumber(year + 1, 1, 1) : dayNumber(year, month + 1, 1);
  return next - dayNumber(year, month, 1);
}

/** Microseconds of a fraction's digits; digits beyond the sixth are cut. */
function fraction(digits: string): number {
  return Number(digits.slice(0, 6).padEnd(6, "0"));
}

function offset(text: string): number {
  if (text === "Z" || text === "z") return 0;
  const digits = text.slice(1).replace(":", "").padEnd(4, "0");
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return text[0] === "-" ? -minutes : minutes;
}
