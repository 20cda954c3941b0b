import { exp, type ProgramNode } from "@millrace/program";
import { MillraceError, randomStream } from "#kernel";
import { requireFeatures } from "../check-input.ts";
import type { GbdtModel } from "../gbdt/model.ts";
import { predictGbdt } from "../gbdt/predict.ts";
import { gbdtToProgram } from "../gbdt/to-program.ts";
import type { FeatureRefs, FittedModel, Learner, LearningFeature, ModelNodes } from "../model.ts";
import { linkNode } from "../program/link-node.ts";
import { averagePath, growIsolationTree } from "./grow-isolation-tree.ts";
import { isolationForestOptions } from "./options.ts";

export interface IsolationForestModel extends FittedModel {
  readonly learner: "isolationForest";
  /** The trees as a sum: the mean depth of a row. */
  readonly sum: GbdtModel;
  /** The average depth over −ln 2: what the mean depth is divided by before e is raised to it. */
  readonly scale: number;
}

/**
 * How strange a row is beside those learned from, as a score of 0 to 1: rows that few random divisions set apart score high
 * (about 0.5: as any other; towards 1: strange). The target is not looked at; rows of weight 0 are not drawn.
 *
 * Missing: goes a way that each division draws. Random: rows and divisions of tree t by (seed, t).
 * Errors: LEARN_NO_FEATURES, LEARN_WEIGHTS_INVALID, LEARN_TARGET_NOT_FINITE; KERNEL_STOPPED: when the context says so.
 * Source: Liu, Ting, Zhou, "Isolation Forest", ICDM 2008.
 */
export const isolationForest: Learner<IsolationForestModel, typeof isolationForestOptions> = {
  kind: "learner",
  name: "isolationForest",
  version: "1",
  traits: { tasks: ["regression"], missing: true, weights: true, categorical: true },
  options: isolationForestOptions,
  async fit(input, { trees, rowsPerTree }, context) {
    requireFeatures(input);
    const { rows, features, weights } = input.train;
    const used = Uint32Array.from({ length: rows }, (_, i) => i).filter(
      (i) => weights === undefined || weights[i]! > 0,
    );
    const drawn = Math.min(rowsPerTree, used.length);
    const maxDepth = Math.ceil(Math.log2(Math.max(drawn, 2)));
    const grown = Array.from({ length: trees }, (_, t) => {
      if (context.stopping())
        throw new MillraceError("KERNEL_STOPPED", {
          message: `Training was stopped after ${t} of ${trees} trees.`,
          next: "Run again to start the training anew.",
        });
      const random = randomStream(context.seed, `isolation/${t}`);
      const own = used.slice();
      for (let k = 0; k < drawn; k++) {
        const at = k + random.integer(own.length - k);
        [own[k], own[at]] = [own[at]!, own[k]!];
      }
      const tree = growIsolationTree(features, Array.from(own.subarray(0, drawn)), maxDepth, random);
      return { ...tree, leafValues: tree.leafValues.map((depth) => depth / trees) };
    });
    const shape = { task: "regression", classes: 1, facts: {} } as const;
    const sum: GbdtModel = {
      ...shape,
      learner: "gbdt",
      base: new Float64Array(1),
      trees: grown,
      featureCount: features.length,
      logLink: false,
    };
    // Rows that are all alike have no depth: they all score 1 / 2.
    const scale = -(averagePath(drawn) || 1) / Math.LN2;
    return { ...shape, learner: "isolationForest", sum, scale, facts: { trees, rowsPerTree: drawn } };
  },
  predict({ sum, scale }: IsolationForestModel, features: readonly LearningFeature[], rows: number): Float64Array {
    return predictGbdt(sum, features, rows).map((depth) => exp(depth / scale));
  },
  toProgram: isolationToProgram,
};

/** The mean depth as one `trees` node, scaled, and e to its power. */
function isolationToProgram({ sum, scale }: IsolationForestModel, plan: FeatureRefs): ModelNodes {
  const { nodes, tensors } = gbdtToProgram(sum, plan);
  const at = plan.nextRef;
  const own: ProgramNode[] = [
    { ...nodes[0]!, label: "mean depth in the trees" },
    { op: "scale", version: 1, inputs: [at], attributes: { offset: 0, scale } },
    { op: "exp", version: 1, inputs: [at + 1], attributes: {}, label: "strangeness" },
    linkNode("regression", at + 2),
  ];
  return { nodes: own, tensors, margin: at + 2, score: at + 3 };
}
