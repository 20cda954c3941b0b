import type { z } from "zod";
import type { AttackTest } from "../attacks/measure-attacks.ts";
import type { GateCheck } from "./model.ts";
import type { gatePolicySchema } from "./policy.ts";

type Limit = NonNullable<z.output<typeof gatePolicySchema>["attacks"]>;

/** Whether few enough decisions flip under small changes; without the test it does not pass. */
export function checkAttacks({ maxFlipped, certified }: Limit, test: AttackTest | undefined): GateCheck {
  const value = (certified ? test?.flippedAtMost : test?.flipped) ?? null;
  const percent = (share: number) => `${Number((100 * share).toFixed(1))} %`;
  const evidence =
    test === undefined
      ? "No attack was tried on the model."
      : value === null
        ? "There was no row to attack."
        : `${certified ? "It is certain that no more than" : "The attack flipped"} ${percent(value)} of ${test.rows} decisions${certified ? " can be flipped" : ""} by moving each number by ${test.within} standard deviations at most; ${percent(maxFlipped)} are accepted.`;
  return {
    name: "attacks",
    passed: value !== null && value <= maxFlipped,
    value,
    limit: maxFlipped,
    evidence,
    next:
      test === undefined
        ? "Let it be attacked: robustness: { attacks: {} } in millrace.config.ts."
        : "Give the model fewer or smoother numbers (monotone directions, larger leaves), or accept more.",
  };
}
