/**
 * A number held as an unevaluated sum of two doubles (about 106 bits). Each function returns the high part and leaves
 * the low part in `low`; the caller reads it before the next call. Only IEEE + − × are used, and no fused operation.
 *
 * Source: T. J. Dekker, "A floating-point technique for extending the available precision", Numerische Mathematik 18,
 * 1971; J. R. Shewchuk, "Adaptive precision floating-point arithmetic", Discrete & Computational Geometry 18, 1997, §2.
 */
export let low = 0;

/** a + b exactly. */
export function twoSum(a: number, b: number): number {
  const sum = a + b;
  const bb = sum - a;
  low = a - (sum - bb) + (b - bb);
  return sum;
}

/** a + b exactly, for |a| ≥ |b| or a = 0. */
export function quickTwoSum(a: number, b: number): number {
  const sum = a + b;
  low = b - (sum - a);
  return sum;
}

/** a × b exactly, for factors below 2^970 and products that do not underflow. */
export function twoProduct(a: number, b: number): number {
  const product = a * b;
  const aBig = 134217729 * a;
  const aHigh = aBig - (aBig - a);
  const aLow = a - aHigh;
  const bBig = 134217729 * b;
  const bHigh = bBig - (bBig - b);
  const bLow = b - bHigh;
  low = aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
  return product;
}

/** (ah + al) + (bh + bl), relative error below 2^−104 (no cancellation) . */
export function addDouble(ah: number, al: number, bh: number, bl: number): number {
  const high = twoSum(ah, bh);
  const highError = low;
  const lowSum = twoSum(al, bl);
  const lowError = low;
  const first = quickTwoSum(high, highError + lowSum);
  return quickTwoSum(first, low + lowError);
}

/** (ah + al) × (bh + bl), relative error below 2^−101. */
export function multiplyDouble(ah: number, al: number, bh: number, bl: number): number {
  const product = twoProduct(ah, bh);
  return quickTwoSum(product, low + (ah * bl + al * bh));
}

/** (ah + al) ÷ (bh + bl), relative error below 2^−100. */
export function divideDouble(ah: number, al: number, bh: number, bl: number): number {
  const first = ah / bh;
  const back = multiplyDouble(bh, bl, first, 0);
  const rest = addDouble(ah, al, -back, -low);
  return quickTwoSum(first, (rest + low) / bh);
}
