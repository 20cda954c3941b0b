import type { RandomStream } from "#kernel";
import { leftCodes, levelsOf } from "../gbdt/find-bins.ts";
import type { Tree } from "../gbdt/model.ts";
import type { BinnedRows } from "./binned-rows.ts";
import type { ForestSettings } from "./options.ts";
import { type FoundSplit, newScratch, searchFeature } from "./search-split.ts";

interface Pending {
  readonly start: number;
  readonly end: number;
  readonly depth: number;
  readonly parent: number;
  readonly left: boolean;
}

/**
 * One tree, depth first, on the rows of positive weight. Gives one tree an output, all of one shape: the leaves hold the mean
 * of each output, times `scale`. `covers` are the rows that reached each leaf.
 */
export function growForestTree(
  data: BinnedRows,
  rowWeights: Float64Array,
  settings: ForestSettings,
  scale: number,
  random: RandomStream,
): { readonly trees: readonly Tree[]; readonly covers: Int32Array } {
  const order = new Uint32Array(data.rows);
  let used = 0;
  for (let i = 0; i < data.rows; i++) if (rowWeights[i]! > 0) order[used++] = i;
  const rest = new Uint32Array(used);
  const scratch = newScratch(data.outputs);
  const splits: FoundSplit[] = [];
  const left: number[] = [];
  const right: number[] = [];
  const leaves: number[] = [];
  const covers: number[] = [];
  const stack: Pending[] = [{ start: 0, end: used, depth: 0, parent: -1, left: true }];
  while (stack.length > 0) {
    const pending = stack.pop()!;
    const { start, end, depth } = pending;
    const node = sumsOf(data, rowWeights, order, start, end);
    const mayDivide =
      (settings.maxDepth === 0 || depth < settings.maxDepth) &&
      end - start >= 2 * settings.minRowsInLeaf &&
      !isPure(data, order, start, end);
    const split = mayDivide ? bestSplit(start, end, node) : undefined;
    const child = split === undefined ? ~covers.length : splits.length;
    if (pending.parent >= 0) (pending.left ? left : right)[pending.parent] = child;
    if (split === undefined) {
      for (let c = 0; c < data.outputs; c++) leaves.push(((data.base + node.sums[c]! / node.weight) as number) * scale);
      covers.push(end - start);
      continue;
    }
    const middle = divide(data.columns[split.feature]!, split.goesLeft, order, start, end, rest);
    splits.push(split);
    left.push(0);
    right.push(0);
    stack.push({ start: middle, end, depth: depth + 1, parent: child, left: false });
    stack.push({ start, end: middle, depth: depth + 1, parent: child, left: true });
  }
  const shape = {
    feature: Int32Array.from(splits, ({ feature }) => feature),
    threshold: Float64Array.from(splits, ({ feature, bin }) => {
      const bins = data.bins[feature]!;
      return bins.kind === "numeric" ? bins.bounds[bin]! : 0;
    }),
    left: Int32Array.from(left),
    right: Int32Array.from(right),
    missingLeft: Uint8Array.from(splits, ({ missingLeft }) => (missingLeft ? 1 : 0)),
    categories: splits.map(({ feature, goesLeft }) => {
      const bins = data.bins[feature]!;
      return bins.kind === "categorical" ? leftCodes(bins, goesLeft) : null;
    }),
    levels: Int32Array.from(splits, ({ feature }) => levelsOf(data.bins[feature]!)),
    gains: Float64Array.from(splits, ({ gain }) => gain),
  };
  const trees = Array.from({ length: data.outputs }, (_, c) => ({
    ...shape,
    leafValues: Float64Array.from({ length: covers.length }, (_value, leaf) => leaves[leaf * data.outputs + c]!),
  }));
  return { trees, covers: Int32Array.from(covers) };

  function bestSplit(start: number, end: number, node: ReturnType<typeof sumsOf>): FoundSplit | undefined {
    const features = data.columns.length;
    const { featuresPerSplit: wanted } = settings;
    const count = Math.max(1, Math.round(wanted === "sqrt" ? Math.sqrt(features) : wanted * features));
    const candidates = Uint32Array.from({ length: features }, (_, f) => f);
    let best: FoundSplit | undefined;
    // Further features are drawn while none of those looked at divides the rows.
    for (let k = 0; k < features && (k < count || best === undefined); k++) {
      const at = count === features ? k : k + random.integer(features - k);
      const feature = candidates[at]!;
      candidates[at] = candidates[k]!;
      candidates[k] = feature;
      const drawing = settings.randomThresholds ? random : undefined;
      const { minRowsInLeaf } = settings;
      const found = searchFeature(data, feature, order, start, end, rowWeights, minRowsInLeaf, node, scratch, drawing);
      if (found !== undefined && (best === undefined || found.gain > best.gain)) best = found;
    }
    return best;
  }
}

/** Whether all rows have one answer: nothing can divide them, and looking for what could is most of the work deep down. */
function isPure(data: BinnedRows, order: Uint32Array, start: number, end: number): boolean {
  const first = order[start]!;
  for (let k = start + 1; k < end; k++) {
    const row = order[k]!;
    if (data.place[row] !== data.place[first] || data.value[row] !== data.value[first]) return false;
  }
  return true;
}

function sumsOf(data: BinnedRows, rowWeights: Float64Array, order: Uint32Array, start: number, end: number) {
  const sums = new Float64Array(data.outputs);
  let weight = 0;
  for (let k = start; k < end; k++) {
    const row = order[k]!;
    weight += rowWeights[row]!;
    sums[data.place[row]!]! += rowWeights[row]! * data.value[row]!;
  }
  return { weight, sums };
}

/** Rows of left bins first, each side in its order. */
function divide(
  column: Uint8Array,
  goesLeft: Uint8Array,
  order: Uint32Array,
  start: number,
  end: number,
  rest: Uint32Array,
): number {
  let at = start;
  let kept = 0;
  for (let k = start; k < end; k++) {
    const row = order[k]!;
    if (goesLeft[column[row]!] === 1) order[at++] = row;
    else rest[kept++] = row;
  }
  order.set(rest.subarray(0, kept), at);
  return at;
}
