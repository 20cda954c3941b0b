const bits = new DataView(new ArrayBuffer(8));

/**
 * The greatest double that, rounded to a float, is less than a float t: `x ≤ doubleBelow(t)` for a double x is
 * `float(x) < t`. t is greater than −∞.
 */
export function doubleBelow(t: number): number {
  const below = floatBelow(t);
  // halfway to t, exact in a double; the float beyond the greatest would be 2^104 farther
  const half = Number.isFinite(below) && Number.isFinite(t) ? below + (t - below) / 2 : beyond(below, t);
  return Math.fround(half) < t ? half : neighbourBelow(half);
}

/** The greatest double that, rounded to a float, is at most a float t, which is less than ∞. */
export function doubleAtMost(t: number): number {
  return doubleBelow(floatAbove(t));
}

function floatAbove(t: number): number {
  return -floatBelow(-t);
}

function beyond(below: number, t: number): number {
  return Number.isFinite(below) ? below + 2 ** 103 : t - 2 ** 103;
}

function floatBelow(t: number): number {
  bits.setFloat32(0, t);
  const pattern = bits.getInt32(0);
  if (t === 0) return -(2 ** -149);
  bits.setInt32(0, t > 0 ? pattern - 1 : pattern + 1);
  return bits.getFloat32(0);
}

function neighbourBelow(x: number): number {
  bits.setFloat64(0, x);
  const pattern = bits.getBigInt64(0);
  bits.setBigInt64(0, x > 0 ? pattern - 1n : pattern + 1n);
  return bits.getFloat64(0);
}
