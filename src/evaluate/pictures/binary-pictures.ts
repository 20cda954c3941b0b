import { measureCalibration } from "../calibration/measure-calibration.ts";
import type { CheckedInput } from "../check-input.ts";
import type { Costs } from "../decisions/costs.ts";
import { coverageCurve } from "../decisions/coverage-curve.ts";
import { orderByScore } from "../metrics/score-order.ts";
import { histogramOf } from "./histogram.ts";
import type { GainPoint, Pictures, ThresholdPoint } from "./model.ts";

const pointsAtMost = 100;

/** Calibration, gains, thresholds, scores and coverage of a binary task. */
export function binaryPictures(checked: CheckedInput, costs: Costs): Pictures {
  const { scores, labels, predictions, weights, weighted, classes, rows } = checked;
  if (rows === 0) return {};
  const areProbabilities = scores.every((score) => score >= 0 && score <= 1);
  const sureness = Float64Array.from(scores, (score, row) => (predictions[row] === 1 ? score : 1 - score));
  const wrong = Uint8Array.from(scores, (_, row) => (predictions[row] === labels[row] ? 0 : 1));
  const walked = walk(checked, costs);
  return {
    ...(areProbabilities && {
      calibration: measureCalibration(scores, labels, weighted ? { weights } : {}).bins,
      coverage: coverageCurve(sureness, wrong, { points: pointsAtMost }),
    }),
    ...(walked.gains.length > 0 && { gains: walked.gains }),
    thresholds: walked.thresholds,
    scores: histogramOf(
      scores,
      classes.map((name, k) => ({ name, holds: (row: number) => labels[row] === k })),
      areProbabilities ? [0, 1] : undefined,
    ),
  };
}

function walk({ scores, labels, weights }: CheckedInput, costs: Costs) {
  const { order, groupEnds } = orderByScore(scores);
  const total = weights.reduce((a, b) => a + b, 0);
  const positives = weights.reduce((sum, weight, row) => sum + weight * labels[row]!, 0);
  const gains: GainPoint[] = [];
  const thresholds: ThresholdPoint[] = [];
  const stride = order.length / (pointsAtMost - 1);
  let acted = 0;
  let hits = 0;
  let at = 0;
  let next = 0;
  for (const end of groupEnds) {
    const threshold = scores[order[at]!]!;
    for (; at < end; at++) {
      acted += weights[order[at]!]!;
      hits += weights[order[at]!]! * labels[order[at]!]!;
    }
    if (end < next && end !== order.length) continue;
    next = end + stride;
    const missed = positives - hits;
    const cost =
      hits * costs.truePositive +
      (acted - hits) * costs.falsePositive +
      missed * costs.falseNegative +
      (total - acted - missed) * costs.trueNegative;
    thresholds.push({
      threshold,
      actedOnShare: acted / total,
      precision: acted === 0 ? null : hits / acted,
      recall: positives === 0 ? null : hits / positives,
      meanCost: cost / total,
    });
    if (positives > 0 && acted > 0)
      gains.push({ share: acted / total, capture: hits / positives, lift: hits / positives / (acted / total) });
  }
  return { gains, thresholds };
}
