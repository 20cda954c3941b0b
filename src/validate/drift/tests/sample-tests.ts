import { kolmogorovDistance, kolmogorovPValue } from "../../significance/kolmogorov.ts";
import { fixedOrderSum } from "../../statistics/fixed-order-sum.ts";
import { matchedTail } from "../binned/null-distribution.ts";
import type { ColumnSample } from "../column-sample.ts";
import type { DriftMeasurement, DriftTest } from "../model.ts";
import { meanMove, shuffledMoves } from "./mean-move.ts";

const empty: DriftMeasurement = {
  value: null,
  expected: 0,
  spread: 0,
  pValue: null,
  detail: { reason: "one window has no value in this column" },
};

/** Two-sample Kolmogorov–Smirnov distance; infinities are the outermost values. */
export const ks: DriftTest = {
  kind: "drift-test",
  name: "ks",
  version: "1",
  traits: { types: ["numeric"], direction: "up", minRows: 20 },
  compare(reference, current) {
    const [n, m] = [numbersOf(reference), numbersOf(current)];
    if (n === 0 || m === 0) return empty;
    const value = kolmogorovDistance(reference.sorted, current.sorted, {
      a: { size: n, below: reference.special.negativeInfinity, weights: reference.sortedWeights },
      b: { size: m, below: current.special.negativeInfinity, weights: current.sortedWeights },
    });
    // Mean and spread of Kolmogorov's limit distribution, √(π/2) ln 2 and √(π²/12 − (π/2) ln² 2).
    const noise = Math.sqrt(1 / n + 1 / m);
    return {
      value,
      expected: 0.8687311605 * noise,
      spread: 0.2603329 * noise,
      pValue: kolmogorovPValue(value, Math.round(n), Math.round(m)),
      detail: { nullFrom: "formula" },
    };
  },
};

function numbersOf({ finiteSize, special }: ColumnSample): number {
  return finiteSize + special.negativeInfinity + special.positiveInfinity;
}

/** Mean distance that a finite value must be moved, in standard deviations of the reference. */
export const wasserstein: DriftTest = {
  kind: "drift-test",
  name: "wasserstein",
  version: "1",
  traits: { types: ["numeric"], direction: "up", minRows: 20 },
  compare(reference, current, { shuffles, random }) {
    const [a, b] = [reference.sorted, current.sorted];
    if (a.length === 0 || b.length === 0) return empty;
    const unit = Math.max(weightedDeviation(reference), 0.001);
    const value = meanMove(a, b, reference.sortedWeights, current.sortedWeights) / unit;
    const { expected, variance, times } = shuffledMoves(reference, current, shuffles, random);
    return {
      value,
      expected: expected / unit,
      spread: Math.sqrt(variance) / unit,
      pValue: matchedTail(value, expected / unit, variance / (unit * unit)),
      detail: { unit, nullFrom: `${times} shuffles` },
    };
  },
};

/** Standard deviation of the population. */
export function standardDeviation(values: Float64Array): number {
  const mean = fixedOrderSum(values.length, (i) => values[i]!) / values.length;
  return Math.sqrt(fixedOrderSum(values.length, (i) => (values[i]! - mean) * (values[i]! - mean)) / values.length);
}

function weightedDeviation({ finite, sorted, sortedWeights, finiteSize }: ColumnSample): number {
  if (sortedWeights === undefined) return standardDeviation(finite);
  const { mean, std } = weightedMoments(sorted, sortedWeights, finiteSize);
  return Number.isFinite(mean) ? std : 0;
}

/** Weighted mean and standard deviation of values whose weights add up to `size`. */
export function weightedMoments(
  values: Float64Array,
  weights: Float64Array,
  size: number,
): { mean: number; std: number } {
  const mean = fixedOrderSum(values.length, (i) => values[i]! * weights[i]!) / size;
  const variance = fixedOrderSum(values.length, (i) => weights[i]! * (values[i]! - mean) * (values[i]! - mean)) / size;
  return { mean, std: Math.sqrt(variance) };
}
