import { chiSquareTail, fairTossesTail } from "#validate";
import { isBinary, refuseUnless, sameLength } from "../measures/measure-set.ts";

/** Two models' decisions on the same rows. */
export interface DecisionComparison {
  readonly rows: number;
  /** Rows that only the first, or only the second model decides rightly. */
  readonly onlyFirst: number;
  readonly onlySecond: number;
  /** Probability of so uneven a split if neither were better, two-sided; 1 where the models never differ. */
  readonly exact: number;
  /** The same by the chi-square distribution with Edwards' correction; `null` where the models never differ. */
  readonly corrected: { readonly statistic: number; readonly pValue: number } | null;
}

/**
 * McNemar's test: whether one of two models decides more rows rightly than the other.
 *
 * ```ts
 * compareDecisions([1, 1, 1, 0], [0, 0, 0, 0]).exact; // 0.25
 * ```
 *
 * Shapes: 1 where a model decided the row rightly, else 0. Errors: EVALUATE_LENGTH_MISMATCH · EVALUATE_LABEL_INVALID.
 * Source: Q. McNemar, Psychometrika 12, 1947; A. L. Edwards, Psychometrika 13, 1948.
 */
export function compareDecisions(first: ArrayLike<number>, second: ArrayLike<number>): DecisionComparison {
  sameLength("decisions of the second model", second.length, first.length);
  refuseUnless("EVALUATE_LABEL_INVALID", "decision", first, isBinary, "1 (right) or 0 (wrong)");
  refuseUnless("EVALUATE_LABEL_INVALID", "decision", second, isBinary, "1 (right) or 0 (wrong)");
  let onlyFirst = 0;
  let onlySecond = 0;
  for (let row = 0; row < first.length; row++) {
    if (first[row] === 1 && second[row] === 0) onlyFirst++;
    if (first[row] === 0 && second[row] === 1) onlySecond++;
  }
  const differing = onlyFirst + onlySecond;
  const exact = Math.min(1, 2 * fairTossesTail(Math.min(onlyFirst, onlySecond), differing));
  const statistic = Math.max(0, Math.abs(onlyFirst - onlySecond) - 1) ** 2 / differing;
  return {
    rows: first.length,
    onlyFirst,
    onlySecond,
    exact,
    corrected: differing === 0 ? null : { statistic, pValue: chiSquareTail(statistic, 1) },
  };
}
