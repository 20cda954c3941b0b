import { kolmogorovDistance, kolmogorovPValue } from "../significance/kolmogorov.ts";
import { fixedOrderSum } from "../statistics/fixed-order-sum.ts";
import { presentNumbers, sortedNumbers } from "./column-values.ts";
import type { DriftMeasurement, DriftTest } from "./model.ts";
import { matchedTail } from "./null-distribution.ts";

const empty: DriftMeasurement = {
  value: null,
  expected: 0,
  spread: 0,
  pValue: null,
  detail: { reason: "one window has no value in this column" },
};

/** Two-sample Kolmogorov–Smirnov distance. */
export const ks: DriftTest = {
  kind: "drift-test",
  name: "ks",
  version: "1",
  traits: { types: ["numeric"], direction: "up", minRows: 20 },
  compare(reference, current, { rows }) {
    const a = sortedNumbers(reference, rows.reference);
    const b = sortedNumbers(current, rows.current);
    if (a.length === 0 || b.length === 0) return empty;
    const value = kolmogorovDistance(a, b);
    // Mean and spread of Kolmogorov's limit distribution, √(π/2) ln 2 and √(π²/12 − (π/2) ln² 2).
    const noise = Math.sqrt(1 / a.length + 1 / b.length);
    return {
      value,
      expected: 0.8687311605 * noise,
      spread: 0.2603329 * noise,
      pValue: kolmogorovPValue(value, a.length, b.length),
      detail: { nullFrom: "formula" },
    };
  },
};

/** Mean distance that a value must be moved, in standard deviations of the reference. */
export const wasserstein: DriftTest = {
  kind: "drift-test",
  name: "wasserstein",
  version: "1",
  traits: { types: ["numeric"], direction: "up", minRows: 20 },
  compare(reference, current, { rows, shuffles, random }) {
    const a = sortedNumbers(reference, rows.reference).filter(Number.isFinite);
    const b = sortedNumbers(current, rows.current).filter(Number.isFinite);
    if (a.length === 0 || b.length === 0) return empty;
    const std = standardDeviation(presentNumbers(reference, rows.reference).filter(Number.isFinite));
    const unit = Math.max(std, 0.001);
    const value = meanMove(a, b) / unit;
    const pooled = Float64Array.of(...a, ...b);
    const times = Math.max(20, Math.min(shuffles, Math.floor(4_000_000 / pooled.length)));
    const values = Float64Array.from({ length: times }, () => {
      for (let i = 0; i < b.length; i++) {
        const j = i + Math.floor(random.uniform() * (pooled.length - i));
        const swap = pooled[i]!;
        pooled[i] = pooled[j]!;
        pooled[j] = swap;
      }
      return meanMove(pooled.slice(b.length).sort(), pooled.slice(0, b.length).sort()) / unit;
    });
    const expected = values.reduce((sum, x) => sum + x, 0) / times;
    const variance = values.reduce((sum, x) => sum + (x - expected) * (x - expected), 0) / (times - 1);
    return {
      value,
      expected,
      spread: Math.sqrt(variance),
      pValue: matchedTail(value, expected, variance),
      detail: { unit, nullFrom: `${times} shuffles` },
    };
  },
};

/** Standard deviation of the population. */
export function standardDeviation(values: Float64Array): number {
  const mean = fixedOrderSum(values.length, (i) => values[i]!) / values.length;
  return Math.sqrt(fixedOrderSum(values.length, (i) => (values[i]! - mean) * (values[i]! - mean)) / values.length);
}

/** The first Wasserstein distance of two ascending samples: the area between their distribution functions. */
export function meanMove(a: Float64Array, b: Float64Array): number {
  let i = 0;
  let j = 0;
  let area = 0;
  let last = Math.min(a[0]!, b[0]!);
  while (i < a.length || j < b.length) {
    const x = Math.min(a[i] ?? Infinity, b[j] ?? Infinity);
    area += Math.abs(i / a.length - j / b.length) * (x - last);
    last = x;
    while (i < a.length && a[i]! <= x) i++;
    while (j < b.length && b[j]! <= x) j++;
  }
  return area;
}
