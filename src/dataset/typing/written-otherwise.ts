import type { ReadProblem } from "../model.ts";
import type { LargeIntegers } from "./large-integers.ts";
import { type NumberStyle, plainNumber } from "./number-words.ts";
import { NOT_NUMBER, scanNumber } from "./scan-number.ts";
import type { TextColumn } from "./text-column.ts";
import { stampParser, TIMESTAMP_PATTERNS } from "./timestamp-patterns.ts";

const STYLES: readonly NumberStyle[] = [
  { decimal: ",", thousands: "." },
  { decimal: ".", thousands: "," },
  { decimal: ",", thousands: " " },
  { decimal: ".", thousands: " " },
  { decimal: ".", thousands: "'" },
  { decimal: ",", thousands: "" },
];
const UNIT =
  "%|‰|°[CF]?|kg|g|mg|lbs?|oz|km|cm|mm|m|ft|in|mi|km/h|kmh|mph|m/s|ms|sec|min|hrs?|h|kWh|MWh|kW|MW|[KMGT]i?B|m²|m2|ha|sqft|l|ml";
const CURRENCY = "[$€£¥]|EUR|USD|GBP|CHF|JPY";
/** A number with a unit, a percent sign or a currency. */
const WITH_UNIT = new RegExp(`^(?:[-+]?[\\d.,]+ ?(${UNIT}|${CURRENCY})|-?(${CURRENCY}) ?-?[\\d.,]+)$`);
const ENOUGH = 3;

/**
 * Why a column that looks like numbers or dates stayed text: whole numbers too large, numbers in another country's style, with units, or dates in several
 * patterns. `large` speaks of every value; all else looks at up to 5,000 distinct ones, and says nothing where fewer than 9 of 10 are alike.
 */
export function writtenOtherwise(
  column: string,
  text: TextColumn,
  nulls: Uint8Array | undefined,
  read: NumberStyle | undefined,
  large: LargeIntegers["found"],
  rowsKnown: boolean,
): ReadProblem[] {
  if (large !== undefined) return [largeProblem(column, large)];
  const values: string[] = [];
  const entries: number[] = [];
  for (let k = 0; k < text.entries && values.length < 5_000; k++)
    if (nulls?.[k] !== 1) {
      values.push(text.textOf(k));
      entries.push(k);
    }
  if (values.some((value) => value.length > 64)) return [];
  const most = (count: number) => count >= ENOUGH && count >= 0.9 * values.length;
  const count = (fits: (value: string) => boolean) => values.reduce((sum, value) => sum + (fits(value) ? 1 : 0), 0);
  const styles = read === undefined ? STYLES : [];
  // A style that only reads what needs none tells nothing.
  const style = styles
    .filter((one) => values.some((value) => !plain(value) && plainNumber(value, one) !== undefined))
    .map((one) => ({ ...one, fits: count((value) => plainNumber(value, one) !== undefined) }))
    .sort((a, b) => b.fits - a.fits)[0];
  if (style !== undefined && most(style.fits)) return [styleProblem(column, values, style)];
  const units = new Map<string, number>();
  for (const value of values) {
    const found = WITH_UNIT.exec(value);
    const unit = found?.[1] ?? found?.[2];
    if (unit !== undefined) units.set(unit, (units.get(unit) ?? 0) + 1);
  }
  const withUnit = [...units.values()].reduce((sum, one) => sum + one, 0);
  if (units.size > 0 && units.size <= 6 && most(withUnit + count(plain))) return [unitProblem(column, units)];
  const patterns = TIMESTAMP_PATTERNS.map((pattern) => ({ pattern, parse: stampParser(pattern) }));
  const dates = new Map<string, number>();
  const firsts = new Map<string, number>();
  for (const [at, value] of values.entries()) {
    const pattern = patterns.find(({ parse }) => !Number.isNaN(parse(value)))?.pattern;
    if (pattern === undefined) continue;
    dates.set(pattern, (dates.get(pattern) ?? 0) + 1);
    if (!firsts.has(pattern)) firsts.set(pattern, at);
  }
  const whereOf = (pattern: string) => {
    const at = firsts.get(pattern)!;
    const row = rowsKnown ? ` in row ${text.codes.indexOf(entries[at]!) + 1}` : "";
    return `${JSON.stringify(values[at])}${row}`;
  };
  const dated = [...dates.values()].reduce((sum, one) => sum + one, 0);
  return dates.size > 1 && most(dated) ? [dateProblem(column, dates, whereOf)] : [];
}

const plain = (value: string) => {
  const bytes = Buffer.from(value, "utf8");
  return scanNumber(bytes, 0, bytes.length) !== NOT_NUMBER;
};

function largeProblem(column: string, { example, words }: NonNullable<LargeIntegers["found"]>): ReadProblem {
  const list = words.map((word) => JSON.stringify(word)).join(", ");
  return {
    kind: "integers-too-large",
    column,
    message: `"${column}" is text, digit by digit as in the file: its whole numbers such as ${example} lie beyond ±2^53.${words.length === 0 ? "" : ` ${list} ${words.length === 1 ? "stands" : "stand"} among them.`}`,
    next: `As a name of things that is right; to calculate with it, rounded, set types: { ${JSON.stringify(column)}: "number" } on the source${words.length === 0 ? "" : `, with nullValues: [${list}]`}.`,
  };
}

function styleProblem(column: string, values: readonly string[], style: NumberStyle): ReadProblem {
  const example = values.find((value) => !plain(value) && plainNumber(value, style) !== undefined)!;
  const written = [
    `decimal: ${JSON.stringify(style.decimal)}`,
    ...(style.thousands === "" ? [] : [`thousands: ${JSON.stringify(style.thousands)}`]),
  ].join(", ");
  return {
    kind: "numbers-in-another-style",
    column,
    message: `"${column}" is text, but its values look like numbers written as ${JSON.stringify(example)}.`,
    next: `If they are numbers, set ${written} on the source; on the command line --decimal and --thousands.`,
  };
}

function unitProblem(column: string, units: ReadonlyMap<string, number>): ReadProblem {
  const list = [...units].sort((a, b) => b[1] - a[1]).map(([unit, count]) => `${JSON.stringify(unit)} (${count})`);
  return {
    kind: "numbers-with-units",
    column,
    message: `"${column}" is text: its numbers carry ${list.length === 1 ? "the unit" : "the units"} ${list.join(", ")}.`,
    next: `Write plain numbers in one unit, or derive a column that takes the unit off.`,
  };
}

function dateProblem(
  column: string,
  patterns: ReadonlyMap<string, number>,
  whereOf: (pattern: string) => string,
): ReadProblem {
  const list = [...patterns]
    .sort((a, b) => b[1] - a[1])
    .map(([pattern, count]) => `${pattern} (${count}, first ${whereOf(pattern)})`);
  return {
    kind: "dates-mixed",
    column,
    message: `"${column}" is text: its dates are written in ${list.length} ways: ${list.join(", ")}, counted over distinct values.`,
    next: "Write them in one way, best as 2020-01-31; a day before the month and a month before the day cannot be told apart. Held to a schema that says time, `millrace data validate` names the rows that are written as few are, and sets them aside.",
  };
}
