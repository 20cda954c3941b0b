import { z } from "zod";
import { benchmarkSchema } from "#evaluate";
import { ratersSchema } from "./answers-of-people.ts";

const weighing = z.record(z.string(), z.number().min(0).max(1000)).default({});

/** What the evaluation asks beside the metrics: slices to look at, what a decision costs, how many can be acted on. */
export const evaluateSchema = z.strictObject({
  slices: z
    .array(z.string().min(1))
    .default([])
    .describe("columns to slice by beside those of the roles; `a*b` crosses two"),
  importance: weighing.describe(
    'how much slices matter, by name ("plan = basic", "age < 27") or column; ranks what to work on; default 1',
  ),
  ease: weighing.describe("how easily slices can be mended, named in the same way; default 1"),
  costs: z
    .strictObject({
      falsePositive: z.number().default(0),
      falseNegative: z.number().default(0),
      truePositive: z.number().default(0),
      trueNegative: z.number().default(0),
    })
    .optional()
    .describe(
      "binary: what each kind of decision costs, a gain is negative; default: those of `learn`, else 1 each wrong",
    ),
  capacity: z
    .strictObject({
      actions: z.number().positive().describe("how many rows can be acted on …"),
      outOf: z.number().positive().describe("… of so many that come in the same time"),
    })
    .optional()
    .describe(
      'binary: "we can act on 50 of the 1,000 that come in a day"; the report and the card show what that allows',
    ),
  maxError: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.05)
    .describe("greatest share of wrong decisions among those that are automated; the rest goes to people"),
});
export type EvaluateConfig = Readonly<z.output<typeof evaluateSchema>>;

/** The options of the evaluate step. */
export const evaluateStepSchema = z.strictObject({
  task: z.enum(["binary", "multiclass", "regression"]),
  target: z.string(),
  weight: z.string().optional(),
  /** When rows happened: where the rows before the test rows form a series, errors are scaled by its naive forecast. */
  time: z.string().optional(),
  series: z.array(z.string()).optional().describe("columns that tell several series apart"),
  raters: ratersSchema.optional(),
  /** Of a ranking: the column that names the query of a row. */
  query: z.string().optional(),
  metric: z.string(),
  slices: z.array(z.string()).default([]),
  /** Columns that slices are not searched in: what names a row, weighs it, or tells the target. */
  notSearched: z.array(z.string()).default([]),
  sensitive: z.array(z.string()).default([]),
  benchmarks: z.array(benchmarkSchema).default([]),
  draws: z.number().int().min(100).default(1000),
  ...evaluateSchema.omit({ slices: true }).shape,
});
