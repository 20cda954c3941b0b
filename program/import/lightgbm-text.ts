import { type ImportOptions, invalidModel, knownLevels, unsupportedModel } from "./model.ts";

/** What a LightGBM text file says, checked for shape. */
export interface LightGbmModel {
  /** Trees a round. */
  readonly classes: number;
  readonly objective: string;
  /** What follows the objective: `sigmoid:1`, `sqrt`, … */
  readonly flags: ReadonlyMap<string, string>;
  /** Random forests: the average of the rounds. */
  readonly averaged: boolean;
  readonly names: readonly string[];
  /** Ranges that training saw, by feature. */
  readonly ranges: readonly ({ readonly low: number; readonly high: number } | undefined)[];
  /** Categories of pandas by feature, in the order of their numbers. */
  readonly levels: ReadonlyMap<number, readonly string[]>;
  readonly trees: readonly LightGbmTree[];
}

export interface LightGbmTree {
  readonly splitFeature: readonly number[];
  readonly threshold: readonly number[];
  /** Bit 0: categories; bit 1: missing goes left; bits 2 and 3: what is missing (0 nothing, 1 zero, 2 NaN). */
  readonly decisionType: readonly number[];
  readonly leftChild: readonly number[];
  readonly rightChild: readonly number[];
  readonly leafValue: readonly number[];
  /** Rows of training that reached each leaf; empty where the file does not say. */
  readonly leafCount: readonly number[];
  readonly catBoundaries: readonly number[];
  readonly catThreshold: readonly number[];
  /** Of a linear tree: what each leaf adds up where none of its features is missing; else it gives `leafValue`. */
  readonly leafSums: readonly LeafSum[] | undefined;
}

export interface LeafSum {
  readonly constant: number;
  readonly features: readonly number[];
  readonly coefficients: readonly number[];
}

const format = "LightGBM model";

export function readLightGbm(text: string, options: ImportOptions): LightGbmModel {
  const lines = text.split(/\r?\n/);
  if (lines[0] !== "tree") throw invalidModel(format, 'its first line is not "tree"');
  const end = lines.indexOf("end of trees");
  if (end < 0) throw invalidModel(format, 'it has no line "end of trees"');
  const starts = lines.flatMap((line, i) => (i < end && line.startsWith("Tree=") ? [i] : []));
  const header = section(lines.slice(0, starts[0] ?? end));
  const names = words(header.get("feature_names"));
  const infos = words(header.get("feature_infos"));
  if (names.length === 0) throw invalidModel(format, "it names no feature");
  const classes = whole(header.get("num_tree_per_iteration") ?? "1", "trees a round");
  const trees = starts.map((start, i) => tree(section(lines.slice(start, starts[i + 1] ?? end)), names.length));
  if (classes < 1 || trees.length % classes !== 0)
    throw invalidModel(format, `its ${trees.length} trees are not rounds of ${classes}`);
  const [objective = "none", ...flags] = words(header.get("objective"));
  return {
    classes,
    objective,
    flags: new Map(flags.map((flag) => [flag.split(":")[0]!, flag.split(":")[1] ?? ""])),
    averaged: header.has("average_output"),
    names,
    ranges: names.map((_, i) => range(infos[i] ?? "none")),
    levels: knownLevels(names, pandasLevels(lines.slice(end), options), options),
    trees,
  };
}

function section(lines: readonly string[]): Map<string, string> {
  return new Map(
    lines
      .filter((line) => line !== "")
      .map((line) => {
        const at = line.indexOf("=");
        return at < 0 ? [line, ""] : [line.slice(0, at), line.slice(at + 1)];
      }),
  );
}

