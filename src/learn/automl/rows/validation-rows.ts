import type { Frame } from "@millrace/program";
import { MillraceError } from "#kernel";
import type { Settings } from "../trial/run-trial.ts";
import { setAside } from "./set-aside.ts";
import { type LabelledRows, labelledRows } from "./training-rows.ts";

/** Rows that judge the trials, and those that are kept from them to learn the outputs beside the score. Errors: see `automl`. */
export function validationRows(given: Frame | undefined, settings: Settings, classes: readonly string[]) {
  if (given === undefined) {
    if (settings.folds !== 0 && needsCalibration(settings) === false)
      return { validation: undefined, calibration: undefined };
    throw new MillraceError("LEARN_TOO_FEW_ROWS", {
      message: "There are no validation rows, and the options ask for some.",
      next: "Give validation rows, or let folds judge (and ask for no coverage, domain check or abstention).",
      facts: { rows: 0, least: 5 },
    });
  }
  const rows = setAside(labelledRows(given, settings, classes), settings);
  requireValidation(rows.validation, settings);
  return rows;
}

function needsCalibration({ coverage, outOfDomain, abstain }: Settings): boolean {
  return coverage !== undefined || outOfDomain !== undefined || abstain !== undefined;
}

function requireValidation({ target }: LabelledRows, { task }: Settings): void {
  if (target.labelled < 5)
    throw new MillraceError("LEARN_TOO_FEW_ROWS", {
      message: `There are ${target.labelled} labelled validation rows; at least 5 are needed to judge a model.`,
      next: "Give a greater share of the rows to validation, or collect more.",
      facts: { rows: target.labelled, least: 5 },
    });
  const known = target.values.filter((value) => !Number.isNaN(value));
  if (task === "regression" || known.some((value) => value !== known[0])) return;
  throw new MillraceError("LEARN_TARGET_ONE_CLASS", {
    message: `All ${target.labelled} labelled validation rows belong to the class "${target.classes[known[0]!]}".`,
    next: "Choose a split whose validation rows hold every class (stratified, or a longer period).",
    facts: { rows: target.labelled },
  });
}
