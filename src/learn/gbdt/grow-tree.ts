import { splitResult } from "../kernels/kernels.ts";
import { buildHistogram, command } from "./commands.ts";
import type { FeatureBins } from "./find-bins.ts";
import type { Tree } from "./model.ts";
import type { GbdtOptions } from "./options.ts";
import type { Prepared } from "./prepare.ts";

/** Fewer rows than these are worked on by one thread: handing out costs more. */
const togetherFromRows = 4096;

interface Split {
  readonly gain: number;
  readonly feature: number;
  readonly bin: number;
  readonly missingLeft: boolean;
  readonly leftGradient: number;
  readonly leftHessian: number;
  readonly extraL2: number;
  readonly goesLeft: Uint8Array;
}

/** Rows start … end of the row order, and their sums in integer units. */
interface Leaf {
  readonly start: number;
  readonly end: number;
  readonly gradient: number;
  readonly hessian: number;
  readonly depth: number;
  readonly node: number;
  readonly side: "left" | "right";
  readonly extraL2: number;
  slot: number;
  split: Split | undefined;
}

/** What one integer of gradient or hessian stands for. */
export interface Units {
  readonly gradient: number;
  readonly hessian: number;
}

/** A tree, and the rows of each of its leaves in the row order. */
export interface GrownTree {
  readonly tree: Tree;
  readonly ranges: readonly (readonly [number, number])[];
}

/**
 * Grows one tree leaf by leaf, always at the split of greatest gain, from the packed gradients of the first `rows` rows of
 * the row order. Leaves its nodes, tables and leaf values in memory for `addTree`.
 */
export function growTree(prepared: Prepared, rows: number, units: Units, options: GbdtOptions): GrownTree {
  const growth = new Growth(prepared, units, options);
  const root = growth.plant(rows);
  const leaves = [root];
  while (leaves.length < options.leaves) {
    const at = bestLeaf(leaves);
    if (at < 0) break;
    const [left, right] = growth.divide(leaves[at]!, at, leaves.length);
    leaves[at] = left;
    leaves.push(right);
    if (leaves.length < options.leaves) growth.search(left, right, leaves.length - 1);
  }
  return growth.finish(leaves);
}

function bestLeaf(leaves: readonly Leaf[]): number {
  let best = -1;
  let gain = 0;
  leaves.forEach((leaf, k) => {
    if (leaf.split !== undefined && leaf.split.gain > gain) {
      gain = leaf.split.gain;
      best = k;
    }
  });
  return best;
}

class Growth {
  readonly #prepared: Prepared;
  readonly #units: Units;
  readonly #options: GbdtOptions;
  readonly #feature: number[] = [];
  readonly #threshold: number[] = [];
  readonly #left: number[] = [];
  readonly #right: number[] = [];
  readonly #missingLeft: number[] = [];
  readonly #gains: number[] = [];
  readonly #categories: (Uint32Array | null)[] = [];
  readonly #splitNumbers: Float64Array;
  readonly #splitTable: Uint8Array;

  constructor(prepared: Prepared, units: Units, options: GbdtOptions) {
    this.#prepared = prepared;
    this.#units = units;
    this.#options = options;
    const { buffer } = prepared.memory;
    this.#splitNumbers = new Float64Array(buffer, prepared.layout.splitOut, splitResult.table);
    this.#splitTable = new Uint8Array(buffer, prepared.layout.splitOut + 8 * splitResult.table, 256);
  }

  plant(rows: number): Leaf {
    this.#histogram(0, rows, 0);
    const [gradient, hessian] = this.#sums(0);
    const root: Leaf = {
      start: 0,
      end: rows,
      gradient,
      hessian,
      depth: 0,
      node: -1,
      side: "left",
      extraL2: 0,
      slot: 0,
      split: undefined,
    };
    root.split = this.#bestSplit(root);
    return root;
  }

