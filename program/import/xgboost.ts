import { log } from "../elementary/logarithm.ts";
import type { ProgramInput, ProgramOutputs, ValueRef } from "../model.ts";
import { doubleBelow } from "./float32.ts";
import { ForestBuilder, type SourceNode } from "./forest-builder.ts";
import { type Imported, type ImportOptions, invalidModel, unsupportedModel } from "./model.ts";
import { classNames, ProgramBuilder } from "./program-builder.ts";
import { readXgboost, type XgboostModel, type XgboostTree } from "./xgboost-json.ts";

const format = "XGBoost model";

/**
 * An XGBoost model, as `save_model("….json")` writes it, as a program that takes the same leaves: an input is compared as
 * the float that XGBoost makes of it. Its sums are of doubles where XGBoost's are of floats.
 *
 * ```ts
 * const { program, tensors } = importXgboost(json, { classes: ["stays", "leaves"] });
 * ```
 *
 * Inputs are the columns that trees split: numbers; texts where the file holds their categories (other texts are taken
 * for missing, which XGBoost refuses); whole numbers for other categories. Missing: each split's default direction.
 * Errors: PROGRAM_IMPORT_INVALID: not such a file; PROGRAM_IMPORT_UNSUPPORTED: several targets, an
 * objective without a known link; those of `validateProgram`.
 * Source: XGBoost 3.2, `src/tree/tree_model.cc`, `src/common/categorical.h`, `src/objective/`.
 */
export function importXgboost(text: string, options: ImportOptions = {}): Imported {
  const model = readXgboost(text, options);
  const link = links.get(model.objective);
  if (link === undefined || model.classes > 1 !== (link.task === "multiclass"))
    throw unsupportedModel(format, `the objective "${model.objective}" and ${model.classes} classes`);
  const bases = Array.from({ length: model.classes }, (_, k) => link.margin(model.base[k] ?? model.base[0]!));
  if (model.weights !== undefined) {
    const { builder, margin } = linearMargin(model, model.weights, bases);
    return linked(builder, margin, link, model, options);
  }
  const used = usedFeatures(model);
  const builder = new ProgramBuilder(used.map((feature) => inputOf(model, feature)));
  const known = unseenCategories(model);
  const refs = used.map((feature, input) => {
    const levels = model.levels.get(feature);
    if (levels !== undefined)
      return builder.node("ordinal", [input], { levels: [...levels], unseen: null, missing: null });
    const unseen = known.get(feature);
    return unseen === undefined ? input : builder.node("clip", [input], { low: null, high: unseen });
  });
  const places = new Map(used.map((feature, place) => [feature, place]));
  const forest = new ForestBuilder();
  for (const tree of inTurn(model)) {
    if (tree === undefined) forest.addLeaf(0);
    else
      forest.add({ root: 0, size: tree.left.length, node: (id) => nodeOf(tree, id, places, known) }, () =>
        invalidModel(format, "a tree runs in a circle"),
      );
  }
  const margin = builder.node("trees", refs, forest.attributes(bases, builder.tensors));
  return linked(builder, margin, link, model, options);
}

/** A linear booster: a missing number adds nothing. */
function linearMargin({ names, classes }: XgboostModel, weights: readonly number[], bases: readonly number[]) {
  const weight = (feature: number, k: number) => weights[feature * classes + k]!;
  const some = names.map((_, feature) => feature).filter((f) => bases.some((_, k) => weight(f, k) !== 0));
  const used = some.length === 0 ? [0] : some;
  const builder = new ProgramBuilder(used.map((f) => ({ name: names[f]!, type: "number", missingAllowed: true })));
  const present = used.map((_, input) => builder.node("impute", [input], { value: 0 }));
  const rows = bases.flatMap((_, k) => used.map((f) => weight(f, k)));
  const biases = bases.map((base, k) => base + weight(names.length, k));
  const matrix = builder.doubles("weights", rows);
  const margin =
    classes === 1
      ? builder.node("linear", present, { weights: matrix, bias: biases[0]! })
      : builder.node("linear", present, { weights: matrix, bias: builder.doubles("bias", biases), outputs: classes });
  return { builder, margin };
}

function linked(
  builder: ProgramBuilder,
  margin: ValueRef,
  { op, task }: Link,
  { classes }: XgboostModel,
  options: ImportOptions,
): Imported {
  const score = op === undefined ? margin : builder.node(op, [margin]);
  if (task === "regression") return builder.built({ task, score });
  return builder.built({ task, score, classes: classNames(task === "binary" ? 2 : classes, options.classes) });
}

