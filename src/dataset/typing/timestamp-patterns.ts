/**
 * Patterns that text is tried against, in this order; a column takes one only when every value fits. `T`-patterns are ISO 8601: a fraction
 * and a zone (`Z`, `+02:00`) may follow the seconds.
 */
export const TIMESTAMP_PATTERNS = [
  "%Y-%m-%d",
  "%Y-%m-%dT%H:%M:%S",
  "%Y-%m-%d %H:%M:%S",
  "%Y-%m-%dT%H:%M",
  "%Y-%m-%d %H:%M",
  "%Y/%m/%d",
  "%Y/%m/%d %H:%M:%S",
  "%m/%d/%Y",
  "%d/%m/%Y",
  "%m/%d/%Y %H:%M",
  "%d/%m/%Y %H:%M",
  "%m/%d/%Y %H:%M:%S",
  "%d/%m/%Y %H:%M:%S",
  "%d.%m.%Y",
] as const;

/** Microseconds beyond which a double is not exact: years 1684 … 2255. */
const LIMIT = 9007199254740992;

/**
 * A strict and fast reader of one of the patterns above: what it accepts, the program's reader of that pattern reads alike, but it takes
 * no other ISO form beside.
 */
export function stampParser(pattern: string): (text: string) => number {
  const tokens = pattern.match(/%.|[^%]/g) ?? [];
  const iso = pattern.startsWith("%Y-%m-%d") && pattern.endsWith("%S");
  const loose = !pattern.startsWith("%Y-");
  return (text) => parseStamp(text, tokens, iso, loose);
}

/** Microseconds since 1970 UTC, or NaN when the text does not fit. */
function parseStamp(text: string, tokens: readonly string[], iso: boolean, loose: boolean): number {
  let at = 0;
  let year = 1970;
  let month = 1;
  let day = 1;
  let hour = 0;
  let minute = 0;
  let second = 0;
  const digits = (most: number, least: number): number => {
    let value = 0;
    let count = 0;
    while (count < most && at < text.length) {
      const digit = text.charCodeAt(at) - 48;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
      at++;
      count++;
    }
    return count < least ? Number.NaN : value;
  };
  for (const token of tokens) {
    if (token.length === 1) {
      if (text[at] !== token[0]) return Number.NaN;
      at++;
    } else if (token === "%Y") year = digits(4, 4);
    else if (token === "%m") month = digits(2, loose ? 1 : 2);
    else if (token === "%d") day = digits(2, loose ? 1 : 2);
    else if (token === "%H") hour = digits(2, loose ? 1 : 2);
    else if (token === "%M") minute = digits(2, 2);
    else second = digits(2, 2);
  }
  let micros = 0;
  let offsetMinutes = 0;
  if (iso && at < text.length) {
    if (text[at] === ".") {
      const first = ++at;
      while (at < text.length && text.charCodeAt(at) >= 48 && text.charCodeAt(at) <= 57) at++;
      const fraction = text.slice(first, at);
      if (fraction === "" || fraction.length > 9 || /[^0]/.test(fraction.slice(6))) return Number.NaN;
      micros = Number(fraction.slice(0, 6).padEnd(6, "0"));
    }
    if (at < text.length) {
      const zone = /^ ?(?:Z|([+-])(\d\d)(?::?(\d\d))?)$/.exec(text.slice(at));
      if (zone === null) return Number.NaN;
      if (zone[1] !== undefined)
        offsetMinutes = (zone[1] === "-" ? -1 : 1) * (Number(zone[2]) * 60 + Number(zone[3] ?? 0));
      at = text.length;
    }
  }
  if (at !== text.length) return Number.NaN;
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month))) return Number.NaN;
  if (!(hour <= 23 && minute <= 59 && second <= 59)) return Number.NaN;
  const seconds = daysFromCivil(year, month, day) * 86400 + hour * 3600 + (minute - offsetMinutes) * 60 + second;
  const value = seconds * 1_000_000 + micros;
  return Math.abs(value) <= LIMIT ? value : Number.NaN;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Days since 1970-01-01 of a Gregorian date. Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", 2013, days_from_civil. */
export function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146097 + dayOfEra - 719468;
}
