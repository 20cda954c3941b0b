import { warmPlans } from "../selection/choose-learners.ts";
import { type Chosen, everyFit } from "./choose/choose-model.ts";
import type { Learned } from "./choose/learn-chosen.ts";
import type { AutomlResult } from "./model.ts";
import type { LabelledRows } from "./rows/training-rows.ts";
import type { Settings } from "./trial/run-trial.ts";

export function tooSmall(
  trials: number,
  ended: AutomlResult["ended"],
  { budgetSeconds, budgetTrials }: Settings,
): string[] {
  if (trials > 1 || (ended !== "seconds" && ended !== "stopped" && budgetTrials > 1)) return [];
  if (ended === "stopped")
    return ["The search was ended before a model was learned: the trivial baseline is returned."];
  const too = "too small to learn one model: the trivial baseline is returned.";
  if (ended !== "seconds") return [`The budget of ${budgetTrials} trial is ${too}`];
  // Reading and screening the rows may have taken most of what was asked for.
  return [`The budget, of which the search had ${budgetSeconds?.toPrecision(2)} seconds, is ${too}`];
}

/** That no guardrail was looked at must not look like a clean bill. */
export function notScreened(unscreened: boolean): string[] {
  if (!unscreened) return [];
  return [
    "There was no time to screen the columns, so none was learned from: give more seconds, or fewer rows or columns.",
  ];
}

/** That the budget of columns holds because nothing is read. */
export function notRated(unrated: boolean): string[] {
  if (!unrated) return [];
  return [
    "There was no time to rate the columns for their budget, so none was learned from: give more seconds, or name columns to leave out.",
  ];
}

export function warmReason(trials: readonly { readonly plan: object }[], settings: Settings): string[] {
  if (settings.warmStart.length === 0) return [];
  const fit = new Set(warmPlans(settings).map((plan) => JSON.stringify(plan)));
  const best = trials[0] !== undefined && fit.has(JSON.stringify(trials[0].plan));
  return [
    `${fit.size} of ${settings.warmStart.length} settings of earlier searches fit this one and were tried first${best ? "; the best trial is one of them" : ""}.`,
  ];
}

/** That no model holds to what was asked must not look like a result. */
export function onlyBaseline({ members }: Chosen, trials: readonly { readonly lost: readonly string[] }[]): string[] {
  const lost = trials.filter((trial) => trial.lost.length > 0);
  if (lost.length === 0 || members[0]!.plan.learner !== "constant") return [];
  return [
    `Only the trivial baseline holds to the constraints: ${lost.length} models that were tried break one (${lost[0]!.lost[0]}). Loosen it, or raise the budget so that smaller models are tried.`,
  ];
}

export function fewerFolds(folds: number, planned: number): string[] {
  if (folds === planned) return [];
  return [`Time was short: ${folds} of ${planned} folds judged the trials, so their intervals are wider.`];
}

export function copiesReason({ models, refitted, missing = 0 }: Learned, { members }: Chosen): string[] {
  const every = everyFit(members).length - missing;
  if (!refitted || models.length === every) return [];
  return [
    `Fits that draw at random were learned several times and averaged (${models.length} models for ${every}), which lowers the chance in them.`,
  ];
}

export function refitReason(
  { refitted, missing = 0 }: Learned,
  { refit, budgetSeconds }: Settings,
  all: LabelledRows,
): string[] {
  if (missing > 0)
    return [
      `There was time to learn most of the ensemble again from all ${all.frame.rows} training and validation rows: ${missing} of its models ${missing === 1 ? "is" : "are"} left out, so it may be a little worse than the scores above.`,
    ];
  if (refitted)
    return [
      `The model was learned again from all ${all.frame.rows} training and validation rows with the settings that validation chose; the scores above are from before.`,
    ];
  if (refit && budgetSeconds !== undefined)
    return ["There was no time left to learn the model again from all rows: it is the one that the first fold made."];
  return [];
}

/** Names the combinations and the tables of the target that are among the features. */
export function madeReasons({ plan }: Learned): string[] {
  const seen = plan.features.filter(({ for: kinds }) => kinds.includes("trees"));
  const named = (names: readonly string[]) => [...new Set(names.map((name) => `"${name}"`))].join(", ");
  const tables = seen.flatMap(({ name, table }) => (table === true ? [name.replace(/:target.*$/, "")] : []));
  const frequencies = seen.flatMap(({ name, frequency }) =>
    frequency === true ? [name.replace(/:frequency$/, "")] : [],
  );
  const combinations = seen.flatMap(({ name, combination }) => (combination === true ? [name] : []));
  const why = "quick models of the folds were better with them.";
  return [
    ...(combinations.length === 0
      ? []
      : [`Combinations of numbers are among the features (${named(combinations)}): ${why}`]),
    ...(tables.length === 0 ? [] : [`Tables of the target are among the features (${named(tables)}): ${why}`]),
    ...(frequencies.length === 0
      ? []
      : [`How frequent a row's values are is among the features (${named(frequencies)}): ${why}`]),
  ];
}

/** That there was no time to look for made features. */
export function lateLook(late: boolean): string[] {
  if (!late) return [];
  return [
    "There was no time to look whether combinations of numbers or tables of the target help: none are among the features.",
  ];
}
