import type { ProgramInput, ValueRef } from "../model.ts";
import { ForestBuilder, type SourceTree } from "./forest-builder.ts";
import { coefficientOf, type SumLeaves, summedFeatures, withSums } from "./lightgbm-linear.ts";
import { type LightGbmModel, type LightGbmTree, readLightGbm } from "./lightgbm-text.ts";
import { type Imported, type ImportOptions, invalidModel, unsupportedModel } from "./model.ts";
import { classNames, ProgramBuilder } from "./program-builder.ts";

/** What LightGBM holds for zero: the float nearest 10⁻³⁵. */
const greatestZero = 1.0000000180025095e-35;
/** The double beside it. */
const leastOther = 1.0000000180025096e-35;
const format = "LightGBM model";

/**
 * A LightGBM model, as `save_model` writes it, as a program that sums the same trees in the same order.
 *
 * ```ts
 * const { program, tensors } = importLightGbm(text, { classes: ["stays", "leaves"] });
 * ```
 *
 * Inputs are the columns that trees split, as numbers; categories of pandas as texts, others as whole numbers. Missing:
 * as LightGBM does for each split (missing types None, Zero and NaN); a category that training did not see goes right.
 * Errors: PROGRAM_IMPORT_INVALID: not such a file; PROGRAM_IMPORT_UNSUPPORTED: an objective without a known link,
 * categories whose columns the file does not tell; those of `validateProgram`.
 * Source: LightGBM 4.7, `src/io/tree.cpp`, `include/LightGBM/tree.h`, `src/boosting/gbdt_model_text.cpp`.
 */
export function importLightGbm(text: string, options: ImportOptions = {}): Imported {
  const model = readLightGbm(text, options);
  const used = usedFeatures(model);
  const builder = new ProgramBuilder(used.map((feature) => inputOf(model, feature)));
  const columns = new Columns(builder, model, used);
  const counted = options.rounds === undefined ? model.trees : model.trees.slice(0, options.rounds * model.classes);
  const isLinear = counted.some(({ leafSums }) => leafSums !== undefined);
  let margin = isLinear
    ? linearMargin(builder, columns, counted, model)
    : plainMargin(builder, columns, counted, model);
  if (model.averaged && counted.length > 0)
    margin = builder.node("temperature", [margin], { value: counted.length / model.classes });
  return builder.built(linked(builder, model, margin, options));
}

function plainMargin(
  builder: ProgramBuilder,
  columns: Columns,
  trees: readonly LightGbmTree[],
  { classes }: LightGbmModel,
): ValueRef {
  const forest = new ForestBuilder();
  for (const tree of trees) forest.add(sourceTree(tree, columns), circular);
  return builder.node("trees", columns.refs, forest.attributes(new Array<number>(classes).fill(0), builder.tensors));
}

/**
 * Leaves that are sums: a forest of their constants, and one for each feature whose leaves are its coefficients, which the
 * feature then multiplies. So a feature's coefficients are added up over the trees first.
 */
function linearMargin(
  builder: ProgramBuilder,
  columns: Columns,
  trees: readonly LightGbmTree[],
  { classes }: LightGbmModel,
): ValueRef {
  const forest = (leavesOf: (tree: LightGbmTree) => SumLeaves | undefined) => {
    const made = new ForestBuilder();
    for (const tree of trees) {
      const leaves = leavesOf(tree);
      if (leaves === undefined) made.addLeaf(0);
      else
        made.add(
          withSums(sourceTree(tree, columns), tree, (feature) => columns.plain(feature), leaves),
          circular,
        );
    }
    const attributes = made.attributes(new Array<number>(classes).fill(0), builder.tensors);
    return builder.node("trees", [...columns.refs], attributes);
  };
  const constants = forest(({ leafValue, leafSums }) => ({
    whole: (leaf) => leafSums?.[leaf]?.constant ?? leafValue[leaf]!,
    missing: (leaf) => leafValue[leaf]!,
  }));
  const slopes = summedFeatures(trees).map((feature) => ({
    x: columns.refs[columns.plain(feature)]!,
    slope: forest(({ leafSums }) =>
      leafSums?.some(({ features }) => features.includes(feature))
        ? { whole: (leaf) => coefficientOf(leafSums[leaf]!, feature), missing: () => 0 }
        : undefined,
    ),
  }));
  const ofClass = (ref: ValueRef, k: number) => (classes === 1 ? ref : builder.node("element", [ref], { index: k }));
  const margins = Array.from({ length: classes }, (_, k) =>
    slopes.reduce(
      (sum, { x, slope }) => {
        // 0 where the feature is missing or infinite and no leaf that was reached reads it
        const part = builder.node("impute", [builder.node("multiply", [x, ofClass(slope, k)])], { value: 0 });
        return builder.node("add", [sum, part]);
      },
      ofClass(constants, k),
    ),
  );
  return classes === 1 ? margins[0]! : builder.node("concat", margins);
}

const circular = () => invalidModel(format, "a tree runs in a circle");

/** Features in order of their position that a split or a leaf reads; the first one where none does. */
function usedFeatures({ trees }: LightGbmModel): number[] {
  const used = new Set([...trees.flatMap(({ splitFeature }) => [...splitFeature]), ...summedFeatures(trees)]);
  return used.size === 0 ? [0] : [...used].sort((a, b) => a - b);
}

