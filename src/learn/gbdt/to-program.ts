import type { ProgramNode, Tensor } from "@millrace/program";
import type { FeatureRefs, ModelNodes } from "../model.ts";
import { linkNode } from "../program/link-node.ts";
import type { GbdtModel, Tree } from "./model.ts";
import { statisticNodes } from "./statistics/statistic-nodes.ts";

/** The trees as one `trees` node over the features that they use, and the task's link. */
export function gbdtToProgram(model: GbdtModel, plan: FeatureRefs): ModelNodes {
  const used = usedFeatures(model);
  const isStatistic = (feature: number) => feature >= model.featureCount;
  const made = statisticNodes(
    used.filter(isStatistic).map((feature) => model.statistics![feature - model.featureCount]!),
    plan,
  );
  const own = used.filter((feature) => !isStatistic(feature));
  const position = new Map(used.map((feature, k) => [feature, k]));
  const classes = model.base.length;
  const isShared = classes > 1 && sharesShapes(model.trees, classes);
  const flat = isShared
    ? flatten(oneOfEach(model.trees, classes), position, classes)
    : flatten(model.trees, position, 1);
  const named = Object.entries(flat).map(([name, tensor]) => [`${plan.prefix}${name}`, tensor] as const);
  // A node needs an input: a model without any split reads the first feature and ignores it.
  const inputs = [...(used.length > 0 ? own : [0]).map((feature) => plan.features[feature]!.ref), ...made.refs];
  const node: ProgramNode = {
    op: "trees",
    version: isShared ? 2 : 1,
    inputs,
    attributes: {
      base: classes === 1 ? model.base[0]! : Array.from(model.base),
      classes,
      ...Object.fromEntries(Object.keys(flat).map((name) => [name, { tensor: `${plan.prefix}${name}` }])),
    },
    label: "margin of boosted trees",
  };
  const summed = plan.nextRef + made.nodes.length;
  const exponential: ProgramNode = { op: "exp", version: 1, inputs: [summed], attributes: {} };
  const nodes = [...made.nodes, node, ...(model.logLink ? [exponential] : [])];
  const margin = plan.nextRef + nodes.length - 1;
  return {
    nodes: [...nodes, linkNode(model.task, margin)],
    tensors: new Map([...made.tensors, ...named]),
    margin,
    score: margin + 1,
  };
}

/** Features that some split reads, ascending. */
export function usedFeatures(model: GbdtModel): number[] {
  const used = new Set<number>();
  for (const tree of model.trees) for (const feature of tree.feature) used.add(feature);
  return [...used].sort((a, b) => a - b);
}

/** Whether the trees of the classes differ in nothing but what their leaves hold, as those of a forest do. */
function sharesShapes(trees: readonly Tree[], classes: number): boolean {
  if (trees.length % classes !== 0) return false;
  return trees.every((tree, t) => hasShapeOf(tree, trees[t - (t % classes)]!));
}

function hasShapeOf(tree: Tree, other: Tree): boolean {
  const numbers = ["feature", "threshold", "left", "right", "missingLeft"] as const;
  return (
    numbers.every((name) => areEqual(tree[name], other[name])) &&
    tree.categories.every((codes, node) => areEqual(codes ?? [], other.categories[node] ?? []))
  );
}

function areEqual(some: ArrayLike<number>, other: ArrayLike<number>): boolean {
  if (some === other) return true;
  if (some.length !== other.length) return false;
  for (let i = 0; i < some.length; i++) if (some[i] !== other[i]) return false;
  return true;
}

/** A tree for each `classes` of the same shape, a leaf's values side by side. */
function oneOfEach(trees: readonly Tree[], classes: number): Tree[] {
  return Array.from({ length: trees.length / classes }, (_, t) => {
    const own = trees.slice(t * classes, (t + 1) * classes);
    const leaves = own[0]!.leafValues.length;
    const leafValues = Float64Array.from(
      { length: leaves * classes },
      (_, i) => own[i % classes]!.leafValues[Math.floor(i / classes)]!,
    );
    return { ...own[0]!, leafValues };
  });
}

/** `width`: numbers a leaf. */
function flatten(trees: readonly Tree[], position: ReadonlyMap<number, number>, width: number): Record<string, Tensor> {
  const nodes = trees.reduce((sum, tree) => sum + tree.feature.length, 0);
  const leaves = trees.reduce((sum, tree) => sum + tree.leafValues.length, 0);
  const treeStart = new Int32Array(trees.length);
  const feature = new Int32Array(nodes);
  const threshold = new Float64Array(nodes);
  const left = new Int32Array(nodes);
  const right = new Int32Array(nodes);
  const missingLeft = new Uint8Array(nodes);
  const categorical = new Uint8Array(nodes);
  const bitsetStart = new Int32Array(nodes + 1);
  const bitsets: number[] = [];
  const leafValue = new Float64Array(leaves);
  let nodeAt = 0;
  let leafAt = 0;
  trees.forEach((tree, t) => {
    const global = (child: number) => (child >= 0 ? nodeAt + child : ~(leafAt + ~child));
    treeStart[t] = tree.feature.length > 0 ? nodeAt : ~leafAt;
    tree.feature.forEach((own, k) => {
      const n = nodeAt + k;
      feature[n] = position.get(own)!;
      threshold[n] = tree.threshold[k]!;
      left[n] = global(tree.left[k]!);
      right[n] = global(tree.right[k]!);
      missingLeft[n] = tree.missingLeft[k]!;
      const codes = tree.categories[k]!;
      if (codes !== null) {
        categorical[n] = 1;
        bitsets.push(...bitWords(codes, tree.levels[k]!, tree.missingLeft[k] === 1));
      }
      bitsetStart[n + 1] = bitsets.length;
    });
    leafValue.set(tree.leafValues, leafAt * width);
    nodeAt += tree.feature.length;
    leafAt += tree.leafValues.length / width;
  });
  return {
    treeStart: { type: "i32", values: treeStart },
    feature: { type: "i32", values: feature },
    threshold: { type: "f64", values: threshold },
    left: { type: "i32", values: left },
    right: { type: "i32", values: right },
    missingLeft: { type: "u8", values: missingLeft },
    categorical: { type: "u8", values: categorical },
    bitsetStart: { type: "i32", values: bitsetStart },
    bitsets: { type: "u32", values: Uint32Array.from(bitsets) },
    leafValue: { type: "f64", values: leafValue },
  };
}

/** A bit for each level; what is left of the last word goes the way of unseen levels. */
function bitWords(codes: Uint32Array, levels: number, unseenLeft: boolean): number[] {
  const words = new Uint32Array(Math.max(1, Math.ceil(levels / 32)));
  for (const code of codes) words[code >> 5]! |= 1 << (code & 31);
  if (unseenLeft) for (let code = levels; code < words.length * 32; code++) words[code >> 5]! |= 1 << (code & 31);
  return Array.from(words);
}