interface Link {
  readonly task: ProgramOutputs["task"];
  readonly op?: "logistic" | "exp" | "softmax";
  /** The margin that a base score stands for. */
  margin(base: number): number;
}

const same = (base: number) => base;
const logit = (base: number) => -log(1 / base - 1);
const identity: Link = { task: "regression", margin: same };
const exponential: Link = { task: "regression", op: "exp", margin: log };
const links: ReadonlyMap<string, Link> = new Map<string, Link>([
  ["binary:logistic", { task: "binary", op: "logistic", margin: logit }],
  ["reg:logistic", { task: "regression", op: "logistic", margin: logit }],
  ["multi:softprob", { task: "multiclass", op: "softmax", margin: same }],
  ["multi:softmax", { task: "multiclass", op: "softmax", margin: same }],
  ["reg:squarederror", identity],
  ["reg:squaredlogerror", identity],
  ["reg:absoluteerror", identity],
  ["reg:pseudohubererror", identity],
  ["reg:quantileerror", identity],
  ["rank:pairwise", identity],
  ["rank:ndcg", identity],
  ["rank:map", identity],
  ["count:poisson", exponential],
  ["reg:gamma", exponential],
  ["reg:tweedie", exponential],
]);

const isSplit = (tree: XgboostTree, node: number) => tree.left[node]! >= 0;

function usedFeatures({ trees }: XgboostModel): number[] {
  const used = new Set(trees.flatMap((tree) => tree.feature.filter((_, node) => isSplit(tree, node))));
  return used.size === 0 ? [0] : [...used].sort((a, b) => a - b);
}

function inputOf({ names, levels, trees }: XgboostModel, feature: number): ProgramInput {
  const name = names[feature]!;
  const found = levels.get(feature);
  if (found !== undefined) return { name, type: "string", missingAllowed: true, domain: { levels: found } };
  const categorical = trees.some((tree) => tree.feature.some((f, node) => f === feature && tree.sets.has(node)));
  return { name, type: categorical ? "integer" : "number", missingAllowed: true };
}

/** By categorical feature a category that is in no split's set, and greater than all that are in one. */
function unseenCategories({ trees, levels }: XgboostModel): Map<number, number> {
  const found = new Map<number, number>();
  for (const tree of trees)
    for (const [node, set] of tree.sets) {
      const feature = tree.feature[node]!;
      const least = found.get(feature) ?? levels.get(feature)?.length ?? 0;
      found.set(
        feature,
        set.reduce((most, category) => Math.max(most, category + 1), least),
      );
    }
  return found;
}

function nodeOf(
  tree: XgboostTree,
  id: number,
  places: ReadonlyMap<number, number>,
  unseen: ReadonlyMap<number, number>,
): SourceNode {
  const [left, right, value, feature] = [tree.left[id], tree.right[id], tree.value[id], tree.feature[id]];
  if (left === undefined || right === undefined || value === undefined || feature === undefined)
    throw invalidModel(format, `a tree has no node ${id}`);
  if (!isSplit(tree, id)) return { leaf: Math.fround(value) * tree.weight };
  const place = places.get(feature)!;
  const defaultLeft = tree.defaultLeft[id] === 1;
  const set = tree.sets.get(id);
  if (set === undefined)
    return {
      feature: place,
      test: { threshold: doubleBelow(Math.fround(value)) },
      missingLeft: defaultLeft,
      left,
      right,
    };
  // the set names what goes right; every other category, seen or not, goes left
  const bits = new Array<number>((unseen.get(feature)! >>> 5) + 1).fill(0);
  for (const category of set) bits[category >>> 5] = (bits[category >>> 5]! | (1 << (category & 31))) >>> 0;
  return { feature: place, test: { bits }, missingLeft: !defaultLeft, left: right, right: left };
}

/** Trees so that the k-th is of class k mod classes; the order within a class stays. */
function inTurn({ trees, classes }: XgboostModel): (XgboostTree | undefined)[] {
  const each = Array.from({ length: classes }, (_, k) => trees.filter((tree) => tree.target === k));
  const most = Math.max(...each.map((list) => list.length));
  return Array.from({ length: most * classes }, (_, i) => each[i % classes]![Math.floor(i / classes)]);
}
