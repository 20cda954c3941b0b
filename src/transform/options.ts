import { z } from "zod";

/** How columns become features. */
export const transformOptionsSchema = z.strictObject({
  categoricalLevels: z
    .int()
    .min(2)
    .max(254)
    .default(254)
    .describe("most levels of a column that stays categorical; above, frequency and target tables are used"),
  minLevelRows: z
    .int()
    .min(1)
    .default(5)
    .describe("training rows below which a level counts as rare and is pooled with unseen ones"),
  oneHotLevels: z
    .int()
    .min(1)
    .max(1000)
    .default(64)
    .describe("most indicator features of one column for linear models"),
  targetFolds: z.int().min(2).max(20).default(5).describe("folds that cross-fit a target table for the training rows"),
  targetSmoothing: z
    .number()
    .min(0)
    .default(20)
    .describe("rows' worth of weight of the overall mean in a target table"),
  timeTrend: z
    .boolean()
    .optional()
    .describe("adds the time since the first training row; it extrapolates, so by default only forecasts have it"),
  textLength: z
    .number()
    .min(1)
    .default(40)
    .describe("mean characters above which a mostly unique text column is free text"),
  textWords: z.int().min(1).max(4).default(2).describe("most neighbouring words that make one term of free text"),
  textTerms: z.int().min(1).max(1_000_000).default(50_000).describe("most terms of one column of free text"),
  textMinRows: z.int().min(1).default(2).describe("training rows below which a term of free text is passed over"),
  textMost: z.int().min(1).max(65_536).default(8192).describe("characters of a text that are read; the rest is not"),
  uniqueShare: z
    .number()
    .min(0)
    .max(1)
    .default(0.5)
    .describe("share of distinct values above which a long text is free text"),
  idShare: z
    .number()
    .min(0)
    .max(1)
    .default(0.95)
    .describe("share of distinct values above which a short text only names its row"),
  crosses: z
    .array(z.array(z.string()).min(2).max(4))
    .default([])
    .describe("columns of texts whose values together are a feature, by list"),
  combinations: z
    .int()
    .min(0)
    .max(100)
    .default(0)
    .describe("most ratios, differences and products of two numbers that tell more than either of them"),
  tables: z
    .int()
    .min(0)
    .max(50)
    .default(0)
    .describe("most tables of the target by a number's values or by two columns that tell more together than apart"),
  tableFrequencies: z
    .boolean()
    .default(false)
    .describe("beside each of the tables that were found, which share of the training rows has a row's values"),
  aggregates: z
    .array(
      z.strictObject({
        by: z.string().describe("a column of texts: the key"),
        of: z.string().optional().describe("a column of numbers; not for count"),
        what: z.enum(["count", "mean", "min", "max"]),
      }),
    )
    .default([])
    .describe("what the training rows of a key have in common; with a time column only earlier rows count in training"),
  mostFeatures: z
    .int()
    .min(1)
    .optional()
    .describe("most features of a matrix: those that tell most of the target in the worst of five parts of the rows"),
  linearClip: z.number().min(1).default(8).describe("linear features are held within this many standard deviations"),
});

export type TransformOptions = z.output<typeof transformOptionsSchema>;
