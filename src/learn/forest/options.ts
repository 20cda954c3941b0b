import { z } from "zod";

const common = {
  maxDepth: z.int().min(0).max(64).default(0).describe("most splits from root to leaf; 0: no limit"),
  minRowsInLeaf: z.int().min(1).default(1).describe("fewest rows in a leaf"),
  maxBins: z.int().min(2).max(255).default(255).describe("most bins of a feature, missing's included"),
  balanced: z.boolean().default(false).describe("weigh classes so that each counts as much as any other"),
};

const many = {
  ...common,
  trees: z.int().min(1).max(5000).default(100).describe("how many trees are averaged"),
  featuresPerSplit: z
    .union([z.literal("sqrt"), z.number().gt(0).max(1)])
    .default("sqrt")
    .describe("features that each split may choose from: the square root of their number, or a share"),
};

/** Options of random forests. */
export const forestOptions = z.object({
  ...many,
  bootstrap: z.boolean().default(true).describe("grow each tree on as many rows drawn with replacement"),
});

/** Options of extremely randomised trees. */
export const extraTreesOptions = z.object({
  ...many,
  bootstrap: z.boolean().default(false).describe("grow each tree on as many rows drawn with replacement"),
});

/** Options of one readable tree. */
export const treeOptions = z.object({
  ...common,
  maxDepth: common.maxDepth.default(4),
  minRowsInLeaf: common.minRowsInLeaf.default(20),
});

export interface ForestSettings extends z.output<typeof forestOptions> {
  /** Thresholds are drawn instead of searched. */
  readonly randomThresholds: boolean;
}
