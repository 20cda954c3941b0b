import type { Range } from "./model.ts";

export const greatest = Number.MAX_VALUE;

export const anyNumber: Range = {
  low: Number.NEGATIVE_INFINITY,
  high: Number.POSITIVE_INFINITY,
  tiny: Number.MIN_VALUE,
  whole: false,
  nan: false,
  missing: true,
};

/** Whole numbers from low to high. */
export function wholes(low: number, high: number, missing = false): Range {
  return { low, high, tiny: 1, whole: true, nan: false, missing };
}

export function between(low: number, high: number, tiny = Number.MIN_VALUE, missing = false): Range {
  return { low, high, tiny, whole: false, nan: false, missing };
}

export function constantRange(value: number): Range {
  if (Number.isNaN(value)) return { ...wholes(0, 0, true), tiny: Number.POSITIVE_INFINITY };
  const whole = Number.isInteger(value);
  const tiny = value === 0 ? Number.POSITIVE_INFINITY : Math.abs(value);
  return { low: value, high: value, tiny, whole, nan: false, missing: false };
}

export function valuesRange(values: Iterable<number>): Range {
  let range: Range | undefined;
  for (const value of values)
    range = range === undefined ? constantRange(value) : eitherRange(range, constantRange(value));
  return range ?? constantRange(Number.NaN);
}

/** Of a value that is one or the other. */
export function eitherRange(a: Range, b: Range): Range {
  return {
    low: Math.min(a.low, b.low),
    high: Math.max(a.high, b.high),
    tiny: Math.min(a.tiny, b.tiny),
    whole: a.whole && b.whole,
    nan: a.nan || b.nan,
    missing: a.missing || b.missing,
  };
}

/** The greatest finite magnitude that it can have. */
export function magnitude({ low, high }: Range): number {
  return Math.min(greatest, Math.max(Math.abs(low), Math.abs(high)));
}

export function isBounded({ low, high }: Range): boolean {
  return Number.isFinite(low) && Number.isFinite(high);
}

export const hasZero = ({ low, high }: Range): boolean => low <= 0 && high >= 0;

export interface Outcome {
  readonly range: Range;
  /** Finite operands may give an infinity; operands other than 0 may give 0. */
  readonly overflow: boolean;
  readonly underflow: boolean;
}

function outcome(a: Range, b: Range, from: Partial<Range> & { low: number; high: number; tiny: number }, nan: boolean) {
  const order = Number.isNaN(from.low) || Number.isNaN(from.high);
  return {
    ...anyNumber,
    whole: false,
    ...from,
    ...(order ? { low: anyNumber.low, high: anyNumber.high } : {}),
    nan: nan || a.nan || b.nan,
    missing: a.missing || b.missing,
  };
}

export function addOutcome(a: Range, b: Range): Outcome {
  const opposite = (a.high === Infinity && b.low === -Infinity) || (a.low === -Infinity && b.high === Infinity);
  const whole = a.whole && b.whole && magnitude(a) + magnitude(b) <= 2 ** 53;
  const tiny = whole ? 1 : Math.max(Number.MIN_VALUE, sumTiny(a, b));
  return {
    range: outcome(a, b, { low: a.low + b.low, high: a.high + b.high, tiny, whole }, opposite),
    overflow: magnitude(a) + magnitude(b) === Infinity,
    underflow: false,
  };
}

/** x + c, where it is not 0, is a multiple of the last place of c ÷ 2 or far from 0. */
function sumTiny(a: Range, b: Range): number {
  const fixed = a.low === a.high ? [a, b] : b.low === b.high ? [b, a] : undefined;
  if (fixed === undefined) return 0;
  const [constant, other] = fixed as [Range, Range];
  return constant.low === 0 ? other.tiny : Math.abs(constant.low) * 2 ** -54;
}

export function negated(a: Range): Range {
  return { ...a, low: -a.high, high: -a.low };
}

export function multiplyOutcome(a: Range, b: Range): Outcome {
  const corners = [a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high];
  const low = Math.min(...corners);
  const high = Math.max(...corners);
  const zeroTimesInfinity = (!isBounded(a) && hasZero(b)) || (!isBounded(b) && hasZero(a));
  const tiny = a.tiny * b.tiny;
  const whole = a.whole && b.whole && magnitude(a) * magnitude(b) <= 2 ** 53;
  return {
    range: outcome(a, b, { low, high, tiny: Math.max(Number.MIN_VALUE, tiny), whole }, zeroTimesInfinity),
    overflow: magnitude(a) * magnitude(b) === Infinity,
    underflow: tiny === 0,
  };
}

export function divideOutcome(a: Range, b: Range): Outcome {
  const tiny = a.tiny / magnitude(b);
  const most = magnitude(a) / b.tiny;
  const signs = a.low >= 0 && b.low >= 0;
  const high = isBounded(a) && most !== Infinity ? most : Infinity;
  return {
    range: outcome(
      a,
      b,
      { low: signs ? 0 : -high, high, tiny: Number.isNaN(tiny) ? Infinity : Math.max(Number.MIN_VALUE, tiny) },
      (!isBounded(a) && !isBounded(b)) || (hasZero(a) && hasZero(b)),
    ),
    overflow: most === Infinity,
    underflow: tiny === 0,
  };
}