  /** Adds a node for the leaf's split and sends its rows to two new leaves, which get the positions given. */
  divide(leaf: Leaf, leftLeaf: number, rightLeaf: number): [Leaf, Leaf] {
    const split = leaf.split!;
    const node = this.#addNode(leaf, split, leftLeaf, rightLeaf);
    const middle = leaf.start + this.#divideRows(leaf, split, node);
    const common = { depth: leaf.depth + 1, node, extraL2: split.extraL2, slot: leaf.slot, split: undefined };
    return [
      {
        ...common,
        start: leaf.start,
        end: middle,
        side: "left",
        gradient: split.leftGradient,
        hessian: split.leftHessian,
      },
      {
        ...common,
        start: middle,
        end: leaf.end,
        side: "right",
        gradient: leaf.gradient - split.leftGradient,
        hessian: leaf.hessian - split.leftHessian,
      },
    ];
  }

  /** Builds the smaller leaf's histograms, takes the greater's by subtraction, and finds both best splits. */
  search(left: Leaf, right: Leaf, freeSlot: number): void {
    if (this.#options.maxDepth > 0 && left.depth >= this.#options.maxDepth) return;
    const [small, large] = left.end - left.start < right.end - right.start ? [left, right] : [right, left];
    const { layout, team } = this.#prepared;
    small.slot = freeSlot;
    this.#histogram(small.start, small.end, freeSlot);
    const at = this.#slotAt(large.slot);
    team.self.kernels.subtractWords(at, at, this.#slotAt(freeSlot), layout.histogramWords);
    small.split = this.#bestSplit(small);
    large.split = this.#bestSplit(large);
  }

  finish(leaves: readonly Leaf[]): GrownTree {
    const { learningRate, l2 } = this.#options;
    // A tree without a split adds nothing: its value is 0, not a step of the base.
    const leafValues = Float64Array.from(leaves, (leaf) => {
      if (leaf.node < 0) return 0;
      const hessian = leaf.hessian * this.#units.hessian + l2 + leaf.extraL2;
      return hessian > 0 ? (-learningRate * leaf.gradient * this.#units.gradient) / hessian : 0;
    });
    const { memory, layout } = this.#prepared;
    const nodes = new Int32Array(memory.buffer, layout.nodes, 3 * layout.leaves);
    this.#feature.forEach((feature, k) => {
      nodes.set([feature, this.#left[k]!, this.#right[k]!], 3 * k);
    });
    new Float64Array(memory.buffer, layout.leafValues, leafValues.length).set(leafValues);
    return {
      tree: {
        feature: Int32Array.from(this.#feature),
        threshold: Float64Array.from(this.#threshold),
        left: Int32Array.from(this.#left),
        right: Int32Array.from(this.#right),
        missingLeft: Uint8Array.from(this.#missingLeft),
        categories: this.#categories,
        levels: Int32Array.from(this.#feature, (feature) => levelsOf(this.#prepared.bins[feature]!)),
        leafValues,
        gains: Float64Array.from(this.#gains),
      },
      ranges: leaves.map((leaf) => [leaf.start, leaf.end] as const),
    };
  }

  #slotAt(slot: number): number {
    const { layout } = this.#prepared;
    return layout.histograms + 8 * slot * layout.histogramWords;
  }

  #histogram(start: number, end: number, slot: number): void {
    const { layout, team } = this.#prepared;
    const at = this.#slotAt(slot);
    if (layout.members === 1 || end - start < togetherFromRows) {
      buildHistogram(team.self, start, end, at);
      return;
    }
    team.together(command.histogram, start, end, at);
    for (let member = 1; member < layout.members; member++) {
      const part = layout.partHistograms + 8 * (member - 1) * layout.histogramWords;
      team.self.kernels.addWords(at, part, layout.histogramWords);
    }
  }

  /** Sums of all rows of a leaf: every feature's bins hold each row once, so the first feature tells. */
  #sums(slot: number): [number, number] {
    const { memory } = this.#prepared;
    const words = new Int32Array(memory.buffer, this.#slotAt(slot), 512);
    let gradient = 0;
    let hessian = 0;
    for (let bin = 0; bin < 256; bin++) {
      hessian += words[2 * bin]! >>> 0;
      gradient += words[2 * bin + 1]!;
    }
    return [gradient, hessian];
  }

  #bestSplit(leaf: Leaf): Split | undefined {
    const { layout, team } = this.#prepared;
    const rows = leaf.end - leaf.start;
    if (rows < 2 * this.#options.minRowsInLeaf || rows < 2) return undefined;
    team.self.kernels.findSplit(
      this.#slotAt(leaf.slot),
      layout.featureTable,
      layout.features,
      layout.settings,
      leaf.gradient,
      leaf.hessian,
      rows,
      layout.splitScratch,
      layout.splitOut,
    );
    const found = this.#splitNumbers;
    const gain = found[splitResult.gain]!;
    const feature = found[splitResult.feature]!;
    if (feature < 0 || gain <= Math.max(this.#options.minGain, 1e-12)) return undefined;
    return {
      gain,
      feature,
      bin: found[splitResult.bin]!,
      missingLeft: found[splitResult.missingLeft] === 1,
      leftGradient: found[splitResult.leftGradient]!,
      leftHessian: found[splitResult.leftHessian]!,
      extraL2: found[splitResult.extraL2]!,
      goesLeft: this.#splitTable.slice(),
    };
  }

  #addNode(leaf: Leaf, split: Split, leftLeaf: number, rightLeaf: number): number {
    const { bins, memory, layout } = this.#prepared;
    const node = this.#feature.length;
    const featureBins = bins[split.feature]!;
    const categorical = featureBins.kind === "categorical";
    this.#feature.push(split.feature);
    this.#threshold.push(categorical ? 0 : featureBins.bounds[split.bin]!);
    this.#missingLeft.push(split.missingLeft ? 1 : 0);
    this.#gains.push(split.gain);
    this.#categories.push(categorical ? leftCodes(featureBins, split.goesLeft) : null);
    this.#left.push(~leftLeaf);
    this.#right.push(~rightLeaf);
    if (leaf.node >= 0) (leaf.side === "left" ? this.#left : this.#right)[leaf.node] = node;
    new Uint8Array(memory.buffer, layout.tables + 256 * node, 256).set(split.goesLeft);
    return node;
  }

  #divideRows(leaf: Leaf, split: Split, node: number): number {
    const { layout, team } = this.#prepared;
    const column = layout.columns + split.feature * layout.rows;
    const table = layout.tables + 256 * node;
    const { start, end } = leaf;
    if (layout.members > 1 && end - start >= togetherFromRows) {
      team.together(command.divide, start, end, column, table);
      team.together(command.settle, start, end);
      return team.self.results.subarray(0, layout.members).reduce((sum, count) => sum + count, 0);
    }
    const { kernels } = team.self;
    const { rowOrder, rowScratch } = layout;
    const left = kernels.divideRows(column, rowOrder, start, end, rowScratch, table);
    kernels.copyRows(rowOrder + 4 * start, rowScratch + 4 * start, left);
    kernels.copyRowsReversed(rowOrder + 4 * (start + left), rowScratch + 4 * (start + left), end - start - left);
    return left;
  }
}

function levelsOf(bins: FeatureBins): number {
  return bins.kind === "categorical" ? bins.binOf.length : 0;
}

/** Codes whose bin goes left, ascending. Rare levels share bin 0, the way of missing values. */
function leftCodes(bins: FeatureBins & { kind: "categorical" }, goesLeft: Uint8Array): Uint32Array {
  const codes: number[] = [];
  bins.binOf.forEach((bin, code) => {
    if (goesLeft[bin] === 1) codes.push(code);
  });
  return Uint32Array.from(codes);
}
