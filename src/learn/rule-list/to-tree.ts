import type { Tree } from "../gbdt/model.ts";
import type { Rule } from "./rule.ts";

/**
 * The list as one tree an output, so that it is a program like any other tree: whoever fails a condition goes on to the next
 * rule, which therefore stands once for each condition before it.
 */
export function toTrees(rules: readonly Rule[]): Tree[] {
  const outputs = rules[0]!.values.length;
  const feature: number[] = [];
  const threshold: number[] = [];
  const left: number[] = [];
  const right: number[] = [];
  const missingLeft: number[] = [];
  const categories: (Uint32Array | null)[] = [];
  const levels: number[] = [];
  const leaves: number[] = [];
  const place = (at: number, k: number): number => {
    const rule = rules[at]!;
    if (k === rule.conditions.length) return ~(leaves.push(at) - 1);
    const condition = rule.conditions[k]!;
    const node = feature.push(condition.tree.feature[condition.node]!) - 1;
    threshold.push(condition.tree.threshold[condition.node]!);
    missingLeft.push(condition.tree.missingLeft[condition.node]!);
    categories.push(condition.tree.categories[condition.node]!);
    levels.push(condition.tree.levels[condition.node]!);
    const stays = place(at, k + 1);
    const fails = place(at + 1, 0);
    left[node] = condition.left ? stays : fails;
    right[node] = condition.left ? fails : stays;
    return node;
  };
  place(0, 0);
  const shape = {
    feature: Int32Array.from(feature),
    threshold: Float64Array.from(threshold),
    left: Int32Array.from(left),
    right: Int32Array.from(right),
    missingLeft: Uint8Array.from(missingLeft),
    categories,
    levels: Int32Array.from(levels),
    gains: new Float64Array(feature.length),
  };
  return Array.from({ length: outputs }, (_, c) => ({
    ...shape,
    leafValues: Float64Array.from(leaves, (at) => rules[at]!.values[c]!),
  }));
}
