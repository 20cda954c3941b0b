import { log, sigmoid } from "@millrace/program";
import type { Calibration } from "./model.ts";

/** What the operator `betaCalibration` holds probabilities within. */
const least = 1e-15;

/**
 * logistic(a · log p − b · log(1 − p) + c) of best log loss over the probabilities of margins, a and b not negative, so that the
 * order stays; undefined where both would be.
 *
 * Source: Kull, Silva Filho, Flach, "Beta calibration", AISTATS 2017, algorithm 1.
 */
export function fitBeta(
  margins: Float64Array,
  labels: Float64Array,
  weights?: Float64Array,
): Extract<Calibration, { kind: "beta" }> | undefined {
  const parts = Array.from(margins, (margin) => logsOf(sigmoid(margin)));
  const one = (used: readonly (0 | 1)[]) => fitLogistic(parts, used, labels, weights);
  const both = one([0, 1]);
  const [a, b, c] = both[0] >= 0 && both[1] >= 0 ? both : both[0] < 0 ? one([1]) : one([0]);
  return a >= 0 && b >= 0 && a + b > 0 && [a, b, c].every(Number.isFinite) ? { kind: "beta", a, b, c } : undefined;
}

/** The probability of a probability, as the operator gives it. */
export function betaCalibrated(p: number, { a, b, c }: Extract<Calibration, { kind: "beta" }>): number {
  const [first, second] = logsOf(p);
  return sigmoid(a * first + b * second + c);
}

/** log p and −log(1 − p). */
function logsOf(p: number): readonly [number, number] {
  const held = p < least ? least : p > 1 - least ? 1 - least : p;
  return [log(held), -log(1 - held)];
}

/** Newton's steps for the weights of the parts used and the intercept; a weight that is not used is 0. */
function fitLogistic(
  parts: readonly (readonly [number, number])[],
  used: readonly (0 | 1)[],
  labels: Float64Array,
  weights?: Float64Array,
): readonly [number, number, number] {
  const free = [...used, 2] as const;
  const found: [number, number, number] = [used.includes(0) ? 1 : 0, used.includes(1) ? 1 : 0, 0];
  for (let step = 0; step < 100; step++) {
    const gradient = [0, 0, 0];
    const curve = [
      [1e-9, 0, 0],
      [0, 1e-9, 0],
      [0, 0, 1e-9],
    ];
    parts.forEach(([first, second], i) => {
      const x = [first, second, 1];
      const weight = weights?.[i] ?? 1;
      const p = sigmoid(found[0] * first + found[1] * second + found[2]);
      const slope = weight * (p - labels[i]!);
      const bend = weight * p * (1 - p);
      for (const j of free) {
        gradient[j]! += slope * x[j]!;
        for (const k of free) curve[j]![k]! += bend * x[j]! * x[k]!;
      }
    });
    const move = solve(
      free.map((j) => free.map((k) => curve[j]![k]!)),
      free.map((j) => gradient[j]!),
    );
    const length = Math.max(...move.map(Math.abs));
    free.forEach((j, k) => {
      found[j] -= length > 2 ? (move[k]! * 2) / length : move[k]!;
    });
    if (!(length >= 1e-10)) break;
  }
  return found;
}

/** Gauss's elimination, of a matrix that is positive definite. */
function solve(matrix: number[][], right: number[]): number[] {
  const n = right.length;
  for (let i = 0; i < n; i++)
    for (let j = i + 1; j < n; j++) {
      const factor = matrix[j]![i]! / matrix[i]![i]!;
      for (let k = i; k < n; k++) matrix[j]![k]! -= factor * matrix[i]![k]!;
      right[j]! -= factor * right[i]!;
    }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) right[i]! -= matrix[i]![k]! * right[k]!;
    right[i]! /= matrix[i]![i]!;
  }
  return right;
}
