import { gammaTail } from "../significance/gamma.ts";
import { compareProportions } from "../significance/two-proportions.ts";
import { fixedOrderSum } from "../statistics/fixed-order-sum.ts";
import { countLevels, countMissing, presentNumbers } from "./column-values.ts";
import type { DriftMeasurement, DriftTest } from "./model.ts";

const nothing = (reason: string): DriftMeasurement => ({
  value: null,
  expected: 0,
  spread: 0,
  pValue: null,
  detail: { reason },
});

/** Change of the share of missing values (absolute), by a two-proportion test. */
export const missingShare: DriftTest = {
  kind: "drift-test",
  name: "missingShare",
  version: "1",
  traits: { types: ["numeric", "categorical"], direction: "up", minRows: 1 },
  compare(reference, current, { rows }) {
    const k = countMissing(reference, rows.reference);
    const l = countMissing(current, rows.current);
    const test = compareProportions(k, rows.reference, l, rows.current, "both");
    return {
      value: Math.abs(test.difference),
      expected: 0,
      spread: test.z === 0 ? 0 : Math.abs(test.difference / test.z),
      pValue: test.pValue,
      detail: { reference: k / rows.reference, current: l / rows.current, z: test.z, method: test.method },
    };
  },
};

/**
 * Share of values whose level the reference never had. A fresh row of an unchanged source is new with the share of the
 * reference's rows whose level occurs once (leave one out); the tail is that of dealing all rows anew, where a level
 * with s rows falls wholly into the current window with (m / (n + m))^s.
 *
 * Source: I. J. Good, "The population frequencies of species", Biometrika 40, 1953.
 */
export const newLevels: DriftTest = {
  kind: "drift-test",
  name: "newLevels",
  version: "1",
  traits: { types: ["categorical"], direction: "up", minRows: 1 },
  compare(reference, current, { rows }) {
    const a = countLevels(reference, rows.reference);
    const b = countLevels(current, rows.current);
    const n = rows.reference - a.missing;
    const m = rows.current - b.missing;
    if (n === 0 || m === 0) return nothing("one window has no value in this column");
    const isNew = [...b.levels]
      .filter(([level]) => !a.levels.has(level))
      .sort((x, y) => y[1] - x[1] || (x[0] < y[0] ? -1 : 1));
    const newRows = isNew.reduce((sum, [, count]) => sum + count, 0);
    const once = [...a.levels.values()].filter((count) => count === 1).length;
    let mean = 0;
    let variance = 0;
    for (const level of new Set([...a.levels.keys(), ...b.levels.keys()])) {
      const s = (a.levels.get(level) ?? 0) + (b.levels.get(level) ?? 0);
      const p = wholePower(m / (n + m), s);
      mean += s * p;
      variance += s * s * p * (1 - p);
    }
    const pValue =
      newRows === 0 || variance === 0
        ? 1
        : Math.max(0, 1 - gammaTail((newRows * mean) / variance, (mean * mean) / variance));
    return {
      value: newRows / m,
      expected: once / n,
      spread: Math.sqrt(variance) / m,
      pValue,
      detail: { levels: isNew.length, rows: newRows, examples: isNew.slice(0, 5).map(([level]) => level) },
    };
  },
};

function wholePower(base: number, exponent: number): number {
  let result = 1;
  for (let e = exponent, factor = base; e > 0 && result > 1e-300; e = Math.floor(e / 2), factor *= factor)
    if (e % 2 === 1) result *= factor;
  return result;
}

/** Change of the share of values outside the reference's mean ± k standard deviations. */
export const outsideBand: DriftTest = {
  kind: "drift-test",
  name: "outsideBand",
  version: "1",
  traits: { types: ["numeric"], direction: "up", minRows: 20 },
  compare(reference, current, { rows, bandWidth }) {
    const a = presentNumbers(reference, rows.reference).filter(Number.isFinite);
    const b = presentNumbers(current, rows.current);
    if (a.length < 2 || b.length === 0) return nothing("one window has too few values in this column");
    const mean = fixedOrderSum(a.length, (i) => a[i]!) / a.length;
    const std = Math.sqrt(fixedOrderSum(a.length, (i) => (a[i]! - mean) * (a[i]! - mean)) / a.length);
    const low = mean - bandWidth * std;
    const high = mean + bandWidth * std;
    const outside = (values: Float64Array) =>
      values.reduce((count, value) => count + (value < low || value > high ? 1 : 0), 0);
    const k = outside(a);
    const l = outside(b);
    const test = compareProportions(k, a.length, l, b.length, "greater");
    return {
      value: l / b.length,
      expected: k / a.length,
      spread: test.z === 0 ? 0 : Math.abs(test.difference / test.z),
      pValue: test.pValue,
      detail: { low, high, reference: k / a.length, z: test.z, method: test.method },
    };
  },
};
