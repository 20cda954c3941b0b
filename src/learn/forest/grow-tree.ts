import { randomStream } from "#kernel";
import { forestPlan } from "../kernels/forest-plan.ts";
import type { Kernels } from "../kernels/kernels.ts";
import type { ForestLayout } from "./layout.ts";

/** What every tree of a forest is grown under. Plain data: it is posted to threads. */
export interface Growth {
  readonly seed: number;
  readonly maxDepth: number;
  readonly minRows: number;
  readonly featuresPerSplit: number;
  readonly drawnThresholds: boolean;
  readonly bootstrap: boolean;
  /** Added to each mean of a regression. */
  readonly base: number;
}

/** One tree as the kernel writes it: bins instead of thresholds, 8 words of sides a node where there are categories. */
export interface GrownParts {
  readonly feature: Int32Array;
  readonly bin: Int32Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly missingLeft: Int32Array;
  readonly gain: Float64Array;
  readonly bits: Uint32Array;
  /** Output by output: the mean target, the share of class 1, or the shares of all classes. */
  readonly leafValues: readonly Float64Array[];
  /** Training rows that reached each leaf. */
  readonly covers: Int32Array;
}

/** Grows tree number `t` in the member's memory. Random: by (seed, t), so that it does not matter which thread does it. */
export function growTree(
  kernels: Kernels,
  buffer: SharedArrayBuffer,
  layout: ForestLayout,
  rank: number,
  growth: Growth,
  t: number,
): GrownParts {
  const own = layout.each[rank]!;
  const { rows } = layout;
  const random = randomStream(growth.seed, `forest/${t}`);
  let used = 0;
  if (growth.bootstrap) {
    kernels.drawRows(rows, random.uint32At(0) | 0, layout.weights, own.rowWeights);
    used = kernels.listRows(rows, own.rowWeights, own.order);
  }
  // Few rows of positive weight may all stay undrawn.
  if (used === 0) {
    const weights = new Float64Array(buffer, own.rowWeights, rows);
    if (layout.weights === 0) weights.fill(1);
    else weights.set(new Float64Array(buffer, layout.weights, rows));
    used = kernels.listRows(rows, own.rowWeights, own.order);
  }
  writePlan(buffer, layout, rank, growth, random.uint32At(1));
  const nodes = kernels.growForestTree(own.plan, used);
  const ints = (at: number, count: number) => new Int32Array(buffer, at, count).slice();
  return {
    feature: ints(own.nodeFeature, nodes),
    bin: ints(own.nodeBin, nodes),
    left: ints(own.nodeLeft, nodes),
    right: ints(own.nodeRight, nodes),
    missingLeft: ints(own.nodeMissing, nodes),
    gain: new Float64Array(buffer, own.nodeGain, nodes).slice(),
    bits: own.nodeBits === 0 ? new Uint32Array(0) : new Uint32Array(buffer, own.nodeBits, 8 * nodes).slice(),
    ...leavesOf(buffer, layout, rank, growth.base, nodes + 1),
  };
}

function writePlan(buffer: SharedArrayBuffer, layout: ForestLayout, rank: number, growth: Growth, seed: number): void {
  const { plan, ...own } = layout.each[rank]!;
  const words = new Uint32Array(buffer, plan, forestPlan.bytes / 4).fill(0);
  const values: Partial<Record<keyof typeof forestPlan, number>> = {
    ...own,
    bins: layout.bins,
    rowStep: layout.features,
    featureStep: 1,
    features: layout.features,
    featureTable: layout.featureTable,
    answers: layout.answers,
    classes: layout.classes,
    maxDepth: growth.maxDepth,
    minRows: growth.minRows,
    featuresPerSplit: growth.featuresPerSplit,
    drawnThresholds: growth.drawnThresholds ? 1 : 0,
    seed,
  };
  for (const [name, value] of Object.entries(values)) words[forestPlan[name as keyof typeof forestPlan]] = value;
}

function leavesOf(buffer: SharedArrayBuffer, layout: ForestLayout, rank: number, base: number, leaves: number) {
  const own = layout.each[rank]!;
  const { rows, classes } = layout;
  const order = new Uint32Array(buffer, own.order, rows);
  const weights = new Float64Array(buffer, own.rowWeights, rows);
  const ends = new Int32Array(buffer, own.leafEnd, leaves);
  const covers = new Int32Array(leaves);
  // Of two classes the second's share tells both.
  const leafValues = Array.from({ length: classes > 2 ? classes : 1 }, () => new Float64Array(leaves));
  const labels = new Uint32Array(buffer, layout.answers, rows);
  const targets = new Float64Array(buffer, layout.answers, rows);
  const sums = new Float64Array(Math.max(classes, 1));
  for (let leaf = 0, start = 0; leaf < leaves; leaf++) {
    const end = ends[leaf]!;
    let total = 0;
    sums.fill(0);
    for (let k = start; k < end; k++) {
      const row = order[k]!;
      const weight = weights[row]!;
      total += weight;
      if (classes > 0) sums[labels[row]!]! += weight;
      else sums[0]! += weight * targets[row]!;
    }
    if (classes > 2) for (let c = 0; c < classes; c++) leafValues[c]![leaf] = sums[c]! / total;
    else leafValues[0]![leaf] = classes === 2 ? sums[1]! / total : base + sums[0]! / total;
    covers[leaf] = end - start;
    start = end;
  }
  return { leafValues, covers };
}
