const doubles = new Float64Array(1);
const words = new Uint32Array(doubles.buffer);
/** Whether this host keeps the lowest byte of a number first. */
export const isLittleEndian = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;
const highIndex = isLittleEndian ? 1 : 0;

/** The upper 32 bits of a double (sign, exponent, 20 bits of the fraction), as an unsigned number. */
export function highWord(x: number): number {
  doubles[0] = x;
  return words[highIndex]!;
}

/** x with its upper 32 bits replaced. */
export function withHighWord(x: number, high: number): number {
  doubles[0] = x;
  words[highIndex] = high;
  return doubles[0]!;
}

/** 2^k for −1022 ≤ k ≤ 1023. */
export function powerOfTwo(k: number): number {
  return withHighWord(0, (k + 1023) << 20);
}

/** x × 2^k, rounded once (twice where the result is subnormal); k within ±2100. */
export function scaleByPower(x: number, k: number): number {
  if (k > 1023) return x * powerOfTwo(1023) * powerOfTwo(Math.min(k - 1023, 1023));
  if (k < -1022) return x * powerOfTwo(-969) * powerOfTwo(Math.max(k + 969, -1022));
  return x * powerOfTwo(k);
}
