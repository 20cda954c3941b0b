import { z } from "zod";

const comparison = z.strictObject({
  metric: z.string().describe("The metric to compare on."),
  confidence: z.number().min(0.5).lt(1).default(0.95).describe("Probability of being better that is asked for."),
});

const loss = z.number().min(0).max(10).optional();

/** What others reached, as a baseline with a name. */
export const benchmarkSchema = z.strictObject({
  name: z.string().min(1).describe("Who reached it: a paper, a competitor, the state of the art."),
  metric: z.string(),
  value: z.number(),
  data: z.string().min(1).describe("On which data, and how like ours they are."),
  source: z.string().min(1).describe("Where it is written."),
  required: z.boolean().default(false).describe("The gate refuses a model that is surely worse."),
});
export type Benchmark = z.output<typeof benchmarkSchema>;

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
  notDegenerate: z
    .union([z.boolean(), z.literal("decisions")])
    .default(true)
    .describe(
      "Refuse a model that says the same to everyone; `decisions`: also one that decides alike for everyone, or no better than chance.",
    ),
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
      champion: z
        .strictObject({
          notWorseBy: z.number().min(0).describe("Loss of the metric beside the champion that is still accepted."),
          minRows: z.int().min(2).default(200).describe("Smaller slices are not compared."),
        })
        .optional()
        .describe("No slice may be worse than the champion by more than that, its interval allowed for."),
    })
    .optional()
    .describe("What must hold in every slice that has enough rows."),
  fairness: z
    .strictObject({
      maxOpportunityGap: z.number().min(0).max(1).optional().describe("Greatest difference of true positive rates."),
      maxSelectionGap: z.number().min(0).max(1).optional().describe("Greatest difference of selection rates."),
      maxOddsGap: z.number().min(0).max(1).optional().describe("Greatest difference of true or false positive rates."),
      fourFifths: z.boolean().default(false).describe("Every selection rate is at least 0.8 of the greatest."),
    })
    .optional()
    .describe("How far apart the groups of the sensitive columns may be (binary tasks)."),
  robustness: z
    .strictObject({ noise: loss, missing: loss, unit: loss, typo: loss })
    .optional()
    .describe("Greatest loss under each fault in the rows, as a share of the metric's value."),
  attacks: z
    .strictObject({
      maxFlipped: z.number().min(0).max(1).describe("Greatest share of rows that the attack may flip."),
      certified: z.boolean().default(true).describe("Rows count as flipped unless it is certain that they are not."),
    })
    .optional()
    .describe("How many decisions may flip when each number moves a little (`robustness.attacks` says how far)."),
  latency: z
    .strictObject({ p99Ms: z.number().positive().describe("99 % of single rows are scored in so many milliseconds.") })
    .optional()
    .describe("How long a row may take, measured where the gate runs."),
  benchmarks: z.array(benchmarkSchema).default([]).describe("Outside results that bind."),
  maxOpenings: z
    .int()
    .min(1)
    .optional()
    .describe("Most models that may be measured on the same test rows; then new rows are needed."),
  written: z
    .array(z.strictObject({ name: z.string(), given: z.boolean(), next: z.string() }))
    .optional()
    .describe("What a person must have written; filled in by the risk tier."),
  exports: z
    .array(z.enum(["onnx", "ts", "js", "python", "c", "java", "go", "sql"]))
    .default([])
    .describe("Exports that must score the golden rows as the program does; their toolchains must be installed."),
});
export type GatePolicy = z.input<typeof gatePolicySchema>;
