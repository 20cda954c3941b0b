import { surprise } from "./binary-sample.ts";
import { metricNames } from "./metric.ts";
import type { Sample } from "./sample.ts";
import { orderByScore, rankedAuc } from "./score-order.ts";

/** The multiclass metrics; `scores` holds one score a class, row by row. ROC AUC is the mean of each class against the rest. */
export function multiclassSample(
  scores: Float64Array,
  labels: ArrayLike<number>,
  predicted: ArrayLike<number>,
  classes: number,
): Sample {
  const n = labels.length;
  const losses = new Float64Array(n);
  let areProbabilities = true;
  for (let row = 0; row < n; row++) {
    let total = 0;
    for (let k = 0; k < classes; k++) {
      const score = scores[row * classes + k]!;
      total += score;
      if (score < 0 || score > 1) areProbabilities = false;
    }
    if (Math.abs(total - 1) > 1e-6) areProbabilities = false;
    losses[row] = surprise(scores[row * classes + labels[row]!]!);
  }
  const ranked = Array.from({ length: classes }, (_, k) => {
    const { order, groupEnds } = orderByScore(Float64Array.from({ length: n }, (_, row) => scores[row * classes + k]!));
    return { order, groupEnds, y: Uint8Array.from(order, (row) => (labels[row] === k ? 1 : 0)) };
  });
  const gathered = new Float64Array(n);
  const counts = new Float64Array(classes * classes);

  const measure = (weights: Float64Array, out: Float64Array) => {
    counts.fill(0);
    let total = 0;
    let loss = 0;
    for (let row = 0; row < n; row++) {
      const weight = weights[row]!;
      counts[labels[row]! * classes + predicted[row]!]! += weight;
      total += weight;
      loss += weight * losses[row]!;
    }
    let auc = 0;
    for (const { order, groupEnds, y } of ranked) {
      for (let i = 0; i < n; i++) gathered[i] = weights[order[i]!]!;
      auc += rankedAuc(y, gathered, groupEnds);
    }
    const tally = tallyClasses(counts, classes);
    out[0] = auc / classes;
    out[1] = areProbabilities ? loss / total : Number.NaN;
    out[2] = tally.right / total;
    out[3] = tally.meanRecall;
    out[4] = tally.macroF1;
    out[5] = tally.weightedF1;
  };

  const reason = (name: string): string => {
    if (n === 0) return "there are no rows";
    if (name === "logLoss") return "the scores of a row are not probabilities that sum to 1";
    const seen = new Set(Array.from(labels));
    return `only ${seen.size} of ${classes} classes occur among the labels`;
  };
  return { rows: n, names: metricNames("multiclass"), measure, reason };
}

/** Sums over the classes that occur among labels or predictions. */
function tallyClasses(counts: Float64Array, classes: number) {
  let right = 0;
  let total = 0;
  let recalls = 0;
  let actualClasses = 0;
  let f1 = 0;
  let weighted = 0;
  let occurring = 0;
  for (let k = 0; k < classes; k++) {
    let actual = 0;
    let said = 0;
    for (let other = 0; other < classes; other++) {
      actual += counts[k * classes + other]!;
      said += counts[other * classes + k]!;
    }
    const hit = counts[k * classes + k]!;
    right += hit;
    total += actual;
    if (actual > 0) {
      recalls += hit / actual;
      actualClasses++;
    }
    if (actual + said === 0) continue;
    occurring++;
    const own = (2 * hit) / (actual + said);
    f1 += own;
    weighted += own * actual;
  }
  return { right, meanRecall: recalls / actualClasses, macroF1: f1 / occurring, weightedF1: weighted / total };
}
