import { z } from "zod";

/** Options of gradient-boosted trees. Names and defaults follow LightGBM's, where it has them. */
export const gbdtOptions = z.object({
  trees: z.int().min(1).max(20_000).default(300).describe("most boosting rounds (trees a class)"),
  learningRate: z.number().gt(0).max(1).default(0.1).describe("share of each tree's leaf values that is added"),
  leaves: z.int().min(2).max(1024).default(31).describe("most leaves of a tree"),
  maxDepth: z.int().min(0).max(64).default(0).describe("most splits from root to leaf; 0: no limit"),
  minRowsInLeaf: z.number().min(0).default(20).describe("fewest rows in a leaf, estimated from the hessian"),
  minHessianInLeaf: z.number().min(0).default(1e-3).describe("least sum of hessians in a leaf"),
  l2: z.number().min(0).default(0).describe("L2 strength on leaf values"),
  minGain: z.number().min(0).default(0).describe("least gain of a split"),
  featureShare: z.number().gt(0).max(1).default(1).describe("share of the features that each tree may use"),
  rowShare: z.number().gt(0).max(1).default(1).describe("share of the rows that each tree is grown on (bagging)"),
  maxBins: z.int().min(2).max(255).default(255).describe("most bins of a feature, missing's included"),
  minRowsInBin: z.int().min(1).default(3).describe("fewest rows of a numeric bin"),
  earlyStoppingRounds: z
    .int()
    .min(0)
    .default(50)
    .describe("rounds without a better validation loss before training stops; 0: never"),
  catSmooth: z.number().min(0).default(10).describe("smoothing of categories, and fewest rows of one that is ranked"),
  catL2: z.number().min(0).default(10).describe("L2 strength added in categorical splits"),
  maxCatThreshold: z.int().min(1).max(255).default(32).describe("most categories on the listed side of a split"),
  minRowsPerGroup: z.number().min(0).default(100).describe("fewest rows that a further group of categories must add"),
  maxCatToOneHot: z.int().min(0).default(4).describe("up to so many bins categories are split off one by one"),
});

export type GbdtOptions = z.output<typeof gbdtOptions>;
