import { z } from "zod";
import type { DriftTest } from "./model.ts";

const pluginSchema = z.custom<DriftTest>(
  (value) =>
    typeof value === "object" && value !== null && "kind" in value && value.kind === "drift-test" && "compare" in value,
  "a drift test is a name or a plug-in of kind drift-test",
);

export const driftOptionsSchema = z.object({
  columns: z.array(z.string()).optional().describe("Only these columns."),
  exclude: z.array(z.string()).default([]).describe("Not these columns (ids, the time column)."),
  tests: z
    .array(z.union([z.string(), pluginSchema]))
    .default(["auto"])
    .describe("Tests by name, or plug-ins of kind drift-test; `auto` is psi, missingShare, newLevels and outsideBand."),
  bins: z.int().min(2).max(1000).default(10).describe("Quantile bins of a numeric column."),
  bandWidth: z
    .number()
    .positive()
    .default(2)
    .describe("Half width of the band, in standard deviations of the reference."),
  alpha: z.number().gt(0).lt(1).default(0.01).describe("Share of false discoveries to accept."),
  thresholds: z.record(z.string(), z.number().min(0)).default({}).describe("Practical threshold by test."),
  driftShare: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe("The data drifted when at least this share of columns did (and one)."),
  shuffles: z.int().min(20).max(10_000).default(200).describe("Shuffles where the chance distribution has no formula."),
  seed: z.int().default(0).describe("Seed of the shuffles."),
  weight: z.string().optional().describe("Column of row weights, not compared itself."),
  slices: z
    .array(z.string())
    .max(20)
    .default([])
    .describe("Columns (or crosses, as region*plan) whose values are compared apart, too."),
  compat: z
    .enum(["evidently", "tfdv"])
    .optional()
    .describe("Bins, values and thresholds of Evidently 0.7, or distances of TensorFlow Data Validation 1.16."),
});
export type DriftOptions = z.input<typeof driftOptionsSchema>;
export type ResolvedDriftOptions = z.output<typeof driftOptionsSchema>;
