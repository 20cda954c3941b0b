import { MillraceError } from "#kernel";
import type { FitInput, LearningData } from "./model.ts";

/** Refuses what no learner can use: no features, weights that are not weights, targets that are not numbers. */
export function requireFeatures(input: FitInput): void {
  if (input.train.features.length === 0)
    throw new MillraceError("LEARN_NO_FEATURES", {
      message: "There is no feature to learn from: every column is the target, left out or blocked.",
      next: "Give the data at least one usable column, or waive a guardrail.",
    });
  for (const data of [input.train, input.validation]) {
    if (data === undefined) continue;
    requireWeights(data);
    requireFiniteTarget(data);
  }
}

function requireWeights({ weights, rows }: LearningData): void {
  if (weights === undefined) return;
  let [positive, sum] = [0, 0];
  for (let i = 0; i < rows; i++) {
    const weight = weights[i]!;
    if (!(weight >= 0) || weight === Number.POSITIVE_INFINITY)
      throw badWeights(`row ${i + 1} has the weight ${weight}`);
    if (weight > 0) positive++;
    sum += weight;
  }
  if (sum === Number.POSITIVE_INFINITY) throw badWeights(`the sum of the ${rows} weights is infinite`);
  if (positive === 0) throw badWeights(`all ${rows} weights are 0`);
}

function badWeights(what: string): MillraceError {
  return new MillraceError("LEARN_WEIGHTS_INVALID", {
    message: `Weights must be finite, at least 0 and not all 0; ${what}.`,
    next: "Correct the weight column, or learn without one.",
  });
}

function requireFiniteTarget({ target, rows }: LearningData): void {
  const row = target.findIndex((value) => !Number.isFinite(value));
  if (row < 0 || row >= rows) return;
  throw new MillraceError("LEARN_TARGET_NOT_FINITE", {
    message: `The target is ${target[row]} in row ${row + 1}; it must be a finite number.`,
    next: "Filter such rows out with `where`, or correct them.",
    facts: { row: row + 1 },
  });
}
