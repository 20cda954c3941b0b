import { gammaTail } from "../../significance/gamma.ts";
import { compareProportions } from "../../significance/two-proportions.ts";
import { fixedOrderSum } from "../../statistics/fixed-order-sum.ts";
import type { ColumnSample } from "../column-sample.ts";
import type { DriftMeasurement, DriftTest } from "../model.ts";
import { standardDeviation, weightedMoments } from "./sample-tests.ts";

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
  compare(reference, current) {
    const [k, n] = [withoutValue(reference), reference.size];
    const [l, m] = [withoutValue(current), current.size];
    const test = compareProportions(k, n, l, m, "both");
    return {
      value: Math.abs(test.difference),
      expected: 0,
      spread: test.z === 0 ? 0 : Math.abs(test.difference / test.z),
      pValue: test.pValue,
      detail: { reference: k / n, current: l / m, z: test.z, method: test.method },
    };
  },
};

/** NaN is a missing value here, as it is in a program. */
function withoutValue({ special }: ColumnSample): number {
  return special.missing + special.nan;
}

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
  compare(reference, current) {
    const [a, b] = [reference.levels, current.levels];
    const n = reference.size - reference.special.missing;
    const m = current.size - current.special.missing;
    if (a.size === 0 || b.size === 0) return nothing("one window has no value in this column");
    const isNew = [...b].filter(([level]) => !a.has(level)).sort((x, y) => y[1] - x[1] || (x[0] < y[0] ? -1 : 1));
    const newRows = isNew.reduce((sum, [, count]) => sum + count, 0);
    const once = [...a.values()].filter((count) => count === 1).length;
    let mean = 0;
    let variance = 0;
    for (const level of new Set([...a.keys(), ...b.keys()])) {
      const s = (a.get(level) ?? 0) + (b.get(level) ?? 0);
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
  compare(reference, current, { bandWidth }) {
    const n = reference.finiteSize + infinities(reference);
    const m = current.finiteSize + infinities(current);
    if (reference.finite.length < 2 || m === 0) return nothing("one window has too few values in this column");
    const { mean, std } = momentsOf(reference);
    const low = mean - bandWidth * std;
    const high = mean + bandWidth * std;
    const k = outsideOf(reference, low, high) + infinities(reference);
    const l = outsideOf(current, low, high) + infinities(current);
    const test = compareProportions(k, n, l, m, "greater");
    return {
      value: l / m,
      expected: k / n,
      spread: test.z === 0 ? 0 : Math.abs(test.difference / test.z),
      pValue: test.pValue,
      detail: { low, high, reference: k / n, z: test.z, method: test.method },
    };
  },
};

function infinities({ special }: ColumnSample): number {
  return special.negativeInfinity + special.positiveInfinity;
}

function momentsOf({ finite, sorted, sortedWeights, finiteSize }: ColumnSample): { mean: number; std: number } {
  if (sortedWeights !== undefined) return weightedMoments(sorted, sortedWeights, finiteSize);
  const mean = fixedOrderSum(finite.length, (i) => finite[i]!) / finite.length;
  return { mean, std: standardDeviation(finite) };
}

function outsideOf({ finite, sorted, sortedWeights }: ColumnSample, low: number, high: number): number {
  let count = 0;
  if (sortedWeights === undefined) for (const value of finite) count += value < low || value > high ? 1 : 0;
  else for (let i = 0; i < sorted.length; i++) count += sorted[i]! < low || sorted[i]! > high ? sortedWeights[i]! : 0;
  return count;
}
