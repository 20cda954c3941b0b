import { highWord, powerOfTwo } from "./bits.ts";
import { low, multiplyDouble, quickTwoSum, twoSum } from "./double-double.ts";

/*
 * x = n π/2 + r with |r| ≤ π/4 and r in two doubles: for |x| < 2^20 by three parts of π/2 (Cody–Waite), beyond by the
 * needed digits of 2/π (Payne–Hanek). Then Taylor polynomials, with the low part of r carried to first order.
 * Source: M. Payne, R. Hanek, "Radian reduction for trigonometric functions", SIGNUM Newsletter 18, 1983; K. C. Ng,
 * fdlibm 5.3 (Sun Microsystems, 1995), k_sin.c and k_cos.c: the form of the last sums.
 */
const halfPi1 = 1.5707963267341256; // 33 bits of π/2
const halfPi2 = 6.077100506303966e-11; // the next 33 bits
const halfPi3 = 2.0222662487959506e-21; // the rest, rounded
const twoOverPi = 0.6366197723675814;
const halfPiHigh = 1.5707963267948966;
const halfPiLow = 6.123233995736766e-17;

/** 2/π in pieces of 24 bits, the first below the binary point; made when it is first needed. */
let twoOverPiPieces: Float64Array | undefined;

/** Modulo 4. */
let quadrant = 0;
let remainderLow = 0;

/** The sine of x in radians; NaN at ±∞; within 1 unit in the last place. */
export function sin(x: number): number {
  return Math.abs(x) < 1e-150 ? x : wave(x, 0);
}

/** The cosine of x in radians; NaN at ±∞; within 1 unit in the last place. */
export function cos(x: number): number {
  return wave(x, 1);
}

/** The sine, so many quarters of a turn later. */
function wave(x: number, quarters: number): number {
  if (x - x !== 0) return Number.NaN;
  const r = reduce(x);
  const turned = quadrant + quarters;
  const y = (turned & 1) === 0 ? smallSin(r, remainderLow) : smallCos(r, remainderLow);
  return (turned & 2) === 0 ? y : -y;
}

/** −1/3!, 1/5!, … and 1/4!, −1/6!, … */
const sinTerms = Float64Array.from(
  [6, 120, 5040, 362880, 39916800, 6227020800, 1307674368000, 355687428096000],
  inverse(-1),
);
const cosTerms = Float64Array.from(
  [24, 720, 40320, 3628800, 479001600, 87178291200, 20922789888000, 6402373705728000],
  inverse(1),
);

function smallSin(x: number, tail: number): number {
  const z = x * x;
  let r = sinTerms[7]!;
  for (let i = 6; i >= 1; i--) r = r * z + sinTerms[i]!;
  const v = z * x;
  return x - (z * (0.5 * tail - v * r) - tail - v * sinTerms[0]!);
}

function smallCos(x: number, tail: number): number {
  const z = x * x;
  let r = cosTerms[7]!;
  for (let i = 6; i >= 0; i--) r = r * z + cosTerms[i]!;
  const half = 0.5 * z;
  const w = 1 - half;
  return w + (1 - w - half + (z * z * r - x * tail));
}

function reduce(x: number): number {
  const size = Math.abs(x);
  if (size <= 0.7853981633974483) {
    quadrant = 0;
    remainderLow = 0;
    return x;
  }
  if (size >= 1048576) return reduceLarge(x);
  const n = Math.floor(x * twoOverPi + 0.5);
  const first = twoSum(x, -n * halfPi1);
  const firstLow = low;
  const second = twoSum(first, -n * halfPi2);
  const secondLow = low + firstLow;
  const third = twoSum(second, -n * halfPi3);
  const high = quickTwoSum(third, low + secondLow);
  remainderLow = low;
  quadrant = n;
  return high;
}

/** The product of |x| with the digits of 2/π that matter, in limbs of 24 bits: a number modulo 4 and 144 bits below. */
function reduceLarge(x: number): number {
  const size = Math.abs(x);
  const power = (highWord(size) >>> 20) - 1023; // 20 … 1023
  // |x| = (a 2^48 + b 2^24 + c) 2^shift with a, b, c < 2^24
  const shift = power - 71;
  const scaled = shift > -1000 ? size * powerOfTwo(-shift) : size;
  const a = Math.floor(scaled / 281474976710656);
  const b = Math.floor((scaled - a * 281474976710656) / 16777216);
  const c = scaled - a * 281474976710656 - b * 16777216;
  // piece i weighs 2^(−24(i+1)); with c it weighs 2^(shift − 24(i+1)); pieces that only make multiples of 2^24 are skipped
  const first = Math.max(0, Math.floor((shift - 24) / 24) - 1);
  twoOverPiPieces ??= twoOverPiDigits();
  const limbs = new Float64Array(13);
  for (let j = 0; j < 10; j++) {
    const piece = twoOverPiPieces[first + j] ?? 0;
    limbs[j + 1]! += piece * a;
    limbs[j + 2]! += piece * b;
    limbs[j + 3]! += piece * c;
  }
  for (let j = 12; j > 0; j--) {
    const carry = Math.floor(limbs[j]! / 16777216);
    limbs[j]! -= carry * 16777216;
    limbs[j - 1]! += carry;
  }
  // limb j weighs 2^(lead − 24j); limb 0 only takes the carry
  const lead = shift + 48 - 24 * first;
  const fraction = new Float64Array(13);
  let whole = 0;
  for (let j = 0; j < 13; j++) {
    const weight = lead - 24 * j;
    const limb = limbs[j]!;
    if (weight >= 24) continue;
    if (weight >= 0) whole += (limb * powerOfTwo(weight)) % 4;
    else {
      const unit = powerOfTwo(Math.min(-weight, 1000));
      const above = Math.floor(limb / unit);
      whole += above % 4;
      fraction[j] = (limb - above * unit) / unit;
    }
  }
  let estimate = 0;
  for (let j = 12; j >= 0; j--) estimate += fraction[j]!;
  let sum = 0;
  let sumLow = 0;
  if (estimate >= 0.5) {
    whole += 1;
    sum = -1;
  }
  for (let j = 0; j < 13; j++) {
    const next = twoSum(sum, fraction[j]!);
    sum = quickTwoSum(next, low + sumLow);
    sumLow = low;
  }
  const high = multiplyDouble(sum, sumLow, halfPiHigh, halfPiLow);
  const rest = low;
  quadrant = x < 0 ? -whole : whole;
  remainderLow = x < 0 ? -rest : rest;
  return x < 0 ? -high : high;
}

function inverse(firstSign: number): (factorial: number, i: number) => number {
  return (factorial, i) => (i % 2 === 0 ? firstSign : -firstSign) / factorial;
}

/** 2/π in whole numbers, by Machin's π = 16 arctan(1/5) − 4 arctan(1/239), 64 bits wider than what is kept. */
function twoOverPiDigits(): Float64Array {
  const one = 1n << 1336n;
  const arctan = (inverse: bigint) => {
    let sum = 0n;
    let power = one / inverse;
    for (let odd = 1n; power !== 0n; odd += 2n) {
      sum += power / odd;
      power /= -inverse * inverse;
    }
    return sum;
  };
  const digits = (one * one) / (8n * arctan(5n) - 2n * arctan(239n));
  return Float64Array.from({ length: 52 }, (_, i) => Number((digits >> BigInt(1312 - 24 * i)) & 0xffffffn));
}
