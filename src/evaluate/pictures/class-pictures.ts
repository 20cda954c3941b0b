import { measureCalibration } from "../calibration/measure-calibration.ts";
import type { CheckedInput } from "../check-input.ts";
import { coverageCurve } from "../decisions/coverage-curve.ts";
import { surenessOf } from "../decisions/judge-automation.ts";
import { orderByScore } from "../metrics/score-order.ts";
import { histogramOf } from "./histogram.ts";
import type { ClassCurve, Pictures } from "./model.ts";

const pointsAtMost = 100;
const curvesAtMost = 8;

/** How sure the decisions are and how often they are right; each class against the rest. */
export function classPictures(checked: CheckedInput, maxError: number): Pictures {
  const { scores, labels, weights, weighted, classes, rows } = checked;
  if (rows === 0) return {};
  const width = classes.length;
  const { sureness, wrong } = surenessOf(checked);
  const right = wrong.map((one) => 1 - one);
  const areProbabilities = sureness.every((score) => score >= 0 && score <= 1);
  const classCurves = classes
    .map((name, k) => rocOf(name, k, scores, labels, weights, width))
    .filter(({ points }) => points.length > 0)
    .slice(0, curvesAtMost);
  return {
    ...(areProbabilities && {
      calibration: measureCalibration(sureness, right, weighted ? { weights } : {}).bins,
      coverage: coverageCurve(sureness, wrong, { points: pointsAtMost, maxError, ...(weighted && { weights }) }),
      scores: histogramOf(
        sureness,
        [
          { name: "right", holds: (row) => wrong[row] === 0 },
          { name: "wrong", holds: (row) => wrong[row] === 1 },
        ],
        [0, 1],
      ),
    }),
    ...(classCurves.length > 0 && { classCurves }),
  };
}

function rocOf(
  name: string,
  k: number,
  scores: Float64Array,
  labels: ArrayLike<number>,
  weights: Float64Array,
  width: number,
): ClassCurve {
  const own = Float64Array.from({ length: labels.length }, (_, row) => scores[row * width + k]!);
  const { order, groupEnds } = orderByScore(own);
  let positives = 0;
  let negatives = 0;
  for (let row = 0; row < labels.length; row++) {
    if (labels[row] === k) positives += weights[row]!;
    else negatives += weights[row]!;
  }
  if (positives === 0 || negatives === 0) return { name, points: [] };
  const points = [{ x: 0, y: 0 }];
  const stride = order.length / (pointsAtMost - 1);
  let p = 0;
  let q = 0;
  let at = 0;
  let next = 0;
  for (const end of groupEnds) {
    for (; at < end; at++) {
      if (labels[order[at]!] === k) p += weights[order[at]!]!;
      else q += weights[order[at]!]!;
    }
    if (end < next && end !== order.length) continue;
    next = end + stride;
    points.push({ x: q / negatives, y: p / positives });
  }
  return { name, points };
}
