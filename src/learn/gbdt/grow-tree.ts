import { splitResult, splitSettings } from "../kernels/kernels.ts";
import { buildHistogram, command } from "./commands.ts";
import { leftCodes, levelsOf } from "./find-bins.ts";
import type { GrownTree, Leaf, Rules, Split } from "./leaf.ts";
import type { GbdtOptions } from "./options.ts";
import type { Prepared } from "./prepare.ts";

/** Fewer rows than these are worked on by one thread: handing out costs more. */
const togetherFromRows = 4096;

/**
 * Grows one tree leaf by leaf, always at the split of greatest gain, from the packed gradients of the first `rows` rows of
 * the row order. Leaves its nodes, tables and leaf values in memory for `addTree`.
 */
export function growTree(prepared: Prepared, rows: number, rules: Rules, options: GbdtOptions): GrownTree {
  const growth = new Growth(prepared, rules, options);
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
  readonly #rules: Rules;
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
  readonly #table: Int32Array;
  /** Which features this tree may use, and how, before what interactions allow. */
  readonly #uses: Int32Array;

  constructor(prepared: Prepared, rules: Rules, options: GbdtOptions) {
    this.#prepared = prepared;
    this.#rules = rules;
    this.#options = options;
    const { buffer } = prepared.memory;
    this.#splitNumbers = new Float64Array(buffer, prepared.layout.splitOut, splitResult.table);
    this.#splitTable = new Uint8Array(buffer, prepared.layout.splitOut + 8 * splitResult.table, 256);
    const { featureTable, features } = prepared.layout;
    this.#table = new Int32Array(buffer, featureTable, 4 * features);
    this.#uses = Int32Array.from({ length: features }, (_, f) => this.#table[4 * f + 3]!);
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
      low: Number.NEGATIVE_INFINITY,
      high: Number.POSITIVE_INFINITY,
      groups: this.#rules.groups,
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
    const groups = leaf.groups?.filter((group) => group[split.feature] === 1);
    const common = { groups, depth: leaf.depth + 1, node, extraL2: split.extraL2, slot: leaf.slot, split: undefined };
    const [gradient, hessian] = [split.leftGradient, split.leftHessian];
    const [restGradient, restHessian] = [leaf.gradient - gradient, leaf.hessian - hessian];
    const left = { ...leaf, ...common, end: middle, side: "left" as const, gradient, hessian };
    const right = {
      ...leaf,
      ...common,
      start: middle,
      side: "right" as const,
      gradient: restGradient,
      hessian: restHessian,
    };
    const direction = this.#rules.directions?.[split.feature] ?? 0;
    if (direction === 0) return [left, right];
    // Whatever is split off below either side stays on its side of the middle (LightGBM's basic method).
    const between = (this.#valueOf(left) + this.#valueOf(right)) / 2;
    return direction > 0
      ? [
          { ...left, high: between },
          { ...right, low: between },
        ]
      : [
          { ...left, low: between },
          { ...right, high: between },
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
    this.#allow(undefined);
    const { learningRate, leafValue } = this.#rules;
    // A tree without a split adds nothing: its value is 0, not a step of the base.
    const leafValues = Float64Array.from(leaves, (leaf) => {
      if (leaf.node < 0) return 0;
      const value = leafValue?.(leaf.start, leaf.end, leaf.extraL2) ?? this.#valueOf(leaf);
      return learningRate * Math.min(Math.max(value, leaf.low), leaf.high);
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

  /** The Newton step, held within the leaf's bounds. */
  #valueOf(leaf: Leaf): number {
    const { units } = this.#rules;
    const hessian = leaf.hessian * units.hessian + this.#options.l2 + leaf.extraL2;
    const value = hessian > 0 ? (-leaf.gradient * units.gradient) / hessian : 0;
    return Math.min(Math.max(value, leaf.low), leaf.high);
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
    if (this.#rules.directions !== undefined) this.#writeBounds(leaf);
    if (leaf.groups !== undefined) this.#allow(leaf.groups);
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

  /** Lets the next search use what some of the groups hold; without groups, what the tree may use. */
  #allow(groups: readonly Uint8Array[] | undefined): void {
    this.#uses.forEach((use, f) => {
      const allowed = groups === undefined || groups.some((group) => group[f] === 1);
      this.#table[4 * f + 3] = allowed ? use : 0;
    });
  }

  #writeBounds({ low, high }: Leaf): void {
    const { memory, layout } = this.#prepared;
    const settings = new Float64Array(memory.buffer, layout.settings, splitSettings.count);
    settings[splitSettings.low] = low;
    settings[splitSettings.high] = high;
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
