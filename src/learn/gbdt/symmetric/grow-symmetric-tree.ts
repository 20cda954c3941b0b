import { Growth } from "../grow/grow-tree.ts";
import type { GrownTree, Leaf, Rules } from "../grow/leaf.ts";
import { SplitSearch } from "../grow/split-search.ts";
import type { GbdtOptions } from "../options.ts";
import type { Prepared } from "../prepare.ts";

const usualDepth = 6;

/** Levels of a symmetric tree. */
export function symmetricDepth({ maxDepth }: Pick<GbdtOptions, "maxDepth">): number {
  return maxDepth === 0 ? usualDepth : maxDepth;
}

/**
 * Grows one tree level by level: all leaves of a level are divided by the one split that gains most over all of them. A leaf
 * whose rows all go one way is left as it is.
 *
 * Random: noise on the splits' scores, by `key` and level.
 * Source: Prokhorenkova et al., "CatBoost", NeurIPS 2018, §4 (oblivious trees).
 */
export function growSymmetricTree(
  prepared: Prepared,
  rows: number,
  rules: Rules,
  options: GbdtOptions,
  key: number,
): GrownTree {
  const growth = new Growth(prepared, rules, options);
  const search = new SplitSearch(prepared, rules, options);
  const depth = symmetricDepth(options);
  let leaves = [search.plantBare(rows)];
  for (let level = 0; level < depth; level++) {
    const split = search.bestOfLevel(leaves, key + Math.imul(level, 0x27d4eb2f));
    if (split === undefined) break;
    shareTable(prepared, leaves);
    const next: Leaf[] = [...leaves];
    leaves.forEach((leaf, k) => {
      leaf.split = { ...split, gain: split.gain / leaves.length, ...search.leftOf(leaf, split.feature) };
      const divided = growth.divideOnBothSides(leaf, k, next.length);
      if (divided === undefined) return;
      const [left, right] = divided;
      next[k] = left;
      if (level + 1 < depth) search.fill(left, right, next.length);
      next.push(right);
    });
    if (next.length === leaves.length) break;
    leaves = next;
  }
  return growth.finish(leaves);
}

/** Which bins go left was written for the first leaf. */
function shareTable({ layout, memory }: Prepared, leaves: readonly Leaf[]): void {
  const bytes = new Uint8Array(memory.buffer, layout.leafTables, 256 * layout.leaves);
  const from = 256 * leaves[0]!.slot;
  for (const { slot } of leaves) if (256 * slot !== from) bytes.copyWithin(256 * slot, from, from + 256);
}
