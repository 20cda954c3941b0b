import type { SourceTree } from "./forest-builder.ts";
import type { LeafSum, LightGbmTree } from "./lightgbm-text.ts";
import { invalidModel } from "./model.ts";

/** What a leaf gives where all features of its sum are there, and where one is missing. */
export interface SumLeaves {
  whole(leaf: number): number;
  missing(leaf: number): number;
}

/**
 * A tree with tests of the missing behind it: each leaf becomes a chain of splits that only a missing feature of its sum
 * leaves. `plain` is a feature's position among the inputs.
 *
 * Source: LightGBM 4.7, `include/LightGBM/tree.h`, `Tree::Predict`: one NaN, and the leaf's value stands for its sum.
 */
export function withSums(
  tree: SourceTree,
  { splitFeature, leafValue, leafSums = [] }: LightGbmTree,
  plain: (feature: number) => number,
  leaves: SumLeaves,
): SourceTree {
  const splits = splitFeature.length;
  const longest = leafSums.reduce((most, { features }) => Math.max(most, features.length), 0);
  // numbers of nodes: splits as they are, then the chain of each leaf, its end counted in
  const link = (leaf: number, place: number) => splits + leaf * (longest + 1) + place;
  const chained = (id: number) => {
    if (id >= splits) throw invalidModel("LightGBM model", `a tree has no node ${id}`);
    if (id < 0 && ~id >= leafValue.length) throw invalidModel("LightGBM model", `a tree has no leaf ${~id}`);
    return id < 0 ? link(~id, 0) : id;
  };
  return {
    root: chained(tree.root),
    size: splits + leafValue.length * (2 * longest + 1),
    node: (id) => {
      if (id < 0) return { leaf: leaves.missing(~id) };
      if (id < splits) {
        const node = tree.node(id);
        return "leaf" in node ? node : { ...node, left: chained(node.left), right: chained(node.right) };
      }
      const leaf = Math.floor((id - splits) / (longest + 1));
      const place = (id - splits) % (longest + 1);
      const feature = leafSums[leaf]?.features[place];
      if (feature === undefined) return { leaf: leaves.whole(leaf) };
      const test = { threshold: Number.POSITIVE_INFINITY };
      return { feature: plain(feature), test, missingLeft: false, left: link(leaf, place + 1), right: ~leaf };
    },
  };
}

/** Features that leaves add up, in order of their position. */
export function summedFeatures(trees: readonly LightGbmTree[]): readonly number[] {
  const found = new Set(trees.flatMap(({ leafSums = [] }) => leafSums.flatMap(({ features }) => [...features])));
  return [...found].sort((a, b) => a - b);
}

export function coefficientOf({ features, coefficients }: LeafSum, feature: number): number {
  return features.reduce((sum, one, k) => (one === feature ? sum + coefficients[k]! : sum), 0);
}
