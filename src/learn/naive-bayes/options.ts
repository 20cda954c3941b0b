import { z } from "zod";

/** Options of naive Bayes. */
export const naiveBayesOptions = z.object({
  smoothing: z
    .number()
    .gt(0)
    .default(1e-9)
    .describe("added to each class's variance of a number, as a share of the number's own variance"),
  pseudoCount: z
    .number()
    .gt(0)
    .default(1)
    .describe("rows that every level of every class is given in advance (Laplace)"),
  balanced: z.boolean().default(false).describe("weigh classes so that each counts as much as any other"),
});

export type NaiveBayesOptions = z.output<typeof naiveBayesOptions>;
