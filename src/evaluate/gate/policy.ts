import { z } from "zod";

const comparison = z.strictObject({
  metric: z.string().describe("The metric to compare on."),
  confidence: z.number().min(0.5).lt(1).default(0.95).describe("Probability of being better that is asked for."),
});

/** What a model must show before it may be served. */
export const gatePolicySchema = z.strictObject({
  betterThanBaseline: comparison.optional().describe("Better than the trivial baseline, with this confidence."),
  betterThanChampion: z
    .union([
      comparison,
      comparison.extend({ notWorseBy: z.number().min(0).describe("Loss of the metric that is still accepted.") }),
    ])
    .optional()
    .describe("Better than the serving model; with `notWorseBy` it is enough not to be worse by more than that."),
  minimum: z
    .record(z.string(), z.number())
    .default({})
    .describe("Least value of a metric (greatest, where less is better)."),
  maxCalibrationError: z.number().min(0).max(1).optional().describe("Greatest expected calibration error."),
  minRows: z.int().min(0).default(0).describe("Fewest rows to judge by."),
  notDegenerate: z.boolean().default(true).describe("Refuse a model that says the same to everyone."),
  slices: z
    .strictObject({
      metric: z.string(),
      maxGap: z
        .number()
        .min(0)
        .optional()
        .describe("How much worse than all rows a slice may be, its interval allowed for."),
      minimum: z
        .number()
        .optional()
        .describe("Least value in every slice (greatest, where less is better), its interval allowed for."),
    })
    .optional()
    .describe("What must hold in every slice that has enough rows."),
  exports: z
    .array(z.enum(["onnx", "ts", "js", "python", "c", "java", "go", "sql"]))
    .default([])
    .describe("Exports that must score the golden rows as the program does; their toolchains must be installed."),
});
export type GatePolicy = z.input<typeof gatePolicySchema>;
