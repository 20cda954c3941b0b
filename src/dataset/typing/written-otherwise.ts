import type { ReadProblem } from "../model.ts";
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
 * patterns. Looks at distinct values; says nothing where fewer than 9 of 10 are alike.
 */
export function writtenOtherwise(
  column: string,
  text: TextColumn,
  nulls: Uint8Array | undefined,
  read: NumberStyle | undefined,
): ReadProblem[] {
  const values: string[] = [];
  for (let k = 0; k < text.entries && values.length < 5_000; k++) if (nulls?.[k] !== 1) values.push(text.textOf(k));
  if (values.some((value) => value.length > 64)) return [];
  const most = (count: number) => count >= ENOUGH && count >= 0.9 * values.length;
  const count = (fits: (value: string) => boolean) => values.reduce((sum, value) => sum + (fits(value) ? 1 : 0), 0);
  const large = values.find((value) => /^-?\d{16,}$/.test(value) && !Number.isSafeInteger(Number(value)));
  if (large !== undefined && count((value) => /^-?\d+$/.test(value)) === values.length)
    return [largeProblem(column, large)];
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
  for (const value of values) {
    const pattern = patterns.find(({ parse }) => !Number.isNaN(parse(value)))?.pattern;
    if (pattern !== undefined) dates.set(pattern, (dates.get(pattern) ?? 0) + 1);
  }
  const dated = [...dates.values()].reduce((sum, one) => sum + one, 0);
  return dates.size > 1 && most(dated) ? [dateProblem(column, dates)] : [];
}

const plain = (value: string) => {
  const bytes = Buffer.from(value, "utf8");
  return scanNumber(bytes, 0, bytes.length) !== NOT_NUMBER;
};

function largeProblem(column: string, example: string): ReadProblem {
  return {
    kind: "integers-too-large",
    column,
    message: `"${column}" is text, digit by digit as in the file: its whole numbers such as ${example} lie beyond ±2^53.`,
    next: `As a name of things that is right; to calculate with it, rounded, set types: { ${JSON.stringify(column)}: "number" } on the source.`,
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

function dateProblem(column: string, patterns: ReadonlyMap<string, number>): ReadProblem {
  const list = [...patterns].map(([pattern, count]) => `${pattern} (${count})`);
  return {
    kind: "dates-mixed",
    column,
    message: `"${column}" is text: its dates are written in ${list.length} ways: ${list.join(", ")}, counted over distinct values.`,
    next: "Write them in one way, best as 2020-01-31; a day before the month and a month before the day cannot be told apart.",
  };
}
