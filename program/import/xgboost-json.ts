import { type ImportOptions, invalidModel, knownLevels, unsupportedModel } from "./model.ts";

/** What an XGBoost JSON file says, checked for shape. */
export interface XgboostModel {
  /** 1, or the classes of a multiclass model. */
  readonly classes: number;
  readonly objective: string;
  /** One, or one a class. */
  readonly base: readonly number[];
  readonly names: readonly string[];
  /** Categories that the file holds as texts or numbers, by feature. */
  readonly levels: ReadonlyMap<number, readonly string[]>;
  readonly trees: readonly XgboostTree[];
  /** Of a linear booster, instead of trees: a weight by feature, then by class, and last the biases. */
  readonly weights?: readonly number[];
}

export interface XgboostTree {
  readonly target: number;
  /** What leaves are multiplied by; 1 but for dart. */
  readonly weight: number;
  /** −1 at a leaf. */
  readonly left: readonly number[];
  readonly right: readonly number[];
  readonly feature: readonly number[];
  /** Threshold of a split, value of a leaf. */
  readonly value: readonly number[];
  readonly defaultLeft: readonly number[];
  /** Categories that go right, by node. */
  readonly sets: ReadonlyMap<number, readonly number[]>;
}

const format = "XGBoost model";
const mostCategories = 2 ** 24;

export function readXgboost(text: string, options: ImportOptions): XgboostModel {
  const learner = field(parse(text), "learner");
  const parameters = field(learner, "learner_model_param");
  const objective = textOf(field(field(learner, "objective"), "name"), "name of the objective");
  const outer = field(learner, "gradient_booster");
  const booster = textOf(field(outer, "name"), "name of the booster");
  if (!["gbtree", "dart", "gblinear"].includes(booster)) throw unsupportedModel(format, `the booster "${booster}"`);
  const model = field(booster === "dart" ? field(outer, "gbtree") : outer, "model");
  const weights = booster === "dart" ? numbers(field(outer, "weight_drop"), "weight_drop") : undefined;
  const features = whole(field(parameters, "num_feature"), "num_feature");
  if (whole(optional(parameters, "num_target") ?? "1", "num_target") > 1)
    throw unsupportedModel(format, "several targets");
  const classes = Math.max(1, whole(field(parameters, "num_class"), "num_class"));
  const given = list(optional(learner, "feature_names") ?? [], "feature_names").map((name) => textOf(name, "feature"));
  const names = given.length > 0 ? given : Array.from({ length: features }, (_, k) => `f${k}`);
  const base = baseScores(textOf(field(parameters, "base_score"), "base_score"));
  if (booster === "gblinear") {
    const weights = numbers(field(model, "weights"), "weights");
    if (weights.length !== (features + 1) * classes)
      throw invalidModel(format, `${weights.length} weights of ${features} features and ${classes} classes`);
    if (options.rounds !== undefined) throw unsupportedModel(format, "a linear booster of only some of its rounds");
    // XGBoost adds the first class's base to the sum of every class
    return { classes, objective, base: base.slice(0, 1), names, levels: new Map(), trees: [], weights };
  }
  const targets = numbers(field(model, "tree_info"), "tree_info");
  const all = list(field(model, "trees"), "trees").map((each, i) =>
    readTree(each, { target: targets[i] ?? 0, weight: weights?.[i] ?? 1, features }),
  );
  const parallel = whole(optional(field(model, "gbtree_model_param"), "num_parallel_tree") ?? "1", "num_parallel_tree");
  const trees = options.rounds === undefined ? all : all.slice(0, options.rounds * classes * Math.max(1, parallel));
  if (trees.some(({ target }) => target < 0 || target >= classes))
    throw invalidModel(format, `a tree is of a class that is not among ${classes}`);
  return {
    classes,
    objective,
    base,
    names,
    levels: knownLevels(names, categories(optional(model, "cats"), names, options), options),
    trees,
  };
}

