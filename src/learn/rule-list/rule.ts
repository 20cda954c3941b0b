import type { Tree } from "../gbdt/model.ts";
import type { LearningFeature } from "../model.ts";

/** One side of a node of a grown tree: what a row must be like. */
export interface Condition {
  readonly tree: Tree;
  readonly node: number;
  readonly left: boolean;
}

/** Conditions that must all hold. */
export type Conditions = readonly Condition[];

export interface Rule {
  readonly conditions: Conditions;
  /** The mean target, the share of class 1, or the shares of all classes, among the rows that no rule before it took. */
  readonly values: readonly number[];
  /** Training rows that it took. */
  readonly rows: number;
}

/** Whether a row fulfils all of them. */
export function holds(conditions: Conditions, features: readonly LearningFeature[], row: number): boolean {
  return conditions.every(({ tree, node, left }) => {
    const feature = features[tree.feature[node]!]!;
    if (feature.missing?.[row] === 1) return (tree.missingLeft[node] === 1) === left;
    const value = feature.values[row]!;
    const codes = tree.categories[node];
    return (codes == null ? value <= tree.threshold[node]! : codes.includes(value)) === left;
  });
}

/** Every side of a node in a tree of at most two levels, with what lies above it. */
export function candidatesOf(tree: Tree): Conditions[] {
  const found: Conditions[] = [];
  const visit = (node: number, above: Conditions) => {
    if (node < 0) return;
    for (const left of [true, false]) {
      const own = [...above, { tree, node, left }];
      found.push(own);
      visit((left ? tree.left : tree.right)[node]!, own);
    }
  };
  visit(tree.feature.length > 0 ? 0 : -1, []);
  return found;
}
