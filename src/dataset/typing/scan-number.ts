/** What a text is as a number: none, a whole number within ±2^53, a whole number beyond, or a decimal. */
export const NOT_NUMBER = 0;
export const INTEGER = 1;
export const BIG_INTEGER = 2;
export const DECIMAL = 3;

/** Value of the last `scanNumber` that gave INTEGER or DECIMAL; a module variable, because the loop around it is hot. */
export let scanned = 0;

const POWERS = Float64Array.from({ length: 23 }, (_, k) => Number(`1e${k}`));

/**
 * Reads a number from bytes: `-?(0|[1-9]digits)(.digits)?(e±digits)?` or `-?.digits`, nothing around it. A leading zero or plus is not a
 * number, so that codes such as `08123` stay text. The value is the nearest double.
 *
 * Source: W. D. Clinger, "How to Read Floating Point Numbers Accurately", PLDI 1990, §4 for the fast path: a mantissa below 2^53 and a power
 * of ten up to 22 are exact, so one product or quotient rounds once.
 */
export function scanNumber(bytes: Buffer, start: number, end: number): number {
  let at = start;
  const negative = bytes[at] === 45;
  if (negative) at++;
  let mantissa = 0;
  let digits = 0;
  const firstDigit = at;
  for (; at < end; at++) {
    const digit = bytes[at]! - 48;
    if (digit < 0 || digit > 9) break;
    mantissa = mantissa * 10 + digit;
    digits++;
  }
  if (digits > 1 && bytes[firstDigit] === 48) return NOT_NUMBER;
  if (at === end) {
    if (digits === 0) return NOT_NUMBER;
    if (digits > 15 && BigInt(latin(bytes, firstDigit, end)) > 9007199254740992n) return BIG_INTEGER;
    scanned = negative && mantissa !== 0 ? -mantissa : mantissa;
    return INTEGER;
  }
  let exponent = 0;
  let significant = digits;
  if (bytes[at] === 46) {
    at++;
    const fraction = at;
    for (; at < end; at++) {
      const digit = bytes[at]! - 48;
      if (digit < 0 || digit > 9) break;
      mantissa = mantissa * 10 + digit;
    }
    exponent = fraction - at;
    significant += at - fraction;
    if (significant === 0) return NOT_NUMBER;
  }
  if (digits === 0 && significant === 0) return NOT_NUMBER;
  if (at < end) {
    if (bytes[at] !== 101 && bytes[at] !== 69) return NOT_NUMBER;
    at++;
    const minus = bytes[at] === 45;
    if (minus || bytes[at] === 43) at++;
    const first = at;
    let power = 0;
    for (; at < end; at++) {
      const digit = bytes[at]! - 48;
      if (digit < 0 || digit > 9) return NOT_NUMBER;
      power = power * 10 + digit;
    }
    if (at === first) return NOT_NUMBER;
    exponent += minus ? -power : power;
  }
  if (significant <= 15 && exponent >= -22 && exponent <= 22)
    scanned = exponent < 0 ? mantissa / POWERS[-exponent]! : mantissa * POWERS[exponent]!;
  else {
    scanned = Number(latin(bytes, firstDigit, end));
    if (scanned === Infinity) return NOT_NUMBER;
  }
  if (negative && scanned !== 0) scanned = -scanned;
  return DECIMAL;
}

const latin = (bytes: Buffer, start: number, end: number) => bytes.toString("latin1", start, end);
