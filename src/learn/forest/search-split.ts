import type { RandomStream } from "#kernel";
import type { BinnedRows } from "./binned-rows.ts";

/** Where a node's rows part. `order` lists bins; those at positions up to `cut` go left. */
export interface FoundSplit {
  readonly gain: number;
  readonly feature: number;
  /** The last bin on the left of a numeric feature. */
  readonly bin: number;
  readonly missingLeft: boolean;
  readonly goesLeft: Uint8Array;
}

/** What one search needs besides the data; made once a tree and reused. */
export interface SplitScratch {
  readonly weights: Float64Array;
  readonly counts: Int32Array;
  readonly sums: Float64Array;
  readonly left: Float64Array;
}

export function newScratch(outputs: number): SplitScratch {
  return {
    weights: new Float64Array(256),
    counts: new Int32Array(256),
    sums: new Float64Array(256 * outputs),
    left: new Float64Array(outputs),
  };
}

export interface NodeSums {
  readonly weight: number;
  readonly sums: Float64Array;
}

/**
 * The best cut of one feature over the rows `order[start … end)` by the fall of variance (Gini for classes), or, with
 * `random`, the cut at a bin drawn between the node's least and greatest. Missing values are tried on both sides; categories
 * stand in the order of their means.
 */
export function searchFeature(
  data: BinnedRows,
  feature: number,
  order: Uint32Array,
  start: number,
  end: number,
  rowWeights: Float64Array,
  minRows: number,
  node: NodeSums,
  scratch: SplitScratch,
  random: RandomStream | undefined,
): FoundSplit | undefined {
  const { outputs, place, value } = data;
  const column = data.columns[feature]!;
  const { weights, counts, sums } = scratch;
  weights.fill(0);
  counts.fill(0);
  sums.fill(0);
  for (let k = start; k < end; k++) {
    const row = order[k]!;
    const bin = column[row]!;
    const weight = rowWeights[row]!;
    weights[bin]! += weight;
    counts[bin]!++;
    sums[bin * outputs + place[row]!]! += weight * value[row]!;
  }
  const bins = data.bins[feature]!;
  const missingBin = bins.kind === "numeric" ? bins.missingBin : -1;
  const known = listBins(bins.bins, missingBin, counts);
  if (bins.kind === "categorical") sortByMean(known, node, scratch, outputs);
  const hasMissing = missingBin >= 0 && counts[missingBin]! > 0;
  const total = end - start;
  let best = 1e-12;
  let bestAt = -1;
  let bestMissing = false;
  const parent = spread(node.sums, node.weight);
  const drawn = random === undefined || known.length < 2 ? -1 : random.integer(known.length - 1);
  for (const missingLeft of hasMissing ? [false, true] : [false]) {
    const { left } = scratch;
    left.fill(0);
    let [weight, count] = [0, 0];
    if (missingLeft) {
      weight = weights[missingBin]!;
      count = counts[missingBin]!;
      for (let c = 0; c < outputs; c++) left[c] = sums[missingBin * outputs + c]!;
    }
    const last = hasMissing && !missingLeft ? known.length : known.length - 1;
    for (let k = 0; k < last; k++) {
      const bin = known[k]!;
      weight += weights[bin]!;
      count += counts[bin]!;
      for (let c = 0; c < outputs; c++) left[c]! += sums[bin * outputs + c]!;
      if (count < minRows) continue;
      if (total - count < minRows) break;
      if (drawn >= 0 && k !== drawn) continue;
      const rest = node.weight - weight;
      if (!(weight > 0) || !(rest > 0)) continue;
      let gain = -parent;
      for (let c = 0; c < outputs; c++) {
        const own = left[c]!;
        const other = node.sums[c]! - own;
        gain += (own * own) / weight + (other * other) / rest;
      }
      if (gain <= best) continue;
      best = gain;
      bestAt = k;
      bestMissing = hasMissing ? missingLeft : 2 * count > total;
    }
  }
  if (bestAt < 0) return undefined;
  const goesLeft = new Uint8Array(256).fill(bins.kind === "numeric" && bestMissing ? 1 : 0);
  const lastLeft = known[bestAt]!;
  if (bins.kind === "numeric")
    for (let bin = 0; bin < bins.bounds.length; bin++) goesLeft[bin] = bin <= lastLeft ? 1 : 0;
  else for (let k = 0; k <= bestAt; k++) goesLeft[known[k]!] = 1;
  const missingLeft = bins.kind === "numeric" ? bestMissing : goesLeft[0] === 1;
  return { gain: best, feature, bin: lastLeft, missingLeft, goesLeft };
}

function listBins(bins: number, missingBin: number, counts: Int32Array): number[] {
  const known: number[] = [];
  for (let bin = 0; bin < bins; bin++) if (bin !== missingBin && counts[bin]! > 0) known.push(bin);
  return known;
}

/** By the mean, or by the share of the node's most frequent class. */
function sortByMean(known: number[], node: NodeSums, { weights, sums }: SplitScratch, outputs: number): void {
  let most = 0;
  for (let c = 1; c < outputs; c++) if (node.sums[c]! > node.sums[most]!) most = c;
  const mean = (bin: number) => (weights[bin]! > 0 ? sums[bin * outputs + most]! / weights[bin]! : 0);
  known.sort((a, b) => mean(a) - mean(b) || a - b);
}

function spread(sums: Float64Array, weight: number): number {
  let total = 0;
  for (let c = 0; c < sums.length; c++) total += (sums[c]! * sums[c]!) / weight;
  return total;
}
