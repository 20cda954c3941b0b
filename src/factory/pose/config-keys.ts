import type { JsonValue } from "@millrace/program";
import type { Proposal } from "../propose/propose-problem.ts";
import type { ProblemAnswers } from "./answers.ts";
import type { ProblemStatement } from "./problem-statement.ts";

/** What a person answered as keys of the config, so that the factory does what was posed. */
export function configKeys(
  { owner, decision, decidedBy, falsePositive, falseNegative, success }: ProblemAnswers,
  { metric, task }: Proposal,
  { retraining }: ProblemStatement,
): Record<string, JsonValue> {
  const use = decision === undefined ? undefined : decidedBy === undefined ? decision : `${decision} (${decidedBy})`;
  const costs = task.value === "binary" && falsePositive !== undefined && falseNegative !== undefined;
  const comparison = { metric: metric.value };
  return {
    ...(owner === undefined ? {} : { owner }),
    ...(use === undefined ? {} : { intendedUse: use }),
    ...(costs ? { learn: { costs: { falsePositive, falseNegative } } } : {}),
    ...(Object.keys(success).length === 0
      ? {}
      : { gate: { betterThanBaseline: comparison, betterThanChampion: comparison, minimum: success } }),
    ...(retraining.everyHours === null ? {} : { triggers: { everyHours: retraining.everyHours } }),
  };
}

/** What the config cannot hold to by itself, as lines that a person reads there. */
export function configNotes({ today, action }: ProblemAnswers, { retraining }: ProblemStatement): readonly string[] {
  return [
    ...(action === undefined ? [] : [`What is done with the prediction: ${action}`]),
    ...(today === undefined
      ? []
      : [`Done today: ${today}. To be compared with it, write it as a rule: baseline: { rule: "today.sql" }`]),
    ...(retraining.windowDays === null
      ? []
      : [`Learn from the last ${retraining.windowDays} days. ${retraining.labelling}`]),
  ];
}
