import { log } from "@millrace/program";
import { metricNames } from "./metric.ts";
import type { Sample } from "./sample.ts";
import { orderByScore, rankedAuc } from "./score-order.ts";

const smallest = 2.220446049250313e-16;
const bins = 10;

/** The negative logarithm of a probability, kept finite as scikit-learn does. */
export function surprise(p: number): number {
  return -log(Math.min(1 - smallest, Math.max(smallest, p)));
}

/** Rows of a binary task in score order. Arrays are by position in that order. */
export interface BinaryRows {
  readonly order: Int32Array;
  readonly groupEnds: Int32Array;
  readonly y: Uint8Array;
  readonly scores: Float64Array;
  readonly predicted: Uint8Array;
  readonly areProbabilities: boolean;
}

export function sortBinary(scores: Float64Array, labels: ArrayLike<number>, predicted: ArrayLike<number>): BinaryRows {
  const { order, groupEnds } = orderByScore(scores);
  return {
    order,
    groupEnds,
    y: Uint8Array.from(order, (row) => labels[row]!),
    scores: Float64Array.from(order, (row) => scores[row]!),
    predicted: Uint8Array.from(order, (row) => predicted[row]!),
    areProbabilities: scores.every((score) => score >= 0 && score <= 1),
  };
}

/** The binary metrics over rows in score order. `weights` of `measure` come in row order and are gathered once. */
export function binarySample(rows: BinaryRows): Sample {
  const n = rows.order.length;
  const { y, predicted, scores, groupEnds } = rows;
  const losses = Float64Array.from(scores, (score, i) => surprise(y[i] === 1 ? score : 1 - score));
  const binOf = Uint8Array.from(scores, (score) => Math.min(bins - 1, Math.max(0, Math.floor(score * bins))));
  const w = new Float64Array(n);
  const binWeight = new Float64Array(bins);
  const binGap = new Float64Array(bins);

  const measure = (weights: Float64Array, out: Float64Array) => {
    let positives = 0;
    let total = 0;
    let tp = 0;
    let fp = 0;
    let logLoss = 0;
    let brier = 0;
    binWeight.fill(0);
    binGap.fill(0);
    for (let i = 0; i < n; i++) {
      const weight = weights[rows.order[i]!]!;
      w[i] = weight;
      if (weight === 0) continue;
      const truth = y[i]!;
      total += weight;
      if (truth === 1) positives += weight;
      if (predicted[i] === 1) {
        if (truth === 1) tp += weight;
        else fp += weight;
      }
      const error = scores[i]! - truth;
      logLoss += weight * losses[i]!;
      brier += weight * (error * error);
      const bin = binOf[i]!;
      binWeight[bin]! += weight;
      binGap[bin]! += weight * error;
    }
    const negatives = total - positives;
    const fn = positives - tp;
    const tn = negatives - fp;
    const ranking = rankMetrics(y, w, groupEnds, positives, negatives);
    let gap = 0;
    for (let bin = 0; bin < bins; bin++) gap += Math.abs(binGap[bin]!);
    const probability = rows.areProbabilities ? 1 : Number.NaN;
    const recall = tp / positives;
    out[0] = rankedAuc(y, w, groupEnds);
    out[1] = ranking.averagePrecision;
    out[2] = (logLoss / total) * probability;
    out[3] = (brier / total) * probability;
    out[4] = (tp + tn) / total;
    out[5] = (recall + tn / negatives) / 2;
    out[6] = tp / (tp + fp);
    out[7] = recall;
    out[8] = (2 * tp) / (2 * tp + fp + fn);
    out[9] = (tp * tn - fp * fn) / Math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn));
    out[10] = ranking.gap;
    out[11] = ranking.lift;
    out[12] = (gap / total) * probability;
  };

  const classes = new Set(y);
  const reason = (name: string): string => {
    if (n === 0) return "there are no rows";
    if (!rows.areProbabilities && ["logLoss", "brierLoss", "calibrationError"].includes(name))
      return "some scores are not probabilities between 0 and 1";
    if (classes.size < 2 && name !== "precisionScore")
      return `all labels are ${classes.has(1) ? "positive" : "negative"}`;
    if (name === "precisionScore") return "no row is predicted positive";
    return "every row has the same prediction";
  };
  return { rows: n, names: metricNames("binary"), measure, reason };
}

function rankMetrics(y: Uint8Array, w: Float64Array, groupEnds: Int32Array, positives: number, negatives: number) {
  const topTenth = (positives + negatives) / 10;
  let seenPositives = 0;
  let seenNegatives = 0;
  let averagePrecision = 0;
  let gap = 0;
  let inTop = Number.NaN;
  let row = 0;
  for (const end of groupEnds) {
    let p = 0;
    let q = 0;
    for (; row < end; row++) {
      if (y[row] === 1) p += w[row]!;
      else q += w[row]!;
    }
    const before = seenPositives + seenNegatives;
    // A group of ties that straddles the tenth counts in part.
    if (Number.isNaN(inTop) && before + p + q >= topTenth && p + q > 0)
      inTop = seenPositives + (p * (topTenth - before)) / (p + q);
    seenPositives += p;
    seenNegatives += q;
    if (p > 0) averagePrecision += (p / positives) * (seenPositives / (seenPositives + seenNegatives));
    gap = Math.max(gap, Math.abs(seenPositives / positives - seenNegatives / negatives));
  }
  const defined = positives > 0 && negatives > 0 ? 1 : Number.NaN;
  return {
    averagePrecision: positives > 0 ? averagePrecision : Number.NaN,
    gap: gap * defined,
    lift: positives > 0 ? inTop / topTenth / (positives / (positives + negatives)) : Number.NaN,
  };
}
