import { checkInput } from "../check-input.ts";
import type { EvaluationInput } from "../model.ts";

/** A row whose label the model contradicts with confidence. */
export interface SuspectedLabel {
  /** Counts from 0. */
  readonly row: number;
  readonly label: string;
  /** The class that the model is confident of. */
  readonly suggested: string;
  /** Probability of the label as it stands: the smaller, the more suspect. */
  readonly labelScore: number;
}

export interface LabelErrors {
  readonly rows: number;
  /** Share of the rows whose label is suspected; `null` without rows. */
  readonly share: number | null;
  /** The most suspect first. */
  readonly suspected: readonly SuspectedLabel[];
  readonly reason?: string;
}

/**
 * Labels that are likely wrong: rows that reach the usual confidence of another class, and not most of all of their own.
 *
 * ```ts
 * const scores = Float64Array.of(0.1, 0.2, 0.1, 0.9, 0.8, 0.9, 0.95);
 * findLabelErrors("binary", { scores, labels: [0, 0, 0, 1, 1, 1, 0] }).suspected.map(({ row }) => row); // [6]
 * ```
 *
 * Shapes: probabilities of a classification on rows that the model did not learn from (test rows, or out of fold).
 * Missing: scores that are no probabilities, or rows of one class, give no suspects and the reason.
 * Errors: those of `evaluate`. Source: C. Northcutt, L. Jiang, I. Chuang, "Confident learning: estimating uncertainty in
 * dataset labels", J. Artif. Intell. Res. 70, 2021, §3.
 */
export function findLabelErrors(task: "binary" | "multiclass", input: EvaluationInput): LabelErrors {
  const { scores, labels, classes, rows } = checkInput(task, input);
  if (rows === 0) return { rows, share: null, suspected: [], reason: "there are no rows" };
  if (!scores.every((score) => score >= 0 && score <= 1))
    return { rows, share: null, suspected: [], reason: "some scores are not probabilities between 0 and 1" };
  const width = classes.length;
  const probability = (row: number, k: number) => {
    if (task === "multiclass") return scores[row * width + k]!;
    return k === 1 ? scores[row]! : 1 - scores[row]!;
  };
  const usual = usualConfidence(labels, width, probability);
  if (usual.filter((one) => one < Infinity).length < 2)
    return { rows, share: null, suspected: [], reason: "all labels are one class" };
  const suspected: SuspectedLabel[] = [];
  for (let row = 0; row < rows; row++) {
    const label = labels[row]!;
    let suggested = -1;
    for (let k = 0; k < width; k++)
      if (probability(row, k) >= usual[k]! && (suggested < 0 || probability(row, k) > probability(row, suggested)))
        suggested = k;
    if (suggested < 0 || suggested === label || probability(row, label) >= probability(row, suggested)) continue;
    suspected.push({
      row,
      label: classes[label]!,
      suggested: classes[suggested]!,
      labelScore: probability(row, label),
    });
  }
  suspected.sort((a, b) => a.labelScore - b.labelScore || a.row - b.row);
  return { rows, share: suspected.length / rows, suspected };
}

/** The mean probability of each class among the rows that are labelled so; infinite for a class without rows. */
function usualConfidence(
  labels: ArrayLike<number>,
  width: number,
  probability: (row: number, k: number) => number,
): Float64Array {
  const sums = new Float64Array(width);
  const counts = new Float64Array(width);
  for (let row = 0; row < labels.length; row++) {
    sums[labels[row]!]! += probability(row, labels[row]!);
    counts[labels[row]!]!++;
  }
  return sums.map((sum, k) => (counts[k] === 0 ? Infinity : sum / counts[k]!));
}
