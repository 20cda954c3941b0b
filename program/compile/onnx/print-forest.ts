import { unsupported } from "../lower.ts";
import type { Forest } from "../model.ts";
import { mlDomain } from "./domains.ts";
import type { GraphPrinter } from "./graph-printer.ts";
import type { OnnxTensor } from "./onnx-model.ts";

/** A node is at least 40 bytes of the file, which may have 2 GiB. */
const mostEntries = 16_000_000;
const modes = { atMost: 0, member: 6 } as const;

/**
 * A forest as one `TreeEnsemble` of ai.onnx.ml 5, which compares and adds doubles. The bases are trees of one leaf that
 * come first, so that a runtime which adds the trees in order gives the interpreter's sum.
 */
export function printForest(p: GraphPrinter, features: readonly string[], forest: Forest): string {
  const columns = [...features];
  const categories = features.map((feature, f) => {
    const asked = forest.categorical.some((flag, node) => flag === 1 && forest.feature[node] === f);
    if (!asked || p.wholes.has(feature)) return f;
    // onnxruntime cuts fractions before it looks a category up
    const isWhole = p.node("Equal", [feature, p.node("Floor", [feature])]);
    return columns.push(p.where(isWhole, feature, p.nan())) - 1;
  });
  const arrays = new EnsembleArrays(forest, categories);
  const tensor = (value: OnnxTensor) => ({ tensor: value });
  const doubles = (values: readonly number[]) => tensor({ type: "double", shape: [values.length], values });
  return p.node(
    "TreeEnsemble",
    [p.sideBySide(columns)],
    {
      aggregate_function: { int: 1 },
      n_targets: { int: forest.bases.length },
      tree_roots: { ints: arrays.roots },
      nodes_featureids: { ints: arrays.feature },
      nodes_modes: tensor({ type: "uint8", shape: [arrays.mode.length], values: arrays.mode }),
      nodes_splits: doubles(arrays.split),
      nodes_truenodeids: { ints: arrays.yes },
      nodes_trueleafs: { ints: arrays.yesLeaf },
      nodes_falsenodeids: { ints: arrays.no },
      nodes_falseleafs: { ints: arrays.noLeaf },
      nodes_missing_value_tracks_true: { ints: arrays.missingYes },
      ...(arrays.members.length === 0 ? {} : { membership_values: doubles(arrays.members) }),
      leaf_targetids: { ints: arrays.leafTarget },
      leaf_weights: doubles(arrays.leafWeight),
      post_transform: { int: 0 },
    },
    mlDomain,
  );
}

/** The attributes of `TreeEnsemble`. Runtimes refuse a node with two parents, so each tree is a copy of its own. */
class EnsembleArrays {
  readonly roots: number[] = [];
  readonly feature: number[] = [];
  readonly mode: number[] = [];
  readonly split: number[] = [];
  readonly yes: number[] = [];
  readonly yesLeaf: number[] = [];
  readonly no: number[] = [];
  readonly noLeaf: number[] = [];
  readonly missingYes: number[] = [];
  readonly members: number[] = [];
  readonly leafTarget: number[] = [];
  readonly leafWeight: number[] = [];
  readonly #forest: Forest;
  /** Where a feature lies as a category. */
  readonly #categoryColumn: readonly number[];

  constructor(forest: Forest, categoryColumn: readonly number[]) {
    this.#forest = forest;
    this.#categoryColumn = categoryColumn;
    const classes = forest.bases.length;
    forest.bases.forEach((base, target) => {
      if (base !== 0 || forest.treeStart.length < classes) this.#leafTree(target, base);
    });
    forest.treeStart.forEach((start, t) => {
      const root = this.#settled(start);
      if (root < 0) this.#leafTree(t % classes, forest.leafValue[~root]!);
      else this.#tree(root, t % classes);
    });
  }

  #leafTree(target: number, weight: number): void {
    const leaf = this.#leaf(target, weight);
    this.roots.push(this.#push(0, modes.atMost, 0, 0));
    this.#link(this.yes, this.yesLeaf, leaf, 1);
    this.#link(this.no, this.noLeaf, leaf, 1);
  }

  #tree(start: number, target: number): void {
    const root = this.#node(start);
    this.roots.push(root);
    const open = [{ from: start, to: root }];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { from, to } = next;
      const { left, right } = this.#forest;
      const swapped = this.#isSwapped(from);
      for (const side of ["yes", "no"] as const) {
        const child = this.#settled((side === "yes") === swapped ? right[from]! : left[from]!);
        if (child < 0) {
          this[side][to] = this.#leaf(target, this.#forest.leafValue[~child]!);
          this[`${side}Leaf`][to] = 1;
        } else {
          const at = this.#node(child);
          this[side][to] = at;
          open.push({ from: child, to: at });
        }
      }
    }
  }

  /** A test that also sends unknown categories to the left asks for the categories that go right instead. */
  #isSwapped(node: number): boolean {
    return this.#forest.categorical[node] === 1 && this.#forest.missingLeft[node] === 1;
  }

  /** Beyond nodes that ask for no category: they have one way out. */
  #settled(start: number): number {
    let node = start;
    while (node >= 0 && this.#forest.categorical[node] === 1 && this.#categories(node).next().done === true)
      node = this.#isSwapped(node) ? this.#forest.left[node]! : this.#forest.right[node]!;
    return node;
  }

  #node(node: number): number {
    const { feature, threshold, categorical, missingLeft } = this.#forest;
    if (categorical[node] !== 1) {
      const at = this.#push(feature[node]!, modes.atMost, threshold[node]!, missingLeft[node]!);
      this.#link(this.yes, this.yesLeaf, 0, 0);
      this.#link(this.no, this.noLeaf, 0, 0);
      return at;
    }
    const at = this.#push(this.#categoryColumn[feature[node]!]!, modes.member, 0, 0);
    this.#link(this.yes, this.yesLeaf, 0, 0);
    this.#link(this.no, this.noLeaf, 0, 0);
    for (const category of this.#categories(node)) this.members.push(category);
    this.members.push(Number.NaN);
    return at;
  }

  *#categories(node: number): Generator<number> {
    const { bitsetStart, bitsets } = this.#forest;
    const start = bitsetStart[node]!;
    const wanted = this.#isSwapped(node) ? 0 : 1;
    for (let category = 0; category < (bitsetStart[node + 1]! - start) * 32; category++)
      if (((bitsets[start + (category >>> 5)]! >>> (category & 31)) & 1) === wanted) yield category;
  }

  #push(feature: number, mode: number, split: number, missingYes: number): number {
    this.feature.push(feature);
    this.split.push(split);
    this.missingYes.push(missingYes);
    const at = this.mode.push(mode) - 1;
    if (at + this.members.length > mostEntries)
      throw unsupported(`trees of more than ${mostEntries} nodes and categories`, "ONNX");
    return at;
  }

  #link(child: number[], isLeaf: number[], at: number, leaf: 0 | 1): void {
    child.push(at);
    isLeaf.push(leaf);
  }

  #leaf(target: number, weight: number): number {
    this.leafTarget.push(target);
    return this.leafWeight.push(weight) - 1;
  }
}
