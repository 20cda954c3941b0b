import { askedCalibration, type CalibrationChoice, chooseCalibration } from "../calibrate/choose-calibration.ts";
import { chooseThreshold } from "../calibrate/choose-threshold.ts";
import type { Chosen } from "./choose-model.ts";
import { marginsAt } from "./fold-margins.ts";
import { type JudgedRows, judgedOnce } from "./judged-rows.ts";
import type { Settings } from "./run-trial.ts";
import { scoresOf } from "./scores.ts";

/**
 * How margins become probabilities, and from where on the prediction is positive, with the reasons. Rows that are judged several
 * times are calibrated on once: they are no more rows.
 */
export function decide(chosen: Chosen, rows: JudgedRows, settings: Settings) {
  const { target, weights } = rows.judged;
  const none: CalibrationChoice = { calibration: { kind: "none" }, reason: "" };
  const { calibration: asked = "auto", task } = settings;
  const plain = asked === "none" || asked === "auto";
  const once = judgedOnce(rows);
  const margins = marginsAt(
    chosen.margins,
    Uint32Array.from({ length: once }, (_, i) => i),
    target.values.length,
  );
  const labels = target.values.subarray(0, once);
  const counts = weights?.subarray(0, once);
  const fitted = () => (plain ? none : askedCalibration(asked, margins, labels, counts));
  if (task === "regression") return { assembly: { calibration: none.calibration }, reasons: [] };
  if (task === "multiclass") {
    const { calibration, reason } = fitted();
    return { assembly: { calibration }, reasons: plain ? [] : [reason] };
  }
  const choice = asked === "auto" ? chooseCalibration(margins, labels, settings.seed, counts) : fitted();
  const scores = scoresOf("binary", 2, chosen.margins, choice.calibration);
  const { threshold, reason } = chooseThreshold(scores, target.values, settings.costs, weights);
  return {
    assembly: { calibration: choice.calibration, threshold },
    reasons: [choice.reason, reason].filter((each) => each !== ""),
  };
}
