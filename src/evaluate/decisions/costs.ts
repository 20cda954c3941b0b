import { z } from "zod";

/** What each kind of decision costs, in any unit; a gain is negative. */
export interface Costs {
  readonly falsePositive: number;
  readonly falseNegative: number;
  readonly truePositive: number;
  readonly trueNegative: number;
}

/** Costs as an option; default: each wrong decision 1. */
export const costsSchema = z
  .strictObject({
    falsePositive: z.number().default(0),
    falseNegative: z.number().default(0),
    truePositive: z.number().default(0),
    trueNegative: z.number().default(0),
  })
  .default({ falsePositive: 1, falseNegative: 1, truePositive: 0, trueNegative: 0 });

/** Only what is missed counts: a capacity is then used up. */
export const missesOnly: Costs = { falsePositive: 0, falseNegative: 1, truePositive: 0, trueNegative: 0 };
