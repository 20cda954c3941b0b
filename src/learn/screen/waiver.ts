import { z } from "zod";

const finding = z
  .string()
  .regex(/^[A-Za-z]+:./, "a finding is named by its guardrail and its column: leakagePower:refund")
  .describe("what is let through, as guardrail:column");

/** A finding that a person lets through: its name, or who did and why. */
export const waiverSchema = z.union([
  finding,
  z.strictObject({
    finding,
    by: z.string().min(1).describe("who answers for it"),
    reason: z.string().min(1).describe("why the value is known at the moment of prediction after all"),
    signed: z.boolean().default(false).describe("the signature was checked"),
  }),
]);
export type Waiver = z.output<typeof waiverSchema>;

export function waivedFinding(waiver: Waiver): string {
  return typeof waiver === "string" ? waiver : waiver.finding;
}
