import { measureCalibration } from "../calibration/measure-calibration.ts";
import type { CheckedInput } from "../check-input.ts";
import type { Costs } from "../decisions/costs.ts";
import { coverageCurve } from "../decisions/coverage-curve.ts";
import { decisionsAlong } from "../decisions/decisions-along.ts";
import { surenessOf } from "../decisions/judge-automation.ts";
import { histogramOf } from "./histogram.ts";
import type { GainPoint, Pictures, ThresholdPoint } from "./model.ts";

const pointsAtMost = 100;

/** Calibration, gains, thresholds, scores and coverage of a binary task. */
export function binaryPictures(checked: CheckedInput, costs: Costs, maxError: number): Pictures {
  const { scores, labels, weights, weighted, classes, rows } = checked;
  if (rows === 0) return {};
  const areProbabilities = scores.every((score) => score >= 0 && score <= 1);
  const { sureness, wrong } = surenessOf(checked);
  const thresholds = decisionsAlong(scores, labels, weights, costs, scores.length / (pointsAtMost - 1));
  const gains = gainsOf(thresholds);
  return {
    ...(areProbabilities && {
      calibration: measureCalibration(scores, labels, weighted ? { weights } : {}).bins,
      coverage: coverageCurve(sureness, wrong, { points: pointsAtMost, maxError, ...(weighted && { weights }) }),
    }),
    ...(gains.length > 0 && { gains }),
    thresholds,
    scores: histogramOf(
      scores,
      classes.map((name, k) => ({ name, holds: (row: number) => labels[row] === k })),
      areProbabilities ? [0, 1] : undefined,
    ),
  };
}

/** Of the rows acted on: what share of the positives they hold, beside as many rows taken blindly. */
function gainsOf(thresholds: readonly ThresholdPoint[]): GainPoint[] {
  return thresholds.flatMap(({ actedOnShare: share, recall }) =>
    share > 0 && recall !== null ? [{ share, capture: recall, lift: recall / share }] : [],
  );
}
