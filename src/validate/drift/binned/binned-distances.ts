import { log } from "@millrace/program";

/** A distance between two sets of counts over the same cells. */
export type BinnedDistance = (reference: Float64Array, current: Float64Array, n: number, m: number) => number;

/** Half a row: what an empty cell counts for in the index, so that its logarithm exists. */
export const emptyCellRows = 0.5;

/** Population stability index Σ (p − q) ln(p / q); an empty cell counts as half a row. */
export const stabilityIndex: BinnedDistance = (reference, current, n, m) => {
  let sum = 0;
  for (let i = 0; i < reference.length; i++) {
    const p = Math.max(reference[i]!, emptyCellRows) / n;
    const q = Math.max(current[i]!, emptyCellRows) / m;
    if (p !== q) sum += (p - q) * log(p / q);
  }
  return sum;
};

/** Jensen–Shannon divergence in bits, 0 … 1. */
export const jensenShannon: BinnedDistance = (reference, current, n, m) => {
  let sum = 0;
  for (let i = 0; i < reference.length; i++) {
    const p = reference[i]! / n;
    const q = current[i]! / m;
    if (p > 0) sum += p * log((2 * p) / (p + q));
    if (q > 0) sum += q * log((2 * q) / (p + q));
  }
  return Math.min(1, Math.max(0, sum / (2 * Math.LN2)));
};

/** The greatest difference between two shares. */
export const greatestDifference: BinnedDistance = (reference, current, n, m) => {
  let greatest = 0;
  for (let i = 0; i < reference.length; i++)
    greatest = Math.max(greatest, Math.abs(reference[i]! / n - current[i]! / m));
  return greatest;
};

/** Cramér's V of the table of two windows by cells: √(χ² / rows), 0 … 1. */
export const cramersV: BinnedDistance = (reference, current, n, m) => {
  let chiSquare = 0;
  for (let i = 0; i < reference.length; i++) {
    const total = reference[i]! + current[i]!;
    if (total === 0) continue;
    const difference = reference[i]! / n - current[i]! / m;
    chiSquare += (difference * difference * n * m) / total;
  }
  return Math.sqrt(chiSquare / (n + m));
};

/** Hellinger distance √(1 − Σ √(p q)), 0 … 1. */
export const hellingerDistance: BinnedDistance = (reference, current, n, m) => {
  let squares = 0;
  for (let i = 0; i < reference.length; i++) {
    const difference = Math.sqrt(reference[i]! / n) - Math.sqrt(current[i]! / m);
    squares += difference * difference;
  }
  return Math.min(1, Math.sqrt(squares / 2));
};

/** Half the sum of the differences of shares: the share of rows that would have to change cell, 0 … 1. */
export const totalVariation: BinnedDistance = (reference, current, n, m) => {
  let sum = 0;
  for (let i = 0; i < reference.length; i++) sum += Math.abs(reference[i]! / n - current[i]! / m);
  return Math.min(1, sum / 2);
};

/** √(G / rows) with G = 2 Σ O ln(O / E), the likelihood-ratio twin of Cramér's V. */
export const likelihoodRatio: BinnedDistance = (reference, current, n, m) => {
  let sum = 0;
  for (let i = 0; i < reference.length; i++) {
    const total = reference[i]! + current[i]!;
    if (reference[i]! > 0) sum += reference[i]! * log((reference[i]! * (n + m)) / (total * n));
    if (current[i]! > 0) sum += current[i]! * log((current[i]! * (n + m)) / (total * m));
  }
  return Math.sqrt(Math.max(0, (2 * sum) / (n + m)));
};

/**
 * The greatest difference of two counts as a share of all rows. Unlike the others it also rises when only the number of
 * rows changes.
 */
export const normalizedDifference: BinnedDistance = (reference, current, n, m) => {
  let greatest = 0;
  for (let i = 0; i < reference.length; i++) greatest = Math.max(greatest, Math.abs(reference[i]! - current[i]!));
  return greatest / (n + m);
};
