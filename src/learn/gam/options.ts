import { z } from "zod";

/** Options of generalised additive models. */
export const gamOptions = z.object({
  rounds: z.int().min(1).max(20_000).default(400).describe("most rounds; each looks at every feature once"),
  learningRate: z.number().gt(0).max(1).default(0.05).describe("share of each step that is added"),
  leaves: z.int().min(2).max(16).default(3).describe("most pieces that one step gives a feature"),
  minRowsInLeaf: z.int().min(1).default(10).describe("fewest rows of such a piece"),
  l2: z.number().min(0).default(1).describe("L2 strength on the steps' values"),
  maxBins: z.int().min(2).max(1024).default(128).describe("most bins of a feature; its curve has no more steps"),
  monotone: z
    .record(z.string(), z.union([z.literal(1), z.literal(-1)]))
    .default({})
    .describe("numeric features whose curve may only rise (1) or only fall (-1), by name"),
  earlyStoppingRounds: z
    .int()
    .min(0)
    .default(25)
    .describe("rounds without a better validation loss before training stops; 0: never"),
  balanced: z.boolean().default(false).describe("weigh classes so that each counts as much as any other"),
});

export type GamOptions = z.output<typeof gamOptions>;
