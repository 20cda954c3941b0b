import type { Forest } from "../model.ts";
import type { ForestLayout } from "./forest-layout.ts";

/**
 * A forest as cuts of ranks. A column's edges are its thresholds, rising; a row's rank in it is how many edges it lies
 * beyond, or all of them where it is missing. A node is a cut: a row whose rank is not below `rank` goes right, and can
 * reach none of the leaves that are not in `keeps`. A tree's leaves are numbered from left to right, so the first that all
 * its cuts keep is the row's. Cuts stand by tree and, within it, by each 32 leaves, from `starts` on.
 */
export interface ForestCuts {
  /** Of each column of the layout, filled up with ∞ to a power of two less one, so that all rows search alike. */
  readonly edges: readonly (readonly number[])[];
  /** How many times 32 leaves a tree has. */
  readonly words: number;
  readonly starts: readonly number[];
  readonly cuts: readonly { readonly column: number; readonly rank: number; readonly keeps: number }[];
  /** 32 × `words` a tree, 0 behind its last. */
  readonly leaves: readonly number[];
}

/** Beyond so many leaves it is faster to walk a tree than to ask all its nodes. */
const mostWords = 2;

/** Undefined where a tree has more than 64 leaves, or a node a set of categories. */
export function cutForest(
  forest: Forest,
  features: readonly number[],
  { columns, sets }: ForestLayout,
): ForestCuts | undefined {
  if (sets !== undefined || forest.threshold.some(Number.isNaN)) return undefined;
  const places = new Map(columns.map(({ slot, low }, k) => [`${slot} ${low}`, k]));
  const columnOf = (n: number) => places.get(`${features[forest.feature[n]!]} ${forest.missingLeft[n] === 1}`)!;
  const trees = Array.from(forest.treeStart, (root) => spread(forest, root));
  const words = Math.ceil(trees.reduce((most, { leaves }) => Math.max(most, leaves.length), 1) / 32);
  if (words > mostWords) return undefined;
  const thresholds = columns.map(() => new Set<number>());
  for (let n = 0; n < forest.feature.length; n++) thresholds[columnOf(n)]!.add(forest.threshold[n]!);
  const edges = thresholds.map((values) => [...values].sort((a, b) => a - b));
  const ranks = edges.map((values) => new Map(values.map((value, k) => [value, k + 1])));
  const starts: number[] = [0];
  const cuts: ForestCuts["cuts"][number][] = [];
  for (const { nodes } of trees)
    for (let word = 0; word < words; word++) {
      for (const { n, from, to } of nodes) {
        const keeps = ~bits(from - 32 * word, to - 32 * word) >>> 0;
        if (keeps === 0xffffffff) continue;
        const column = columnOf(n);
        cuts.push({ column, rank: ranks[column]!.get(forest.threshold[n]!)!, keeps });
      }
      starts.push(cuts.length);
    }
  const leaves = trees.flatMap((tree) => [...tree.leaves, ...Array(32 * words - tree.leaves.length).fill(0)]);
  return { edges: edges.map(filled), words, starts, cuts, leaves };
}

/** A tree's leaves from left to right, and of each node which of them lie below its left child. */
function spread({ left, right, leafValue }: Forest, root: number) {
  const leaves: number[] = [];
  const nodes: { readonly n: number; readonly from: number; readonly to: number }[] = [];
  const open: { readonly ref: number; from?: number }[] = [{ ref: root }];
  for (let last = open.pop(); last !== undefined; last = open.pop()) {
    const { ref, from } = last;
    if (ref < 0) leaves.push(leafValue[~ref]!);
    else if (from === undefined) open.push({ ref, from: leaves.length }, { ref: left[ref]! });
    else {
      nodes.push({ n: ref, from, to: leaves.length });
      open.push({ ref: right[ref]! });
    }
  }
  return { leaves, nodes };
}

/** Bits from … to − 1 of 32. */
function bits(from: number, to: number): number {
  let set = 0;
  for (let k = Math.max(0, from); k < Math.min(32, to); k++) set |= 1 << k;
  return set;
}

function filled(values: readonly number[]): number[] {
  let size = 1;
  while (size - 1 < values.length) size *= 2;
  return [...values, ...Array(size - 1 - values.length).fill(Number.POSITIVE_INFINITY)];
}
