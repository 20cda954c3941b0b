import type { BinaryRows } from "./metrics/binary-sample.ts";
import type { CalibrationBin, CurvePoint, Curves } from "./model.ts";

const pointsAtMost = 200;

/** The curves of a binary task, thinned to at most 200 points that keep both ends. Weights are in score order. */
export function binaryCurves(rows: BinaryRows, weights: Float64Array): Curves {
  const roc: CurvePoint[] = [];
  const precisionRecall: CurvePoint[] = [];
  let positives = 0;
  let negatives = 0;
  for (let i = 0; i < weights.length; i++) {
    if (rows.y[i] === 1) positives += weights[i]!;
    else negatives += weights[i]!;
  }
  const groups = rows.groupEnds.length;
  if (positives === 0 || negatives === 0)
    return { roc: [], precisionRecall: [], calibration: calibrationBins(rows, weights) };
  let p = 0;
  let q = 0;
  let i = 0;
  roc.push({ x: 0, y: 0, threshold: rows.scores[0]! + 1 });
  const stride = Math.max(1, groups / (pointsAtMost - 2));
  let nextKept = 0;
  for (let group = 0; group < groups; group++) {
    const end = rows.groupEnds[group]!;
    const threshold = rows.scores[i]!;
    for (; i < end; i++) {
      if (rows.y[i] === 1) p += weights[i]!;
      else q += weights[i]!;
    }
    if (group < Math.floor(nextKept) && group !== groups - 1) continue;
    if (group !== groups - 1) nextKept += stride;
    roc.push({ x: q / negatives, y: p / positives, threshold });
    if (p + q > 0) precisionRecall.push({ x: p / positives, y: p / (p + q), threshold });
  }
  return { roc, precisionRecall, calibration: calibrationBins(rows, weights) };
}

function calibrationBins(rows: BinaryRows, weights: Float64Array): CalibrationBin[] {
  if (!rows.areProbabilities) return [];
  const sums = Array.from({ length: 10 }, () => ({ rows: 0, weight: 0, score: 0, positive: 0 }));
  for (let i = 0; i < weights.length; i++) {
    const bin = sums[Math.min(9, Math.floor(rows.scores[i]! * 10))]!;
    bin.rows++;
    bin.weight += weights[i]!;
    bin.score += weights[i]! * rows.scores[i]!;
    bin.positive += weights[i]! * rows.y[i]!;
  }
  return sums.flatMap(({ rows: count, weight, score, positive }, bin) =>
    weight > 0
      ? [
          {
            low: bin / 10,
            high: (bin + 1) / 10,
            rows: count,
            meanScore: score / weight,
            positiveShare: positive / weight,
          },
        ]
      : [],
  );
}
