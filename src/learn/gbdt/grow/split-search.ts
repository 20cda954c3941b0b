import { splitResult, splitSettings } from "../../kernels/kernels.ts";
import type { GbdtOptions } from "../options.ts";
import type { Prepared } from "../prepare.ts";
import { command, featuresOf, searchArguments, splitOutOf } from "../threads/commands.ts";
import type { Leaf, Rules, Split } from "./leaf.ts";

/** Fewer rows than these are not shared out: handing out costs more. */
export const togetherFromRows = 4096;

/** Where one part puts the best split of its features, and the first of these. */
interface Found {
  readonly first: number;
  readonly numbers: Float64Array;
  /** Which bins go left. */
  readonly table: number;
}

/** The histograms of a tree's leaves, and the best split that each allows. */
export class SplitSearch {
  readonly #prepared: Prepared;
  readonly #rules: Rules;
  readonly #options: GbdtOptions;
  /** What each part found for the smaller and the greater of two leaves. */
  readonly #found: readonly (readonly Found[])[];
  /** What this thread found among all features. */
  readonly #alone: Found;
  readonly #table: Int32Array;
  /** Which features this tree may use, and how, before what interactions allow. */
  readonly #uses: Int32Array;

  constructor(prepared: Prepared, rules: Rules, options: GbdtOptions) {
    this.#prepared = prepared;
    this.#rules = rules;
    this.#options = options;
    const { layout, memory, team } = prepared;
    const parts = team.sharing.shared ? layout.members : 1;
    const foundOf = (part: number, leaf: number): Found => {
      const at = splitOutOf(layout, part, leaf);
      return {
        first: featuresOf(layout.features, part, parts)[0],
        numbers: new Float64Array(memory.buffer, at, splitResult.table),
        table: at + 8 * splitResult.table,
      };
    };
    const searched = Array.from({ length: parts }, (_, part) => part).filter((part) => {
      const [first, end] = featuresOf(layout.features, part, parts);
      return end > first;
    });
    this.#found = [0, 1].map((leaf) => searched.map((part) => foundOf(part, leaf)));
    this.#alone = { ...foundOf(0, 0), first: 0 };
    this.#table = new Int32Array(memory.buffer, layout.featureTable, 4 * layout.features);
    this.#uses = Int32Array.from({ length: layout.features }, (_, f) => this.#table[4 * f + 3]!);
  }

