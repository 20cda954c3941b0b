import type { Forest } from "../model.ts";

/** What a forest reads of a row: a number slot, as it is or with −∞ for missing. */
export interface ForestColumn {
  readonly slot: number;
  readonly low: boolean;
}

/**
 * A forest laid out so that a walk has no branch that depends on data: a row goes from node n to next[n] where
 * x[feature[n]] ≤ value[n], else to next[n] + 1. A leaf goes to itself, since its feature is −∞ (the last one), and its
 * value is what it adds. Where missing goes left, the feature is the column that holds −∞ for missing.
 */
export interface ForestLayout {
  readonly columns: readonly ForestColumn[];
  /** Position of the feature that is always −∞; one more is the width of a row. */
  readonly lowest: number;
  readonly roots: Uint32Array;
  readonly value: Float64Array;
  readonly feature: Uint32Array;
  readonly next: Uint32Array;
}

/** Undefined where the forest has sets of categories, or a part that is reached by two ways. */
export function layOutForest(forest: Forest, features: readonly number[]): ForestLayout | undefined {
  if (forest.categorical.includes(1) || isShared(forest)) return undefined;
  const columns: ForestColumn[] = [];
  const places = new Map<string, number>();
  const column = (slot: number, low: boolean) => {
    const key = `${slot} ${low}`;
    let at = places.get(key);
    if (at === undefined) {
      at = columns.push({ slot, low }) - 1;
      places.set(key, at);
    }
    return at;
  };
  const size = forest.feature.length;
  for (let n = 0; n < size; n++) column(features[forest.feature[n]!]!, forest.missingLeft[n] === 1);
  const lowest = columns.length;
  const value: number[] = [];
  const feature: number[] = [];
  const next: number[] = [];
  const refs: number[] = [];
  const append = (ref: number) => {
    refs.push(ref);
    return value.push(0) - 1;
  };
  const roots = Uint32Array.from(forest.treeStart, (root) => {
    let at = append(root);
    const start = at;
    // breadth first: a tree's nodes lie side by side, the two children of a node next to each other
    for (; at < value.length; at++) {
      const ref = refs[at]!;
      if (ref < 0) {
        value[at] = forest.leafValue[~ref]!;
        feature[at] = lowest;
        next[at] = at;
      } else {
        value[at] = forest.threshold[ref]!;
        feature[at] = column(features[forest.feature[ref]!]!, forest.missingLeft[ref] === 1);
        next[at] = append(forest.left[ref]!);
        append(forest.right[ref]!);
      }
    }
    return start;
  });
  return {
    columns,
    lowest,
    roots,
    value: Float64Array.from(value),
    feature: Uint32Array.from(feature),
    next: Uint32Array.from(next),
  };
}

/** Whether two nodes, or two trees, go on at the same node. */
function isShared({ treeStart, left, right, feature }: Forest): boolean {
  const seen = new Uint8Array(feature.length);
  for (const refs of [treeStart, left, right])
    for (const ref of refs) {
      if (ref < 0) continue;
      if (seen[ref] === 1) return true;
      seen[ref] = 1;
    }
  return false;
}
