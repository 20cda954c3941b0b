import { z } from "zod";

export const binaryCostsSchema = z.strictObject({
  falsePositive: z.number().default(0),
  falseNegative: z.number().default(0),
  truePositive: z.number().default(0),
  trueNegative: z.number().default(0),
});
/** What each kind of decision costs, in any unit; a gain is negative. */
export type BinaryCosts = z.output<typeof binaryCostsSchema>;

/** What some metrics ask for beside scores and labels. */
export const metricOptionsSchema = z.object({
  beta: z.number().gt(0).default(2).describe("How much more recall counts than precision in Fβ."),
  costs: z
    .union([binaryCostsSchema, z.array(z.array(z.number()))])
    .optional()
    .describe("What decisions cost: by kind (binary), or costs[actual][predicted]; a gain is negative."),
  quantile: z.number().gt(0).lt(1).default(0.5).describe("Regression: the quantile that the scores stand for."),
  power: z
    .number()
    .refine((power) => power <= 0 || power >= 1, "There is no Tweedie distribution with a power between 0 and 1.")
    .default(1.5)
    .describe("Power of the Tweedie deviance: 0 normal, 1 Poisson, 2 gamma, 3 inverse Gaussian."),
});
export type MetricOptions = Pick<z.output<typeof metricOptionsSchema>, keyof typeof metricOptionsSchema.shape>;
export const plainMetricOptions: MetricOptions = metricOptionsSchema.parse({});
