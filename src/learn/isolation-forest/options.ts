import { z } from "zod";

/** Options of isolation forests; defaults are scikit-learn's. */
export const isolationForestOptions = z.object({
  trees: z.int().min(1).max(5000).default(100).describe("how many trees are averaged"),
  rowsPerTree: z
    .int()
    .min(2)
    .max(65_536)
    .default(256)
    .describe("rows that each tree is grown on, drawn without repeats"),
});