function readTree(
  value: unknown,
  { target, weight, features }: { target: number; weight: number; features: number },
): XgboostTree {
  const left = numbers(field(value, "left_children"), "left_children");
  const sized = (name: string) => {
    const found = numbers(field(value, name), name);
    if (found.length !== left.length)
      throw invalidModel(format, `a tree of ${left.length} nodes has ${found.length} values of ${name}`);
    return found;
  };
  if (whole(optional(field(value, "tree_param"), "size_leaf_vector") ?? "1", "size_leaf_vector") > 1)
    throw unsupportedModel(format, "leaves of several values");
  const feature = sized("split_indices");
  const strange = feature.find((each) => !(Number.isInteger(each) && each >= 0 && each < features));
  if (strange !== undefined) throw invalidModel(format, `a tree splits feature ${strange} of ${features}`);
  return {
    target,
    weight,
    left,
    right: sized("right_children"),
    feature,
    value: sized("split_conditions"),
    defaultLeft: sized("default_left"),
    sets: readSets(value),
  };
}

function readSets(tree: unknown): Map<number, readonly number[]> {
  const part = (name: string) => numbers(optional(tree, name) ?? [], name);
  const [nodes, starts, sizes] = [part("categories_nodes"), part("categories_segments"), part("categories_sizes")];
  const all = part("categories");
  if (!all.every((category) => Number.isInteger(category) && category >= 0 && category < mostCategories))
    throw invalidModel(format, "a split has a category that is not a small whole number");
  return new Map(nodes.map((node, i) => [node, all.slice(starts[i], starts[i]! + sizes[i]!)]));
}

/**
 * Categories of a data frame by feature: texts as bytes with offsets, or numbers; the place in the list is the number.
 * XGBoost counts characters where it should count bytes, so what it holds of other texts than ASCII is cut wrongly.
 */
function categories(cats: unknown, names: readonly string[], options: ImportOptions): Map<number, readonly string[]> {
  const found = new Map<number, readonly string[]>();
  if (cats === undefined) return found;
  list(field(cats, "enc"), "enc").forEach((each, feature) => {
    const name = names[feature] ?? "";
    if (options.categories !== undefined && Object.hasOwn(options.categories, name)) return;
    const values = numbers(field(each, "values"), "values of categories");
    const offsets = optional(each, "offsets");
    if (offsets === undefined) {
      if (values.length > 0) found.set(feature, values.map(String));
      return;
    }
    if (values.some((byte) => byte < 0 || byte > 127))
      throw unsupportedModel(
        format,
        `categories of "${name}" that are not ASCII, which XGBoost saves damaged, unless the option "categories" names them`,
      );
    const ends = numbers(offsets, "offsets of categories");
    const bytes = Uint8Array.from(values);
    const texts = ends.slice(1).map((end, i) => new TextDecoder().decode(bytes.subarray(ends[i], end)));
    if (texts.length > 0) found.set(feature, texts);
  });
  return found;
}

/** `5E-1`, or since 3.1 `[5E-1]` with a number a class. */
function baseScores(text: string): number[] {
  const values = text
    .replace(/^\[|\]$/g, "")
    .split(",")
    .map(Number);
  if (values.length === 0 || !values.every(Number.isFinite)) throw invalidModel(format, `its base_score is ${text}`);
  return values.map(Math.fround);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalidModel(format, "it is not JSON");
  }
}

function optional(value: unknown, name: string): unknown {
  if (value === null || typeof value !== "object" || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}

function field(value: unknown, name: string): unknown {
  const found = optional(value, name);
  if (found === undefined) throw invalidModel(format, `it has no "${name}"`);
  return found;
}

function list(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw invalidModel(format, `${what} is not a list`);
  return value;
}

function numbers(value: unknown, what: string): readonly number[] {
  const found = list(value, what).map((each) => (typeof each === "boolean" ? Number(each) : each));
  if (!found.every((each) => typeof each === "number")) throw invalidModel(format, `${what} holds what is no number`);
  return found as readonly number[];
}

function textOf(value: unknown, what: string): string {
  if (typeof value !== "string") throw invalidModel(format, `the ${what} is not a text`);
  return value;
}

/** Whole numbers come as texts. */
function whole(value: unknown, what: string): number {
  const text = String(value);
  if (!/^\d{1,9}$/.test(text)) throw invalidModel(format, `${what} is ${text.slice(0, 40)}`);
  return Number(text);
}
