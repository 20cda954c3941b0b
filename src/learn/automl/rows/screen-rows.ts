import type { Frame } from "@millrace/program";
import type { GuardrailReport } from "../../screen/model.ts";
import { screenFeatures } from "../../screen/screen-features.ts";
import type { Settings } from "../trial/run-trial.ts";

/** The guardrails of the training rows, by what the search was asked. Errors: those of `screenFeatures`. */
export function screenRows(train: Frame, validation: Frame | undefined, settings: Settings): GuardrailReport {
  const { target, task, positive, targetSources, knownAfter, time, sensitive, waive, seed, weight, group } = settings;
  const leftOut = weight === undefined ? settings.leftOut : [...settings.leftOut, weight];
  return screenFeatures(train, {
    target,
    task,
    targetSources,
    knownAfter,
    sensitive,
    waive,
    seed,
    leftOut,
    ...(validation === undefined ? {} : { test: validation }),
    ...(group === undefined ? {} : { group }),
    ...(positive === undefined ? {} : { positive }),
    ...(time === undefined ? {} : { time }),
  });
}
