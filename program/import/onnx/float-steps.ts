import type { ValueRef } from "../../model.ts";
import { doubleAtMost } from "../float32.ts";

/**
 * What a column went through before something reads it, each step rounded to a float as a runtime of floats does: a rising or a
 * falling function of the column. A split of the result is the split of the column that `splitBefore` finds, to the last bit.
 */
export interface FloatSteps {
  readonly from: ValueRef;
  readonly rising: boolean;
  /** Of a float, a float. */
  apply(x: number): number;
}

export const floatColumn = (from: ValueRef): FloatSteps => ({ from, rising: true, apply: (x) => x });

/** One more step, of steps that are there; nothing where its slope is 0 or not finite. */
export function stepBy(
  steps: FloatSteps | undefined,
  slope: number,
  apply: (x: number) => number,
): FloatSteps | undefined {
  if (steps === undefined || slope === 0 || !Number.isFinite(slope)) return undefined;
  return {
    from: steps.from,
    rising: steps.rising === slope > 0,
    apply: (x) => Math.fround(apply(steps.apply(x))),
  };
}

/**
 * For a test that holds up to some float and not beyond: the threshold t for which the test of the steps' result is `x ≤ t` of the
 * column, or where `swapped` its opposite.
 */
export function splitBefore(
  { rising, apply }: FloatSteps,
  test: (y: number) => boolean,
): { readonly threshold: number; readonly swapped: boolean } {
  const goesLeft = (place: number) => test(apply(floatAt(place))) === rising;
  let [low, high] = [placeOfInfinity * -1, placeOfInfinity];
  if (goesLeft(high)) return { threshold: Number.POSITIVE_INFINITY, swapped: !rising };
  if (!goesLeft(low)) return { threshold: Number.NEGATIVE_INFINITY, swapped: !rising };
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (goesLeft(middle)) low = middle;
    else high = middle;
  }
  return { threshold: doubleAtMost(floatAt(low)), swapped: !rising };
}

const bits = new DataView(new ArrayBuffer(4));
const placeOfInfinity = 0x7f800000;

/** Floats in order: 0 is 0, 1 the least above it, −1 the greatest below. */
function floatAt(place: number): number {
  bits.setInt32(0, Math.abs(place));
  return Math.sign(place) * bits.getFloat32(0);
}
