import { MillraceError } from "#kernel";
import type { FitInput } from "../../model.ts";
import type { GbdtOptions } from "../options.ts";
import { regressionObjective } from "./regression-objective.ts";

/**
 * Refuses an objective that does not fit task or target, and directions of features that have none; gives the directions by
 * position, where there are any.
 *
 * Errors: LEARN_OBJECTIVE_UNFIT; LEARN_MONOTONE_INVALID.
 */
export function checkObjective(input: FitInput, options: GbdtOptions): Int8Array | undefined {
  const { task, train } = input;
  const { objective } = options;
  if (objective !== "auto" && task !== "regression")
    throw unfit(`The objective "${objective}" is of regressions; the task is ${task}`, "Leave `objective` out.");
  const found = regressionObjective(options);
  if (found?.least !== undefined) {
    const { value: least, allowed } = found.least;
    const row = train.target.findIndex((value) => (allowed ? value < least : value <= least));
    if (row >= 0 && row < train.rows)
      throw unfit(
        `The objective "${objective}" needs targets ${allowed ? "of at least" : "above"} ${least}; row ${row + 1} has ${train.target[row]}`,
        'Choose `objective: "squared"` or "huber", or filter such rows out.',
      );
  }
  if (found?.grades !== undefined) checkGrades(input, found.grades);
  const entries = Object.entries(options.monotone);
  if (entries.length === 0) return undefined;
  if (found?.leafQuantile !== undefined)
    throw unfit(
      `The objective "${objective}" takes its leaf values from quantiles, which cannot be held monotone`,
      'Choose `objective: "huber"`, or leave `monotone` out.',
    );
  if (task === "multiclass")
    throw wrong("a score of one class among several has no direction", "Leave `monotone` out of multiclass tasks.");
  const directions = new Int8Array(train.features.length);
  for (const [name, direction] of entries) {
    const at = train.features.findIndex((feature) => feature.name === name);
    if (at < 0) throw wrong(`there is no feature "${name}"`, "Name features as the data do.");
    if (train.features[at]!.kind !== "numeric")
      throw wrong(`the feature "${name}" is categorical and has no order`, "Name numeric features only.");
    directions[at] = direction;
  }
  return directions;
}

function checkGrades({ train, validation }: FitInput, most: number): void {
  for (const data of [train, validation]) {
    if (data === undefined) continue;
    if (data.queries === undefined)
      throw unfit("A ranking needs to know which query each row belongs to", "Give the rows their queries.");
    const row = data.target.findIndex((grade) => !Number.isInteger(grade) || grade > most);
    if (row >= 0 && row < data.rows)
      throw unfit(
        `A ranking learns from whole grades of 0 to ${most}; row ${row + 1} has ${data.target[row]}`,
        "Turn the target into grades, or choose another objective.",
      );
  }
}

function unfit(message: string, next: string): MillraceError {
  return new MillraceError("LEARN_OBJECTIVE_UNFIT", { message: `${message}.`, next });
}

function wrong(what: string, next: string): MillraceError {
  return new MillraceError("LEARN_MONOTONE_INVALID", { message: `\`monotone\` cannot hold: ${what}.`, next });
}