function tree(fields: ReadonlyMap<string, string>, features: number): LightGbmTree {
  const leaves = whole(fields.get("num_leaves") ?? "", "leaves of a tree");
  const list = (name: string, length?: number) => {
    const values = words(fields.get(name)).map(number);
    if (length !== undefined && values.length !== length)
      throw invalidModel(format, `a tree of ${leaves} leaves has ${values.length} values of ${name}`);
    if (values.some(Number.isNaN)) throw invalidModel(format, `${name} holds what is no number`);
    return values;
  };
  const splits = Math.max(0, leaves - 1);
  const splitFeature = list("split_feature", splits);
  const isStrange = (feature: number) => !(feature >= 0 && feature < features && Number.isInteger(feature));
  const strange = splitFeature.find(isStrange);
  if (strange !== undefined) throw invalidModel(format, `a tree splits feature ${strange} of ${features}`);
  const sums = fields.get("is_linear") === "1" ? leafSums(list, leaves) : undefined;
  if (sums?.some((sum) => sum.features.some(isStrange)))
    throw invalidModel(format, `a leaf adds up a feature that is none of the ${features}`);
  const counts = list("leaf_count");
  return {
    splitFeature,
    threshold: list("threshold", splits),
    decisionType: list("decision_type", splits),
    leftChild: list("left_child", splits),
    rightChild: list("right_child", splits),
    leafValue: list("leaf_value", leaves),
    leafCount: counts.length === leaves && counts.every((rows) => rows >= 0) ? counts : [],
    catBoundaries: list("cat_boundaries"),
    catThreshold: list("cat_threshold"),
    leafSums: sums,
  };
}

function leafSums(list: (name: string, length?: number) => number[], leaves: number): LeafSum[] {
  const constants = list("leaf_const", leaves);
  const counts = list("num_features", leaves);
  if (!counts.every((count) => Number.isSafeInteger(count) && count >= 0))
    throw invalidModel(format, "num_features holds what is no count");
  const total = counts.reduce((sum, count) => sum + count, 0);
  const [features, coefficients] = [list("leaf_features", total), list("leaf_coeff", total)];
  let from = 0;
  return constants.map((constant, leaf) => {
    const to = from + counts[leaf]!;
    const sum = { constant, features: features.slice(from, to), coefficients: coefficients.slice(from, to) };
    from = to;
    return sum;
  });
}

/**
 * Categories of pandas come as lists, in the order of their columns; the columns are those of the parameter
 * `categorical_feature`. Numbers and truth values are categories by their text.
 */
function pandasLevels(lines: readonly string[], options: ImportOptions): Map<number, readonly string[]> {
  const prefix = "pandas_categorical:";
  const line = lines.find((each) => each.startsWith(prefix))?.slice(prefix.length) ?? "null";
  let lists: unknown;
  try {
    lists = JSON.parse(line);
  } catch {
    throw invalidModel(format, "its pandas_categorical is not JSON");
  }
  if (lists === null || (Array.isArray(lists) && lists.length === 0)) return new Map();
  if (!Array.isArray(lists) || !lists.every(Array.isArray))
    throw invalidModel(format, "its pandas_categorical is no list of lists");
  const parameter = /^\[categorical_feature: ([\d,]*)\]$/;
  const columns = (lines.map((each) => parameter.exec(each)?.[1]).find((each) => each !== undefined) ?? "")
    .split(",")
    .filter((each) => each !== "")
    .map(Number);
  if (columns.length !== lists.length) {
    if (options.categories !== undefined) return new Map();
    throw unsupportedModel(
      format,
      `${lists.length} lists of pandas categories for ${columns.length} categorical features, unless the option "categories" names them`,
    );
  }
  return new Map(columns.map((feature, i) => [feature, (lists[i] as unknown[]).map(String)]));
}

function range(info: string): { low: number; high: number } | undefined {
  const match = /^\[([^:]+):([^\]]+)\]$/.exec(info);
  const [low, high] = [Number(match?.[1]), Number(match?.[2])];
  return Number.isFinite(low) && Number.isFinite(high) ? { low, high } : undefined;
}

/** As C writes it: `inf` is a threshold that only NaN does not pass. */
function number(text: string): number {
  return Number(text.replace(/^(-?)inf$/, "$1Infinity"));
}

function words(text: string | undefined): string[] {
  return (text ?? "").split(" ").filter((word) => word !== "");
}

function whole(text: string, what: string): number {
  if (!/^\d+$/.test(text)) throw invalidModel(format, `its ${what} are "${text}"`);
  return Number(text);
}
