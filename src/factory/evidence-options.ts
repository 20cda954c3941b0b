import { z } from "zod";
import { attackTestSchema } from "#evaluate";
import { ratersSchema } from "./steps/answers-of-people.ts";
import { evaluateSchema as evaluationSchema } from "./steps/evaluate-options.ts";
import { resamplingSchema } from "./steps/resample.ts";

/** What a model is tried with on its test rows. */
export const robustnessSchema = z.strictObject({
  noise: z.number().min(0).max(10).default(0.01).describe("noise in each number, in standard deviations"),
  missing: z.number().min(0).max(1).default(0.05).describe("share of the values lost"),
  typo: z.number().min(0).max(1).default(0.05).describe("share of the texts with two letters swapped"),
  units: z
    .array(z.string().min(1))
    .readonly()
    .default([])
    .describe("numbers tried a thousand times too great, one after the other"),
  attacks: attackTestSchema
    .optional()
    .describe("search the smallest changes that flip a decision, and certify how small they can be; takes minutes"),
});

/** What the evaluation asks, on the test rows and beyond them. */
export const evaluateSchema = evaluationSchema.extend({
  ...resamplingSchema.shape,
  raters: ratersSchema.optional().describe("people who labelled the same rows: human-level performance"),
});
