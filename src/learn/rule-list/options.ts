import { z } from "zod";

/** Options of rule lists. */
export const ruleListOptions = z.object({
  rules: z.int().min(1).max(12).default(8).describe("most rules before the last one, which holds for all other rows"),
  conditions: z.int().min(1).max(2).default(2).describe("most conditions of a rule"),
  minRowsInRule: z.int().min(1).default(20).describe("fewest training rows that a rule holds for"),
  maxBins: z.int().min(2).max(255).default(255).describe("most bins of a feature, missing's included"),
  balanced: z.boolean().default(false).describe("weigh classes so that each counts as much as any other"),
});
