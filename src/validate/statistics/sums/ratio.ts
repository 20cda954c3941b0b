/** The smallest double is 2^−1074. */
export const smallestExponent = 1074n;

const number = new Float64Array(1);
const bits = new BigUint64Array(number.buffer);

/** A finite double as a whole number of 2^−1074. */
export function scaledInteger(x: number): bigint {
  number[0] = x;
  const pattern = bits[0]!;
  const exponent = (pattern >> 52n) & 0x7ffn;
  const fraction = pattern & 0xfffffffffffffn;
  const size = exponent === 0n ? fraction : (fraction | 0x10000000000000n) << (exponent - 1n);
  return x < 0 ? -size : size;
}

const bitLength = (value: bigint) => value.toString(16).length * 4;

/** The double nearest to a fraction, ties to even; its denominator is positive. */
export function roundedRatio(numerator: bigint, denominator: bigint): number {
  if (numerator === 0n) return 0;
  const size = numerator < 0n ? -numerator : numerator;
  // 70 bits of quotient and a last bit that says whether anything is left round as the fraction itself does.
  const shift = Math.max(bitLength(denominator) - bitLength(size) + 70, 0);
  const scaled = size << BigInt(shift);
  let quotient = scaled / denominator;
  if (quotient * denominator !== scaled) quotient |= 1n;
  const rounded = shift < 1000 ? Number(quotient) * 2 ** -shift : scaledDown(quotient, shift);
  return numerator < 0n ? -rounded : rounded;
}

/** Near the smallest doubles the quotient must round once, at the last bit that a double has there. */
function scaledDown(quotient: bigint, shift: number): number {
  const length = quotient.toString(2).length;
  const drop = BigInt(Math.max(shift - 1074, 0));
  if (length - shift >= -1021 || drop === 0n) return Number(quotient) * 2 ** -900 * 2 ** (900 - shift);
  const half = 1n << (drop - 1n);
  const rest = quotient & ((1n << drop) - 1n);
  const kept = quotient >> drop;
  const up = rest > half || (rest === half && (kept & 1n) === 1n) ? 1n : 0n;
  return Number(kept + up) * Number.MIN_VALUE;
}
