import { requireFeatures } from "../check-input.ts";
import { predictGbdt } from "../gbdt/predict.ts";
import { gbdtToProgram } from "../gbdt/to-program.ts";
import type { FeatureRefs, Learner, LearningFeature } from "../model.ts";
import { tablesAsSum } from "../tables/feature-table.ts";
import { fitGam, type GamModel } from "./fit-gam.ts";
import { gamOptions } from "./options.ts";

const asSum = (model: GamModel) => ({
  ...tablesAsSum(model.tables, model.base, model.featureCount),
  task: model.task,
  classes: model.classes,
  facts: {},
});

/**
 * Generalised additive model: the margin is a sum of one readable curve a feature, which its facts tell in words and points.
 *
 * Errors: LEARN_NO_FEATURES, LEARN_WEIGHTS_INVALID, LEARN_TARGET_NOT_FINITE, LEARN_MONOTONE_INVALID, KERNEL_STOPPED.
 */
export const gam: Learner<GamModel, typeof gamOptions> = {
  kind: "learner",
  name: "gam",
  version: "1",
  traits: { tasks: ["binary", "multiclass", "regression"], missing: true, weights: true, categorical: true },
  options: gamOptions,
  async fit(input, options, context) {
    requireFeatures(input);
    return fitGam(input, options, context);
  },
  predict: (model: GamModel, features: readonly LearningFeature[], rows: number) =>
    predictGbdt(asSum(model), features, rows),
  toProgram: (model: GamModel, plan: FeatureRefs) => {
    const made = gbdtToProgram(asSum(model), plan);
    return { ...made, nodes: made.nodes.map((node, k) => (k === 0 ? { ...node, label: "sum of the curves" } : node)) };
  },
};