function inputOf({ names, levels, ranges, trees }: LightGbmModel, feature: number): ProgramInput {
  const name = names[feature]!;
  const found = levels.get(feature);
  if (found !== undefined) return { name, type: "string", missingAllowed: true, domain: { levels: found } };
  const categorical = trees.some((tree) => tree.splitFeature.some((f, n) => f === feature && isCategorical(tree, n)));
  const range = ranges[feature];
  return {
    name,
    type: categorical ? "integer" : "number",
    missingAllowed: true,
    ...(range === undefined ? {} : { domain: range }),
  };
}

/** The forest's inputs: columns as they are, places of texts, and columns in which zero is missing. */
class Columns {
  readonly refs: ValueRef[] = [];
  readonly #plain = new Map<number, number>();
  readonly #zeroes = new Map<number, number>();
  readonly #builder: ProgramBuilder;

  constructor(builder: ProgramBuilder, { levels }: LightGbmModel, used: readonly number[]) {
    this.#builder = builder;
    used.forEach((feature, input) => {
      const found = levels.get(feature);
      const ref =
        found === undefined
          ? input
          : builder.node("ordinal", [input], { levels: [...found], unseen: null, missing: null });
      this.#plain.set(feature, this.refs.push(ref) - 1);
    });
  }

  plain(feature: number): number {
    return this.#plain.get(feature)!;
  }

  /** x ÷ 1, or x ÷ 0, which is missing, where x counts as zero. */
  withoutZero(feature: number): number {
    const known = this.#zeroes.get(feature);
    if (known !== undefined) return known;
    const x = this.refs[this.plain(feature)]!;
    const edges = this.#builder.doubles("zero.edges", [greatestZero]);
    const isOther = this.#builder.node("bin", [this.#builder.node("abs", [x])], { edges });
    const column = this.refs.push(this.#builder.node("divide", [x, isOther], {}, "zero is missing")) - 1;
    this.#zeroes.set(feature, column);
    return column;
  }
}

const isCategorical = ({ decisionType }: LightGbmTree, node: number) => (decisionType[node]! & 1) === 1;

function sourceTree(tree: LightGbmTree, columns: Columns): SourceTree {
  const { splitFeature, threshold, decisionType, leftChild, rightChild, leafValue, leafCount } = tree;
  return {
    // a tree of one leaf has no split
    root: splitFeature.length === 0 ? -1 : 0,
    size: 2 * splitFeature.length + 1,
    node: (id) => {
      if (id < 0) {
        if (~id >= leafValue.length) throw invalidModel(format, `a tree has no leaf ${~id}`);
        return { leaf: leafValue[~id]!, cover: leafCount[~id] };
      }
      if (id >= splitFeature.length) throw invalidModel(format, `a tree has no node ${id}`);
      const feature = splitFeature[id]!;
      const children = { left: leftChild[id]!, right: rightChild[id]! };
      if (isCategorical(tree, id))
        return {
          feature: columns.plain(feature),
          test: { bits: categoriesOf(tree, id) },
          missingLeft: false,
          ...children,
        };
      const defaultLeft = (decisionType[id]! & 2) === 2;
      const missingType = (decisionType[id]! >> 2) & 3;
      const test = { threshold: withZero(threshold[id]!) };
      if (missingType === 1)
        return { feature: columns.withoutZero(feature), test, missingLeft: defaultLeft, ...children };
      // without a missing type NaN is taken for 0
      const missingLeft = missingType === 2 ? defaultLeft : 0 <= test.threshold;
      return { feature: columns.plain(feature), test, missingLeft, ...children };
    },
  };
}

/** LightGBM takes what is no farther from 0 than `greatestZero` for 0: such values pass a threshold where 0 does. */
function withZero(threshold: number): number {
  if (threshold < -greatestZero || threshold > greatestZero) return threshold;
  return threshold < 0 ? -leastOther : greatestZero;
}

function categoriesOf({ threshold, catBoundaries, catThreshold }: LightGbmTree, node: number): number[] {
  const set = threshold[node]!;
  const [start, end] = [catBoundaries[set], catBoundaries[set + 1]];
  if (start === undefined || end === undefined || start > end || end > catThreshold.length)
    throw invalidModel(format, `a tree has no set of categories ${set}`);
  return [...catThreshold.slice(start, end)];
}

const identities = new Set([
  ...["regression", "regression_l1", "huber", "fair", "quantile", "mape"],
  ...["lambdarank", "rank_xendcg"],
]);
const exponentials = new Set(["poisson", "gamma", "tweedie"]);

function linked(builder: ProgramBuilder, model: LightGbmModel, margin: ValueRef, { classes }: ImportOptions) {
  const { objective, flags, classes: count } = model;
  const sigmoid = Number(flags.get("sigmoid") ?? 1);
  const logistic = () =>
    sigmoid === 1 ? builder.node("logistic", [margin]) : builder.node("platt", [margin], { a: sigmoid, b: 0 });
  if (count === 1 && (objective === "binary" || objective === "cross_entropy"))
    return { task: "binary", score: logistic(), classes: classNames(2, classes) } as const;
  if (count > 1 && objective === "multiclass")
    return {
      task: "multiclass",
      score: builder.node("softmax", [margin]),
      classes: classNames(count, classes),
    } as const;
  if (count > 1 && objective === "multiclassova")
    return { task: "multiclass", score: logistic(), classes: classNames(count, classes) } as const;
  if (count === 1 && exponentials.has(objective))
    return { task: "regression", score: builder.node("exp", [margin]) } as const;
  if (count === 1 && identities.has(objective)) {
    const square = () => builder.node("multiply", [margin, builder.node("abs", [margin])]);
    return { task: "regression", score: flags.has("sqrt") ? square() : margin } as const;
  }
  throw unsupportedModel(format, `the objective "${objective}" and ${count} tree${count === 1 ? "" : "s"} a round`);
}
