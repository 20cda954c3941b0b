import type { Forest } from "../model.ts";

/** What a forest reads of a row: a number slot, as it is or with −∞ for missing. */
export interface ForestColumn {
  readonly slot: number;
  readonly low: boolean;
}

/**
 * A forest laid out so that a walk has no branch that depends on data: a row goes from node n to next[n] where
 * x[feature[n]] ≤ value[n], else to next[n] + 1. A leaf goes to itself, since its feature is −∞, and its value is what it
 * adds. Where missing goes left, the feature is the column that holds −∞ for missing.
 */
export interface ForestLayout {
  readonly columns: readonly ForestColumn[];
  /** Position of the feature that is always −∞, behind the columns. With sets, NaN lies behind it. */
  readonly lowest: number;
  /** Numbers in a row. */
  readonly width: number;
  readonly roots: Uint32Array;
  readonly value: Float64Array;
  readonly feature: Uint32Array;
  readonly next: Uint32Array;
  readonly sets?: ForestSets;
}

/**
 * With sets of categories a row goes to next[n] + 1 where, besides, bit c[code[n]] of the words from start[n] on is 0;
 * c are whole numbers of the row: 0, then for each column its category, or the column's limit where it is none below it.
 * A node with a set has the feature that is always NaN; for one without, c is 0, and so is the bit.
 */
export interface ForestSets {
  readonly columns: readonly { readonly slot: number; readonly limit: number }[];
  readonly start: Uint32Array;
  readonly code: Uint32Array;
  readonly words: Uint32Array;
}

/** Sets are made as long as the longest of their column; where that would take too much space, there is no layout. */
const mostWords = 1 << 20;

/**
 * Undefined where the forest has a part that is reached by two ways, or sets of categories: any without `withSets`, else
 * only such as differ too much in length.
 */
export function layOutForest(forest: Forest, features: readonly number[], withSets = false): ForestLayout | undefined {
  if (isShared(forest) || (!withSets && forest.categorical.includes(1))) return undefined;
  const sets = setsOf(forest, features);
  if (sets === undefined) return undefined;
  const columns: ForestColumn[] = [];
  const places = new Map<number, number>();
  const column = (slot: number, low: boolean) => {
    const key = 2 * slot + Number(low);
    let at = places.get(key);
    if (at === undefined) {
      at = columns.push({ slot, low }) - 1;
      places.set(key, at);
    }
    return at;
  };
  const size = forest.feature.length;
  for (let n = 0; n < size; n++)
    if (forest.categorical[n] === 0) column(features[forest.feature[n]!]!, forest.missingLeft[n] === 1);
  const lowest = columns.length;
  // Every node adds its two children, every tree its root; parts that no row reaches are left out.
  const most = forest.treeStart.length + 2 * size;
  const value = new Float64Array(most);
  const feature = new Uint32Array(most);
  const next = new Uint32Array(most);
  const refs = new Int32Array(most);
  let end = 0;
  const roots = Uint32Array.from(forest.treeStart, (root) => {
    const start = end;
    refs[end++] = root;
    // breadth first: a tree's nodes lie side by side, the two children of a node next to each other
    for (let at = start; at < end; at++) {
      const ref = refs[at]!;
      if (ref < 0) {
        value[at] = forest.leafValue[~ref]!;
        feature[at] = lowest;
        next[at] = at;
        continue;
      }
      if (forest.categorical[ref] === 1) feature[at] = lowest + 1;
      else {
        value[at] = forest.threshold[ref]!;
        feature[at] = column(features[forest.feature[ref]!]!, forest.missingLeft[ref] === 1);
      }
      next[at] = end;
      refs[end++] = forest.left[ref]!;
      refs[end++] = forest.right[ref]!;
    }
    return start;
  });
  const layout = {
    columns,
    lowest,
    width: lowest + 1,
    roots,
    value: value.slice(0, end),
    feature: feature.slice(0, end),
    next: next.slice(0, end),
  };
  if (sets.columns.length === 0) return layout;
  const ofNode = (table: Uint32Array) =>
    Uint32Array.from({ length: end }, (_, at) => (refs[at]! < 0 ? 0 : table[refs[at]!]!));
  const { start, code, ...rest } = sets;
  return { ...layout, width: lowest + 2, sets: { ...rest, start: ofNode(start), code: ofNode(code) } };
}

/** The sets of all nodes that have one, by node (0: none); equal ones are kept once. */
function setsOf(forest: Forest, features: readonly number[]) {
  const { categorical, feature, bitsetStart, bitsets, missingLeft } = forest;
  const longest = new Map<number, number>();
  const wordsOf = (n: number) => bitsetStart[n + 1]! - bitsetStart[n]!;
  const nodes: number[] = [];
  for (let n = categorical.indexOf(1); n >= 0; n = categorical.indexOf(1, n + 1)) nodes.push(n);
  for (const n of nodes) {
    const slot = features[feature[n]!]!;
    longest.set(slot, Math.max(longest.get(slot) ?? 0, wordsOf(n)));
  }
  const columns = [...longest].map(([slot, words]) => ({ slot, limit: words * 32 }));
  const codes = new Map(columns.map(({ slot }, k) => [slot, k + 1]));
  const words: number[] = [0];
  const start = new Uint32Array(categorical.length);
  const code = new Uint32Array(categorical.length);
  const known = new Map<string, number>();
  for (const n of nodes) {
    const slot = features[feature[n]!]!;
    const beyond = missingLeft[n] === 1 ? 0xffffffff : 0;
    const set: number[] = [];
    for (let w = 0; w <= longest.get(slot)!; w++) set.push(w < wordsOf(n) ? bitsets[bitsetStart[n]! + w]! : beyond);
    const key = set.join();
    if (!known.has(key)) {
      if (words.length + set.length > mostWords) return undefined;
      known.set(key, words.length);
      for (const word of set) words.push(word);
    }
    start[n] = known.get(key)!;
    code[n] = codes.get(slot)!;
  }
  return { columns, words: Uint32Array.from(words), start, code };
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
