import type { BinaryRows } from "./metrics/binary-sample.ts";
import type { CalibrationBin, CurvePoint, Curves } from "./model.ts";

const pointsAtMost = 200;

/** The curves of a binary task, thinned to at most 200 points that keep both ends. */
export function binaryCurves(rows: BinaryRows, weights: Float64Array): Curves {
  const roc: CurvePoint[] = [];
  const precisionRecall: CurvePoint[] = [];
  let positives = 0;
  let negatives = 0;
  rows.order.forEach((row, i) => {
    if (rows.y[i] === 1) positives += weights[row]!;
    else negatives += weights[row]!;
  });
  const groups = rows.groupEnds.length;
  if (positives === 0 || negatives === 0)
    return { roc: [], precisionRecall: [], calibration: calibrationBins(rows, weights) };
  let p = 0;
  let q = 0;
  let i = 0;
  roc.push({ x: 0, y: 0, threshold: rows.scores[0]! + 1 });
  const stride = Math.max(1, groups / (pointsAtMost - 2));
  let nextKept = 0;
  rows.groupEnds.forEach((end, group) => {
    const threshold = rows.scores[i]!;
    for (; i < end; i++) {
      if (rows.y[i] === 1) p += weights[rows.order[i]!]!;
      else q += weights[rows.order[i]!]!;
    }
    if (group < Math.floor(nextKept) && group !== groups - 1) return;
    if (group !== groups - 1) nextKept += stride;
    roc.push({ x: q / negatives, y: p / positives, threshold });
    if (p + q > 0) precisionRecall.push({ x: p / positives, y: p / (p + q), threshold });
  });
  return { roc, precisionRecall, calibration: calibrationBins(rows, weights) };
}

function calibrationBins(rows: BinaryRows, weights: Float64Array): CalibrationBin[] {
  if (!rows.areProbabilities) return [];
  const sums = Array.from({ length: 10 }, () => ({ rows: 0, weight: 0, score: 0, positive: 0 }));
  rows.order.forEach((row, i) => {
    const bin = sums[Math.min(9, Math.floor(rows.scores[i]! * 10))]!;
    bin.rows++;
    bin.weight += weights[row]!;
    bin.score += weights[row]! * rows.scores[i]!;
    bin.positive += weights[row]! * rows.y[i]!;
  });
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
