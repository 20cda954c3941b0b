import { MillraceError } from "#kernel";
import { twoSidedStudent } from "#validate";
import { isNumber, refuseUnless, sameLength } from "../measures/measure-set.ts";

export interface FoldComparison {
  readonly folds: number;
  readonly meanDifference: number;
  readonly standardError: number;
  /** `null` where every fold shows the same difference, so that there is nothing to judge it by. */
  readonly t: number | null;
  readonly pValue: number | null;
}

/**
 * The corrected resampled t-test: two models' metric on each fold of one cross-validation. Folds share training rows, so
 * their plain variance is too small; the share of test rows mends it.
 *
 * ```ts
 * compareFolds([0.8, 0.9], [0.7, 0.7], 0.5).meanDifference.toFixed(2); // "0.15"
 * ```
 *
 * `testShare` is test rows over training rows (five folds: 0.25).
 * Errors: EVALUATE_LENGTH_MISMATCH · EVALUATE_SCORE_INVALID · EVALUATE_FOLDS_IMPOSSIBLE: with fewer than 2 folds.
 * Source: C. Nadeau, Y. Bengio, "Inference for the generalization error", Machine Learning 52, 2003.
 */
export function compareFolds(first: ArrayLike<number>, second: ArrayLike<number>, testShare: number): FoldComparison {
  const folds = first.length;
  sameLength("values of the second model", second.length, folds);
  refuseUnless("EVALUATE_SCORE_INVALID", "metric", first, isNumber, "a finite number");
  refuseUnless("EVALUATE_SCORE_INVALID", "metric", second, isNumber, "a finite number");
  if (folds < 2 || !(testShare > 0 && testShare < Infinity))
    throw new MillraceError("EVALUATE_FOLDS_IMPOSSIBLE", {
      message: `A test over folds needs at least 2 of them and a share of test rows above 0 (given: ${folds} and ${testShare}).`,
      next: "Give a value of each fold, and test rows over training rows.",
      facts: { folds, testShare },
    });
  const differences = Array.from({ length: folds }, (_, i) => first[i]! - second[i]!);
  const mean = differences.reduce((sum, one) => sum + one, 0) / folds;
  const variance = differences.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (folds - 1);
  const standardError = Math.sqrt((1 / folds + testShare) * variance);
  // A spread within rounding of the differences themselves is none.
  const size = Math.max(...differences.map(Math.abs));
  const known = standardError > size * 1e-14;
  const t = known ? mean / standardError : null;
  return {
    folds,
    meanDifference: mean,
    standardError,
    t,
    pValue: t === null ? null : twoSidedStudent(t, folds - 1),
  };
}
