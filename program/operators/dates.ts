import { unaryOperator } from "./kernels.ts";
import { increasing } from "./numbers.ts";
import type { ValueType } from "./operator.ts";

const secondUs = 1_000_000;
const hourUs = 3600 * secondUs;
const dayUs = 24 * hourUs;
const units: Readonly<Record<string, number>> = { day: dayUs, hour: hourUs, second: secondUs };
const isTime = (type: ValueType | undefined) => type?.type === "timestamp";

const parts: Readonly<Record<string, (us: number) => number>> = {
  year: (us) => civil(days(us)).year,
  quarter: (us) => Math.floor((civil(days(us)).month + 2) / 3),
  month: (us) => civil(days(us)).month,
  dayOfMonth: (us) => civil(days(us)).day,
  dayOfYear: (us) => days(us) - dayNumber(civil(days(us)).year, 1, 1) + 1,
  dayOfWeek: (us) => modulo(days(us) + 3, 7) + 1,
  hour: (us) => Math.floor(modulo(us, dayUs) / hourUs),
  minute: (us) => Math.floor(modulo(us, hourUs) / (60 * secondUs)),
  second: (us) => Math.floor(modulo(us, 60 * secondUs) / secondUs),
};

export const dates = [
  unaryOperator(
    "datePart",
    {
      part: { kind: "choice", choices: Object.keys(parts) },
      offsetMinutes: { kind: "integer", optional: true, low: -1439, high: 1439 },
    },
    (a) => {
      const part = parts[a.text("part")]!;
      const offset = a.number("offsetMinutes", 0) * 60 * secondUs;
      return (us) => part(us + offset);
    },
    isTime,
  ),
  unaryOperator(
    "timeSince",
    { at: { kind: "integer" }, unit: { kind: "choice", choices: Object.keys(units) } },
    (a) => {
      const at = a.number("at");
      const unit = units[a.text("unit")]!;
      return (us) => (us - at) / unit;
    },
    isTime,
  ),
  unaryOperator(
    "isDay",
    { days: { kind: "f64" }, offsetMinutes: { kind: "integer", optional: true, low: -1439, high: 1439 } },
    (a) => {
      const wanted = new Set(a.f64("days"));
      const offset = a.number("offsetMinutes", 0) * 60 * secondUs;
      return (us) => (wanted.has(days(us + offset)) ? 1 : 0);
    },
    isTime,
    (a) => {
      const table = a.f64("days");
      if (!table.every(Number.isSafeInteger)) return "has a day that is not a whole number";
      return increasing(table) ? undefined : "has days that do not increase";
    },
  ),
];

function modulo(value: number, by: number): number {
  const rest = value % by;
  return rest < 0 ? rest + by : rest;
}

function days(us: number): number {
  return (us - modulo(us, dayUs)) / dayUs;
}

/**
 * Days since 1970-01-01 of a date of the proleptic Gregorian calendar.
 *
 * Source: Howard Hinnant, "chrono-compatible low-level date algorithms", 2013, `days_from_civil`.
 */
export function dayNumber(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146097 + dayOfEra - 719468;
}

/** The date of a day number. Source: as `dayNumber`, `civil_from_days`. */
export function civil(dayNumber: number): { year: number; month: number; day: number } {
  const shifted = dayNumber + 719468;
  const era = Math.floor(shifted / 146097);
  const dayOfEra = shifted - era * 146097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36524) - Math.floor(dayOfEra / 146096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}
