import { scaleByPower } from "./bits.ts";
import { divideDouble, low, quickTwoSum, twoProduct, twoSum } from "./double-double.ts";

/*
 * e^x = 2^k e^r with |r| ≤ ln 2 / 2 (Cody–Waite reduction in two parts of ln 2), and e^r − 1 = r + r²/2 + r³ P(r) with
 * the first two terms exact in two doubles and P the Taylor polynomial. What is left is about 2^−58 of error before the
 * one final rounding, so results are within 0.51 units in the last place (1 where the result is subnormal).
 * Source: W. J. Cody, W. Waite, "Software Manual for the Elementary Functions", 1980, ch. 6; P. Tang, "Table-driven
 * implementation of the exponential function", ACM TOMS 15, 1989.
 */
const ln2High = 0.6931471803691238; // 32 trailing zero bits: k × ln2High is exact
const ln2Low = 1.9082149292705877e-10;
// biome-ignore lint/suspicious/noApproximativeNumericConstant: the double is part of the definition
const inverseLn2 = 1.4426950408889634;

/** 1/3!, 1/4!, … 1/17!, each the nearest double. */
const inverseFactorials = factorialTable();

let exponent = 0;

/** e^r − 1 for x + xLow = k ln 2 + r: high part returned, low part in `low`, k left in `exponent`. |x| ≤ 800. */
function reducedExpm1(x: number, xLow: number): number {
  const k = Math.abs(x) < 0.34 ? 0 : Math.floor(x * inverseLn2 + 0.5);
  const far = twoSum(x - k * ln2High, -(k * ln2Low));
  const rHigh = quickTwoSum(far, low + xLow);
  const rLow = low;
  let polynomial = inverseFactorials[14]!;
  for (let i = 13; i >= 0; i--) polynomial = polynomial * rHigh + inverseFactorials[i]!;
  const square = twoProduct(rHigh, rHigh);
  const squareLow = low + 2 * rHigh * rLow;
  const sum = quickTwoSum(rHigh, 0.5 * square);
  exponent = k;
  return quickTwoSum(sum, low + (rLow + 0.5 * squareLow + rHigh * square * polynomial));
}

/** e^(x + xLow) rounded once. */
export function expOfDouble(x: number, xLow: number): number {
  if (x > 709.8) return Number.POSITIVE_INFINITY;
  if (x < -745.2) return 0;
  const q = reducedExpm1(x, xLow);
  const qLow = low;
  const sum = twoSum(1, q);
  return scaleByPower(sum + (low + qLow), exponent);
}

/** e^x; within 1 unit in the last place. */
export function exp(x: number): number {
  return Number.isNaN(x) ? x : expOfDouble(x, 0);
}

/** e^x − 1 without loss near 0; within 1 unit in the last place. */
export function expm1(x: number): number {
  if (Number.isNaN(x) || Math.abs(x) < 1e-300) return x;
  if (x > 709.8) return Number.POSITIVE_INFINITY;
  if (x < -40) return -1;
  const high = doubleExpm1(x);
  return high + low;
}

/** tanh x = t / (t + 2) with t = e^2x − 1; within 1 unit in the last place. */
export function tanh(x: number): number {
  if (Number.isNaN(x) || Math.abs(x) < 1e-300) return x;
  if (x > 20) return 1;
  if (x < -20) return -1;
  const t = doubleExpm1(2 * x);
  const tLow = low;
  const sum = twoSum(t, 2);
  const denominator = quickTwoSum(sum, low + tLow);
  return divideDouble(t, tLow, denominator, low);
}

/** 1 / (1 + e^−x); within 1 unit in the last place, and never rounded up to 1 before x > 36.7. */
export function sigmoid(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x > 40) return 1;
  if (x < -40) return exp(x);
  const t = doubleExpm1(-x);
  const tLow = low;
  const sum = twoSum(t, 2);
  const denominator = quickTwoSum(sum, low + tLow);
  return divideDouble(1, 0, denominator, low);
}

/** e^x − 1 in two doubles for |x| ≤ 710. */
function doubleExpm1(x: number): number {
  const q = reducedExpm1(x, 0);
  if (exponent === 0) return q;
  const qLow = low;
  const k = exponent;
  const one = scaleByPower(1, k === 1024 ? 1023 : k);
  const factor = k === 1024 ? 2 : 1;
  const scaled = q * one * factor;
  const scaledLow = qLow * one * factor;
  const shifted = twoSum(one * factor, -1);
  const shiftedLow = low;
  const sum = twoSum(shifted, scaled);
  return quickTwoSum(sum, low + (shiftedLow + scaledLow));
}

function factorialTable(): Float64Array {
  const table = new Float64Array(15);
  let factorial = 2;
  for (let i = 0; i < 15; i++) {
    factorial *= i + 3;
    table[i] = 1 / factorial;
  }
  return table;
}
