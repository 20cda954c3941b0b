import { orderByScore, type ScoreOrder } from "../metrics/score-order.ts";

/** How much each row contributes to the area under the ROC curve. */
export interface RocComponents {
  readonly auc: number;
  /** By row: for a positive the share of negatives below it (ties half), for a negative the share of positives above it. */
  readonly components: Float64Array;
  readonly positives: number;
  readonly negatives: number;
}

/**
 * The placement values behind DeLong's variance, in O(n log n).
 *
 * Source: E. R. DeLong, D. M. DeLong, D. L. Clarke-Pearson, Biometrics 44, 1988; X. Sun, W. Xu, "Fast implementation of
 * DeLong's algorithm", IEEE Signal Processing Letters 21, 2014.
 */
export function rocComponents(
  scores: Float64Array,
  labels: ArrayLike<number>,
  { order, groupEnds }: ScoreOrder = orderByScore(scores),
): RocComponents {
  const n = order.length;
  let positives = 0;
  for (let row = 0; row < n; row++) positives += labels[row]!;
  const negatives = n - positives;
  const components = new Float64Array(n);
  let above = 0;
  let seen = 0;
  let area = 0;
  let start = 0;
  for (const end of groupEnds) {
    let own = 0;
    for (let i = start; i < end; i++) own += labels[order[i]!]!;
    const ownNegatives = end - start - own;
    const ofPositive = (negatives - (seen - above) - ownNegatives / 2) / negatives;
    const ofNegative = (above + own / 2) / positives;
    for (let i = start; i < end; i++) components[order[i]!] = labels[order[i]!] === 1 ? ofPositive : ofNegative;
    area += ownNegatives * (above + own / 2);
    above += own;
    seen = end;
    start = end;
  }
  return { auc: area / (positives * negatives), components, positives, negatives };
}

/** The covariance of two areas over the same rows (of one area with itself: its variance). */
export function rocCovariance(a: RocComponents, b: RocComponents, labels: ArrayLike<number>): number {
  let positive = 0;
  let negative = 0;
  for (let row = 0; row < a.components.length; row++) {
    const product = (a.components[row]! - a.auc) * (b.components[row]! - b.auc);
    if (labels[row] === 1) positive += product;
    else negative += product;
  }
  return positive / ((a.positives - 1) * a.positives) + negative / ((a.negatives - 1) * a.negatives);
}
