import { requireFeatures } from "../check-input.ts";
import type { Learner } from "../model.ts";
import { describeTree } from "./describe-tree.ts";
import { type ForestModel, fitForest } from "./fit-forest.ts";
import { treeOptions } from "./options.ts";
import { forestToProgram, predictForest } from "./to-program.ts";

/**
 * One small tree, readable: its facts hold it as a list of rules, one sentence a leaf.
 *
 * Errors: LEARN_NO_FEATURES, LEARN_WEIGHTS_INVALID, LEARN_TARGET_NOT_FINITE.
 */
export const tree: Learner<ForestModel, typeof treeOptions> = {
  kind: "learner",
  name: "tree",
  version: "1",
  traits: { tasks: ["binary", "multiclass", "regression"], missing: true, weights: true, categorical: true },
  options: treeOptions,
  async fit(input, options, context) {
    requireFeatures(input);
    const settings = { ...options, trees: 1, featuresPerSplit: 1, bootstrap: false, randomThresholds: false };
    const model = await fitForest("tree", input, 1, settings, context);
    const rules = describeTree(model, input.train.features);
    return { ...model, facts: { leaves: rules.length, rules } };
  },
  predict: predictForest,
  toProgram: forestToProgram,
};
