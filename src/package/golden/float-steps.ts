const view = new DataView(new ArrayBuffer(8));

/** The next double above; ∞ stays. */
export function nextUp(x: number): number {
  if (Number.isNaN(x) || x === Number.POSITIVE_INFINITY) return x;
  if (x === 0) return Number.MIN_VALUE;
  view.setFloat64(0, x);
  view.setBigInt64(0, view.getBigInt64(0) + (x > 0 ? 1n : -1n));
  return view.getFloat64(0);
}

/** The next double below; −∞ stays. */
export function nextDown(x: number): number {
  return -nextUp(-x);
}

/** How many doubles lie from a to b; 0 for +0 and −0. More than 2^53, and NaN beside a number, count as 2^53. */
export function ulpDistance(a: number, b: number): number {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return 0;
  if (Number.isNaN(a) || Number.isNaN(b)) return 2 ** 53;
  const distance = place(a) - place(b);
  return Math.min(2 ** 53, Number(distance < 0n ? -distance : distance));
}

/** Doubles in order of size as whole numbers. */
function place(x: number): bigint {
  view.setFloat64(0, x);
  const bits = view.getBigInt64(0);
  return bits < 0n ? -(bits & 0x7fffffffffffffffn) : bits;
}
