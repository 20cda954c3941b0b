import { z } from "zod";

/** Options of nearest neighbours. */
export const nearestOptions = z.object({
  neighbours: z.int().min(1).max(50).default(7).describe("how many of the nearest training rows answer"),
  mostRows: z
    .int()
    .min(1)
    .max(5000)
    .default(2000)
    .describe("most training rows: every one of them, and the search among them, is a part of the model"),
});

export type NearestOptions = z.output<typeof nearestOptions>;
