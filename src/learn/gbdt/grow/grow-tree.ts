import { leftCodes, levelsOf } from "../bins/find-bins.ts";
import type { GbdtOptions } from "../options.ts";
import type { Prepared } from "../prepare.ts";
import { command } from "../threads/commands.ts";
import type { GrownTree, Leaf, Rules, Split } from "./leaf.ts";
import { SplitSearch, togetherFromRows } from "./split-search.ts";

/**
 * Grows one tree leaf by leaf, always at the split of greatest gain, from the packed gradients of the first `rows` rows of
 * the row order. Leaves its nodes, tables and leaf values in memory for `addTree`.
 */
export function growTree(prepared: Prepared, rows: number, rules: Rules, options: GbdtOptions): GrownTree {
  const growth = new Growth(prepared, rules, options);
  const search = new SplitSearch(prepared, rules, options);
  const root = search.plant(rows);
  const leaves = [root];
  while (leaves.length < options.leaves) {
    const at = bestLeaf(leaves);
    if (at < 0) break;
    const [left, right] = growth.divide(leaves[at]!, at, leaves.length);
    leaves[at] = left;
    leaves.push(right);
    if (leaves.length < options.leaves) search.divided(left, right, leaves.length - 1);
  }
  search.allowAll();
  return growth.finish(leaves);
}

function bestLeaf(leaves: readonly Leaf[]): number {
  let best = -1;
  let gain = 0;
  for (let k = 0; k < leaves.length; k++) {
    const own = leaves[k]!.split?.gain ?? 0;
    if (own <= gain) continue;
    gain = own;
    best = k;
  }
  return best;
}

/** A tree that grows: nodes are added, and rows divided, leaf by leaf. */
export class Growth {
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

  constructor(prepared: Prepared, rules: Rules, options: GbdtOptions) {
    this.#prepared = prepared;
    this.#rules = rules;
    this.#options = options;
  }

  /** Adds a node for the leaf's split and sends its rows to two new leaves, which get the positions given. */
  divide(leaf: Leaf, leftLeaf: number, rightLeaf: number): [Leaf, Leaf] {
    const middle = this.#divideRows(leaf, leaf.split!);
    return this.#divideAt(middle, leaf, leftLeaf, rightLeaf);
  }

  /** As `divide`; undefined where all rows would go to one side, which leaves the leaf and the tree as they are. */
  divideOnBothSides(leaf: Leaf, leftLeaf: number, rightLeaf: number): [Leaf, Leaf] | undefined {
    const middle = this.#divideRows(leaf, leaf.split!);
    return middle === leaf.start || middle === leaf.end ? undefined : this.#divideAt(middle, leaf, leftLeaf, rightLeaf);
  }

  #divideAt(middle: number, leaf: Leaf, leftLeaf: number, rightLeaf: number): [Leaf, Leaf] {
    const split = leaf.split!;
    const node = this.#addNode(leaf, split, leftLeaf, rightLeaf);
    const left = this.#childOf(leaf, "left", node, leaf.start, middle);
    const right = this.#childOf(leaf, "right", node, middle, leaf.end);
    const direction = this.#rules.directions?.[split.feature] ?? 0;
    if (direction === 0) return [left, right];
    // Whatever is split off below either side stays on its side of the middle (LightGBM's basic method).
    const between = (this.#valueOf(left) + this.#valueOf(right)) / 2;
    const [low, high] = direction > 0 ? [left, right] : [right, left];
    low.high = between;
    high.low = between;
    return [left, right];
  }

  /** Written out, because tens of leaves a tree and hundreds of trees are made of it. */
  #childOf(leaf: Leaf, side: Leaf["side"], node: number, start: number, end: number): Leaf {
    const split = leaf.split!;
    const { leftGradient, leftHessian } = split;
    const isLeft = side === "left";
    return {
      start,
      end,
      gradient: isLeft ? leftGradient : leaf.gradient - leftGradient,
      hessian: isLeft ? leftHessian : leaf.hessian - leftHessian,
      depth: leaf.depth + 1,
      node,
      side,
      extraL2: split.extraL2,
      low: leaf.low,
      high: leaf.high,
      groups: leaf.groups?.filter((group) => group[split.feature] === 1),
      slot: leaf.slot,
      split: undefined,
    };
  }

  finish(leaves: readonly Leaf[]): GrownTree {
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

  #addNode(leaf: Leaf, split: Split, leftLeaf: number, rightLeaf: number): number {
    const { bins, memory, layout, team } = this.#prepared;
    const node = this.#feature.length;
    const featureBins = bins[split.feature]!;
    const categorical = featureBins.kind === "categorical";
    this.#feature.push(split.feature);
    this.#threshold.push(categorical ? 0 : featureBins.bounds[split.bin]!);
    this.#missingLeft.push(split.missingLeft ? 1 : 0);
    this.#gains.push(split.gain);
    const table = layout.tables + 256 * node;
    team.self.kernels.copyRows(table, layout.leafTables + 256 * leaf.slot, 64);
    this.#categories.push(categorical ? leftCodes(featureBins, new Uint8Array(memory.buffer, table, 256)) : null);
    this.#left.push(~leftLeaf);
    this.#right.push(~rightLeaf);
    if (leaf.node >= 0) (leaf.side === "left" ? this.#left : this.#right)[leaf.node] = node;
    return node;
  }

  /** Sends a leaf's rows left and right; returns where those on the right begin. */
  #divideRows(leaf: Leaf, split: Split): number {
    const { layout, team } = this.#prepared;
    const column = layout.columns + split.feature * layout.rows;
    const table = layout.leafTables + 256 * leaf.slot;
    const { start, end } = leaf;
    if (layout.members > 1 && team.sharing.shared && end - start >= togetherFromRows) {
      team.together(command.divide, start, end, column, table);
      team.together(command.settle, start, end);
      return start + team.self.results.subarray(0, layout.members).reduce((sum, count) => sum + count, 0);
    }
    const { kernels } = team.self;
    const { rowOrder, rowScratch } = layout;
    const left = kernels.divideRows(column, rowOrder, start, end, rowScratch, table);
    kernels.copyRows(rowOrder + 4 * start, rowScratch + 4 * start, left);
    kernels.copyRowsReversed(rowOrder + 4 * (start + left), rowScratch + 4 * (start + left), end - start - left);
    return start + left;
  }
}
