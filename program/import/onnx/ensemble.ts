import type { ValueRef } from "../../model.ts";
import { doubleAtMost, doubleBelow } from "../float32.ts";
import { ForestBuilder, type SourceNode } from "../forest-builder.ts";
import { invalidModel } from "../model.ts";
import { type FloatSteps, splitBefore } from "./float-steps.ts";
import {
  format,
  integersOf,
  missingAttribute,
  numbersOf,
  type OnnxContext,
  type Part,
  realsOf,
  singlesOf,
  textsOf,
  unsupportedNode,
} from "./values.ts";

/** The trees of `TreeEnsembleRegressor` and `TreeEnsembleClassifier` (ai.onnx.ml 1 and 3). */
export interface Ensemble {
  readonly trees: number;
  readonly weights: readonly number[];
  /** The sum for each target; `merged`: all weights go to one. */
  sum(targets: number, bases: readonly number[], merged?: boolean): ValueRef;
}

type Branch = Exclude<SourceNode, { leaf: number }>;

interface NodeTable {
  /** By tree, the rows of its nodes by their number. */
  readonly trees: ReadonlyMap<number, ReadonlyMap<number, number>>;
  readonly branch: (row: number) => Branch | undefined;
  /** By row of a leaf, what it adds to each target. */
  readonly votes: ReadonlyMap<number, ReadonlyMap<number, number>>;
}

export function readEnsemble(context: OnnxContext, prefix: "target" | "class"): Ensemble {
  const table = readNodes(context, prefix);
  const weights = realsOf(context, `${prefix}_weights`);
  const { builder } = context;
  return {
    trees: table.trees.size,
    weights,
    sum: (targets, bases, merged = false) => {
      const forest = new ForestBuilder();
      const columns = columnsRead(context).map(({ ref, steps }) => steps?.from ?? ref);
      const each = Array.from({ length: targets }, (_, target) =>
        [...table.trees.values()].filter((tree) => merged || touches(table, tree, target)),
      );
      const most = Math.max(...each.map((trees) => trees.length));
      for (let i = 0; i < most; i++)
        each.forEach((trees, target) => {
          const rows = trees[i];
          if (rows === undefined) forest.addLeaf(0);
          else add(forest, table, rows, merged ? undefined : target);
        });
      return builder.node("trees", columns, forest.attributes(bases, builder.tensors));
    },
  };
}

function touches({ votes }: NodeTable, rows: ReadonlyMap<number, number>, target: number): boolean {
  return [...rows.values()].some((row) => votes.get(row)?.has(target));
}

function add(
  forest: ForestBuilder,
  { branch, votes }: NodeTable,
  rows: ReadonlyMap<number, number>,
  target: number | undefined,
): void {
  const [root] = rows.keys();
  forest.add(
    {
      root: root!,
      size: rows.size,
      node: (id) => {
        const row = rows.get(id);
        if (row === undefined) throw invalidModel(format, `a tree has no node ${id}`);
        const found = branch(row);
        if (found !== undefined) return found;
        const all = votes.get(row) ?? new Map<number, number>();
        return { leaf: target === undefined ? [...all.values()].reduce((a, b) => a + b, 0) : (all.get(target) ?? 0) };
      },
    },
    () => invalidModel(format, "a tree runs in a circle"),
  );
}

function readNodes(context: OnnxContext, prefix: string): NodeTable {
  const modes = textsOf(context, "nodes_modes");
  const list = (name: string) => {
    const values = integersOf(context, name);
    if (values.length !== modes.length) throw missingAttribute(context, name);
    return values;
  };
  const [tree, id, feature] = [list("nodes_treeids"), list("nodes_nodeids"), list("nodes_featureids")];
  const [yes, no] = [list("nodes_truenodeids"), list("nodes_falsenodeids")];
  const values = realsOf(context, "nodes_values");
  const missingYes = integersOf(context, "nodes_missing_value_tracks_true");
  const trees = new Map<number, Map<number, number>>();
  modes.forEach((_, row) => {
    const rows = trees.get(tree[row]!) ?? new Map<number, number>();
    trees.set(tree[row]!, rows.set(id[row]!, row));
  });
  const columns = columnsRead(context);
  return {
    trees,
    votes: readVotes(context, prefix, trees),
    branch: (row) => {
      if (modes[row] === "LEAF") return undefined;
      const [value, at] = [values[row], feature[row]!];
      if (value === undefined || !(at >= 0 && at < columns.length)) throw missingAttribute(context, "nodes_values");
      return branchOf(context, modes[row]!, value, columns[at]!.steps, {
        feature: at,
        yes: yes[row]!,
        no: no[row]!,
        missingYes: missingYes[row] === 1,
      });
    },
  };
}

/** The columns that trees split: where splits are floats, with what became of them on the way. */
function columnsRead(context: OnnxContext): readonly Part[] {
  const parts = singlesOf(context.builder, numbersOf(context));
  return splitsAreDoubles(context) ? parts.map(({ ref, width }) => ({ ref, width })) : parts;
}

const splitsAreDoubles = ({ node }: OnnxContext) => node.attributes.has("nodes_values_as_tensor");

/** Inputs are floats where thresholds are: a double is compared as the float that it becomes. */
function branchOf(
  context: OnnxContext,
  mode: string,
  value: number,
  steps: FloatSteps | undefined,
  { feature, yes, no, missingYes }: { feature: number; yes: number; no: number; missingYes: boolean },
): Branch {
  const atMost = mode === "BRANCH_LEQ" || mode === "BRANCH_GT";
  const asDouble = splitsAreDoubles(context);
  if (asDouble && !atMost) throw unsupportedNode(context, `with a split ${mode} of doubles`);
  const { threshold, swapped } =
    steps === undefined
      ? { threshold: asDouble ? value : atMost ? doubleAtMost(value) : doubleBelow(value), swapped: false }
      : splitBefore(steps, atMost ? (y) => y <= value : (y) => y < value);
  const [low, high, missingLow] =
    mode === "BRANCH_LEQ" || mode === "BRANCH_LT" ? [yes, no, missingYes] : [no, yes, !missingYes];
  if (!["BRANCH_LEQ", "BRANCH_LT", "BRANCH_GT", "BRANCH_GTE"].includes(mode))
    throw unsupportedNode(context, `with a split ${mode}`);
  return swapped
    ? { feature, test: { threshold }, missingLeft: !missingLow, left: high, right: low }
    : { feature, test: { threshold }, missingLeft: missingLow, left: low, right: high };
}

function readVotes(
  context: OnnxContext,
  prefix: string,
  trees: ReadonlyMap<number, ReadonlyMap<number, number>>,
): Map<number, Map<number, number>> {
  const [ids, nodes, owners] = [`${prefix}_ids`, `${prefix}_nodeids`, `${prefix}_treeids`].map((name) =>
    integersOf(context, name),
  );
  const votes = new Map<number, Map<number, number>>();
  realsOf(context, `${prefix}_weights`).forEach((weight, i) => {
    const row = trees.get(owners![i]!)?.get(nodes![i]!);
    if (row === undefined) throw invalidModel(format, `a weight is for node ${nodes![i]}, which is not there`);
    const found = votes.get(row) ?? new Map<number, number>();
    votes.set(row, found.set(ids![i]!, (found.get(ids![i]!) ?? 0) + weight));
  });
  return votes;
}
