import { exp } from "@millrace/program";
import { calibrated } from "../../calibrate/choose-calibration.ts";
import type { Calibration } from "../../calibrate/model.ts";
import type { LearningTask } from "../../model.ts";

/** Scores of margins (class-major for several classes), as the program gives them; several classes row by row. */
export function scoresOf(
  task: LearningTask,
  classes: number,
  margins: Float64Array,
  calibration: Calibration = { kind: "none" },
): Float64Array {
  if (task === "regression") return margins;
  if (task === "binary") return margins.map((margin) => calibrated(margin, calibration));
  const by = calibration.kind === "temperature" ? calibration.value : 1;
  const rows = margins.length / classes;
  const scores = new Float64Array(margins.length);
  for (let i = 0; i < rows; i++) {
    let most = margins[i]! / by;
    for (let c = 1; c < classes; c++) most = Math.max(most, margins[c * rows + i]! / by);
    let total = 0;
    for (let c = 0; c < classes; c++) {
      const e = exp(margins[c * rows + i]! / by - most);
      scores[i * classes + c] = e;
      total += e;
    }
    for (let c = 0; c < classes; c++) scores[i * classes + c]! /= total;
  }
  return scores;
}
