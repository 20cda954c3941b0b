import { highWord, withHighWord } from "./bits.ts";
import { addDouble, divideDouble, low, multiplyDouble, quickTwoSum, twoProduct, twoSum } from "./double-double.ts";
import { expOfDouble } from "./exponential.ts";

/*
 * log x = k ln 2 + log m with √½ ≤ m < √2, and log m = 2 atanh s with s = (m − 1) / (m + 1). `log` and `log1p` keep
 * f − f²/2 apart and take the rest from s; `pow` carries the whole series in two doubles, because its error is multiplied
 * by y log x.
 * Source: K. C. Ng, fdlibm 5.3 (Sun Microsystems, 1995), e_log.c and s_log1p.c: the argument reduction and the form of
 * the sum; coefficients here are the Taylor series 2/3, 2/5, …
 */
const ln2High = 0.6931471803691238; // 32 trailing zero bits
const ln2Low = 1.9082149292705877e-10;
const ln2Tail = 1.1612227229362532e-26; // ln 2 − ln2High − ln2Low
const terms = Float64Array.from({ length: 12 }, (_, i) => 2 / (2 * i + 3));

let exponent = 0;

/** m of x = 2^k m with √½ ≤ m < √2; k left in `exponent`. x > 0 and finite. */
function significand(x: number): number {
  let k = 0;
  let value = x;
  if (value < 2.2250738585072014e-308) {
    value *= 18014398509481984;
    k = -54;
  }
  const high = highWord(value);
  const fraction = high & 0xfffff;
  // 0x6a09e: upper fraction bits of √2
  const carry = fraction >= 0x6a09e ? 1 : 0;
  exponent = k + (high >>> 20) - 1023 + carry;
  return withHighWord(value, fraction | ((1023 - carry) << 20));
}

/** The natural logarithm; −∞ at 0, NaN below; within 1 unit in the last place. */
export function log(x: number): number {
  if (Number.isNaN(x) || x < 0) return Number.NaN;
  if (x === 0) return Number.NEGATIVE_INFINITY;
  if (x === Number.POSITIVE_INFINITY) return x;
  const f = significand(x) - 1;
  return sumLog(f, 0, exponent);
}

/** log(1 + x) without loss near 0; −∞ at −1, NaN below; within 1 unit in the last place. */
export function log1p(x: number): number {
  if (Number.isNaN(x) || x < -1) return Number.NaN;
  if (x === -1) return Number.NEGATIVE_INFINITY;
  if (x === Number.POSITIVE_INFINITY || Math.abs(x) < 1e-300) return x;
  if (x > -0.29 && x < 0.41) return sumLog(x, 0, 0);
  const sum = twoSum(1, x);
  const rest = low;
  const f = significand(sum) - 1;
  return sumLog(f, rest / sum, exponent);
}

/** log(1 + f) + c + k ln 2 for a small correction c. */
function sumLog(f: number, c: number, k: number): number {
  if (f === 0) return k === 0 ? c : k * ln2High + (k * ln2Low + c);
  const s = f / (2 + f);
  const z = s * s;
  let r = terms[11]!;
  for (let i = 10; i >= 0; i--) r = r * z + terms[i]!;
  r *= z;
  const half = twoProduct(0.5 * f, f);
  const halfLow = low;
  // log(1 + f) = f − f²/2 + s (f²/2 + R)
  const first = quickTwoSum(f, -half);
  const small = low - halfLow + s * (half + r);
  if (k === 0) return first + (small + c);
  const sum = twoSum(k * ln2High, first);
  return sum + (low + (small + (k * ln2Low + c)));
}

/** log x in two doubles, relative error below 2^−95; x > 0 and finite. */
function doubleLog(x: number): number {
  const m = significand(x);
  const k = exponent;
  const below = twoSum(m, -1);
  const belowLow = low;
  const above = twoSum(m, 1);
  const s = divideDouble(below, belowLow, above, low);
  const sLow = low;
  const z = multiplyDouble(s, sLow, s, sLow);
  const zLow = low;
  let r = 0;
  let rLow = 0;
  for (let n = 47; n >= 3; n -= 2) {
    r = multiplyDouble(r, rLow, z, zLow);
    rLow = low;
    const inverse = divideDouble(2, 0, n, 0);
    r = addDouble(r, rLow, inverse, low);
    rLow = low;
  }
  r = multiplyDouble(r, rLow, z, zLow);
  rLow = low;
  r = addDouble(2, 0, r, rLow);
  rLow = low;
  r = multiplyDouble(r, rLow, s, sLow);
  rLow = low;
  const whole = addDouble(k * ln2High, 0, k * ln2Low, k * ln2Tail);
  return addDouble(whole, low, r, rLow);
}

/**
 * x to the power y, with the special cases of ECMA-262 (Number::exponentiate); within 1 unit in the last place.
 */
export function pow(x: number, y: number): number {
  if (y === 0) return 1;
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  const ax = Math.abs(x);
  const odd = Math.abs(y) < 9007199254740992 && y % 2 !== 0 && Math.floor(y) === y;
  if (y === Number.POSITIVE_INFINITY || y === Number.NEGATIVE_INFINITY) {
    if (ax === 1) return Number.NaN;
    return ax > 1 === y > 0 ? Number.POSITIVE_INFINITY : 0;
  }
  const negative = (x < 0 || Object.is(x, -0)) && odd;
  const sign = negative ? -1 : 1;
  if (ax === 0) return sign * (y > 0 ? 0 : Number.POSITIVE_INFINITY);
  if (ax === Number.POSITIVE_INFINITY) return sign * (y > 0 ? Number.POSITIVE_INFINITY : 0);
  if (x < 0 && Math.floor(y) !== y) return Number.NaN;
  if (ax === 1) return sign;
  const logarithm = doubleLog(ax);
  const logarithmLow = low;
  if (Math.abs(y * logarithm) > 760) return sign * (y * logarithm > 0 ? Number.POSITIVE_INFINITY : 0);
  if (Math.abs(y) < 1e-290) return sign;
  const product = multiplyDouble(logarithm, logarithmLow, y, 0);
  return sign * expOfDouble(product, low);
}
