import { z } from "zod";
import { outputOptions, searchOptions } from "#learn";
import { transformOptionsSchema } from "#transform";
import { configWaiverSchema, signersSchema } from "./responsible/waivers.ts";

/** What the config says of the search for a model. */
export const learnSchema = z.strictObject({
  budgetTrials: z.number().int().min(1).max(10_000).default(10).describe("how many configurations are tried"),
  threads: z.number().int().min(1).max(64).default(1).describe("the model does not depend on it"),
  waive: z
    .array(configWaiverSchema)
    .default([])
    .describe("findings of guardrails that are let through: guardrail:column, or with who and why"),
  signers: signersSchema
    .optional()
    .describe(
      "keys of those who may waive, by name: each waiver must bear the signature of one (`millrace waive --key`)",
    ),
  costs: z
    .strictObject({ falsePositive: z.number().min(0), falseNegative: z.number().min(0) })
    .optional()
    .describe("cost of a false alarm and of a miss; the threshold minimises it"),
  warmStart: z
    .boolean()
    .default(false)
    .describe("try what did best in the last complete turn on other rows right after the baseline"),
  transform: transformOptionsSchema.partial().optional().describe("how columns become features"),
  feasibility: z
    .enum(["warn", "block", "off"])
    .default("warn")
    .describe(
      "before the search: can a few rows be learned by heart? If not, something is broken that no budget mends",
    ),
  ...searchOptions,
  ...outputOptions,
});
