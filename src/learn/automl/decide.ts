import { askedCalibration, type CalibrationChoice, chooseCalibration } from "../calibrate/choose-calibration.ts";
import { chooseThreshold } from "../calibrate/choose-threshold.ts";
import type { Chosen } from "./choose/choose-model.ts";
import type { JudgedRows } from "./rows/judged-rows.ts";
import type { Settings } from "./trial/run-trial.ts";
import { scoresOf } from "./trial/scores.ts";

/**
 * How margins become probabilities, and from where on the prediction is positive, with the reasons. Rows that are judged several
 * times count as no more rows.
 */
export function decide(chosen: Chosen, { judged: { target, weights }, repeats }: JudgedRows, settings: Settings) {
  const none: CalibrationChoice = { calibration: { kind: "none" }, reason: "" };
  const { calibration: asked = "auto", task } = settings;
  if (task === "regression") return { assembly: { calibration: none.calibration }, reasons: [] };
  const { margins } = chosen;
  const choice =
    asked === "none"
      ? none
      : asked === "auto"
        ? chooseCalibration(margins, target.values, settings.seed, weights, repeats)
        : askedCalibration(asked, margins, target.values, weights, repeats);
  if (task === "multiclass")
    return { assembly: { calibration: choice.calibration }, reasons: choice.reason === "" ? [] : [choice.reason] };
  const scores = scoresOf("binary", 2, margins, choice.calibration);
  const { threshold, reason } = chooseThreshold(scores, target.values, settings.costs, weights);
  return {
    assembly: { calibration: choice.calibration, threshold },
    reasons: [choice.reason, reason].filter((each) => each !== ""),
  };
}
