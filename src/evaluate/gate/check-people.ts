import { describeHumanLevel, type HumanLevel } from "../people/measure-raters.ts";
import type { GateCheck } from "./model.ts";

/** Whether the model is at most so much worse than the people who labelled the same rows; without their answers it does not pass. */
export function checkPeople({ notWorseBy }: { readonly notWorseBy: number }, found: HumanLevel | undefined): GateCheck {
  const value = found?.betterLow ?? null;
  return {
    name: "notWorseThanPeople",
    passed: value !== null && value >= -notWorseBy,
    value,
    limit: -notWorseBy,
    evidence:
      found === undefined
        ? "No answers of people are recorded for the test rows."
        : `${describeHumanLevel(found)[0]!} At worst it may be ${notWorseBy} behind.`,
    next:
      found === undefined
        ? 'Name the raters\' columns: evaluate: { raters: { columns: ["…"] } }.'
        : "Look at the rows that people get right and the model does not, or leave them to people.",
  };
}