  /** The leaf of all rows, with its best split. */
  plant(rows: number): Leaf {
    const root = this.plantBare(rows);
    if (this.#isFree(root)) this.#complete({ start: 0, end: 0, slot: 0 }, undefined, [root]);
    else this.#findAlone(root);
    return root;
  }

  /** The leaf of all rows, with its histograms. */
  plantBare(rows: number): Leaf {
    this.#complete({ start: 0, end: rows, slot: 0 }, undefined, []);
    const [gradient, hessian] = this.#sums(0);
    return {
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
  }

  /** Builds the smaller leaf's histograms, takes the greater's by subtraction, and finds both best splits. */
  divided(left: Leaf, right: Leaf, freeSlot: number): void {
    if (this.#options.maxDepth > 0 && left.depth >= this.#options.maxDepth) return;
    const [small, large] = left.end - left.start < right.end - right.start ? [left, right] : [right, left];
    small.slot = freeSlot;
    if (this.#isFree(left)) {
      this.#complete(small, large, [small, large]);
      return;
    }
    this.#complete(small, large, []);
    this.#findAlone(small);
    this.#findAlone(large);
  }

  /** Builds the smaller leaf's histograms and takes the greater's by subtraction, where neither's best split is asked for. */
  fill(left: Leaf, right: Leaf, freeSlot: number): void {
    const [small, large] = left.end - left.start < right.end - right.start ? [left, right] : [right, left];
    small.slot = freeSlot;
    this.#complete(small, large, []);
  }

  /** The best split that all of these leaves share; what a leaf has on its left is left to be counted. */
  bestOfLevel(leaves: readonly Leaf[], key: number): Split | undefined {
    const { layout, memory, team } = this.#prepared;
    const at = new Float64Array(memory.buffer, layout.levelLeaves, 3 * leaves.length);
    leaves.forEach(({ slot, gradient, hessian }, k) => {
      at.set([slot, gradient, hessian], 3 * k);
    });
    team.together(command.searchLevel, leaves.length, key);
    return this.#bestOf(this.#found[0]!, leaves[0]!.slot, splitResult.rank);
  }

  /** What a leaf has on the left of a split, from its histograms. */
  leftOf(leaf: Leaf, feature: number): { leftGradient: number; leftHessian: number } {
    const { memory, layout, bins } = this.#prepared;
    const words = new Int32Array(memory.buffer, this.#slotAt(leaf.slot) + 8 * layout.words * feature, 2 * layout.words);
    const isLeft = new Uint8Array(memory.buffer, layout.leafTables + 256 * leaf.slot, 256);
    let [leftGradient, leftHessian] = [0, 0];
    for (let bin = 0; bin < bins[feature]!.bins; bin++) {
      if (isLeft[bin] === 0) continue;
      leftHessian += words[2 * bin]! >>> 0;
      leftGradient += words[2 * bin + 1]!;
    }
    return { leftGradient, leftHessian };
  }

  /** Takes back what groups forbade. */
  allowAll(): void {
    this.#allow(undefined);
  }

  #slotAt(slot: number): number {
    const { layout } = this.#prepared;
    return layout.histograms + 8 * slot * layout.histogramWords;
  }

  /** Whether all features may be used and values have no bounds, so that leaves can be searched together. */
  #isFree(leaf: Leaf): boolean {
    return this.#rules.directions === undefined && leaf.groups === undefined;
  }

  /**
   * Fills the smaller leaf's histograms from its rows, takes the greater's by subtraction from their parent's, and finds the
   * best splits of the leaves given. Many rows are shared out among the members, then the features are.
   */
  #complete(
    { start, end, slot }: Pick<Leaf, "start" | "end" | "slot">,
    large: Leaf | undefined,
    sought: readonly Leaf[],
  ): void {
    const { layout, team } = this.#prepared;
    const at = this.#slotAt(slot);
    const byRows = layout.members > 1 && team.sharing.shared && end - start >= togetherFromRows;
    if (byRows) team.together(command.histogram, start, end, at);
    const { self } = team;
    self.arguments[searchArguments.small] = at;
    self.arguments[searchArguments.large] = large === undefined ? 0 : this.#slotAt(large.slot);
    self.arguments[searchArguments.start] = byRows ? 0 : start;
    self.arguments[searchArguments.end] = byRows ? 0 : end;
    self.arguments[searchArguments.merges] = byRows ? 1 : 0;
    for (let k = 0; k < 2; k++) {
      const leaf = sought[k];
      const to = searchArguments.leaves + 3 * k;
      self.arguments[to] = leaf !== undefined && this.#mayDivide(leaf) ? leaf.end - leaf.start : 0;
      self.arguments[to + 1] = leaf?.gradient ?? 0;
      self.arguments[to + 2] = leaf?.hessian ?? 0;
    }
    team.together(command.search);
    for (let k = 0; k < sought.length; k++)
      if (this.#mayDivide(sought[k]!)) sought[k]!.split = this.#bestOf(this.#found[k]!, sought[k]!.slot);
  }

  /** The best split of one leaf under bounds or groups of its own, which this thread writes and searches. */
  #findAlone(leaf: Leaf): void {
    const { layout, team } = this.#prepared;
    if (!this.#mayDivide(leaf)) return;
    if (this.#rules.directions !== undefined) this.#writeBounds(leaf);
    if (leaf.groups !== undefined) this.#allow(leaf.groups);
    const { featureTable, features, settings, splitScratch, splitOut } = layout;
    const { gradient, hessian } = leaf;
    const rows = leaf.end - leaf.start;
    const at = this.#slotAt(leaf.slot);
    team.self.kernels.findSplit(at, featureTable, features, settings, gradient, hessian, rows, splitScratch, splitOut);
    leaf.split = this.#bestOf([this.#alone], leaf.slot);
  }

  #mayDivide({ start, end }: Leaf): boolean {
    return end - start >= Math.max(2, 2 * this.#options.minRowsInLeaf);
  }

  /** Sums of all rows of a leaf: every feature's bins hold each row once, so the first feature tells. */
  #sums(slot: number): [number, number] {
    const { memory, layout } = this.#prepared;
    const words = new Int32Array(memory.buffer, this.#slotAt(slot), 2 * layout.words);
    let gradient = 0;
    let hessian = 0;
    for (let bin = 0; bin < layout.words; bin++) {
      hessian += words[2 * bin]! >>> 0;
      gradient += words[2 * bin + 1]!;
    }
    return [gradient, hessian];
  }

  /**
   * Of what the parts found; a tie goes to the lower feature, as among the features of one part. Which bins go left is kept
   * beside the leaf's histograms.
   */
  #bestOf(found: readonly Found[], slot: number, by: number = splitResult.gain): Split | undefined {
    let best: Found | undefined;
    for (const one of found)
      if (one.numbers[splitResult.feature]! >= 0)
        if (best === undefined || one.numbers[by]! > best.numbers[by]!) best = one;
    if (best === undefined) return undefined;
    const { first, numbers, table } = best;
    const gain = numbers[splitResult.gain]!;
    if (gain <= Math.max(this.#options.minGain, 1e-12)) return undefined;
    const { layout, team } = this.#prepared;
    team.self.kernels.copyRows(layout.leafTables + 256 * slot, table, 64);
    return {
      gain,
      feature: first + numbers[splitResult.feature]!,
      bin: numbers[splitResult.bin]!,
      missingLeft: numbers[splitResult.missingLeft] === 1,
      leftGradient: numbers[splitResult.leftGradient]!,
      leftHessian: numbers[splitResult.leftHessian]!,
      extraL2: numbers[splitResult.extraL2]!,
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
}
