import { requireFeatures } from "../check-input.ts";
import type { Learner } from "../model.ts";
import { type ForestModel, fitForest } from "./fit-forest.ts";
import { extraTreesOptions, forestOptions } from "./options.ts";
import { forestToProgram, predictForest } from "./to-program.ts";

const common = {
  kind: "learner",
  version: "1",
  traits: { tasks: ["binary", "multiclass", "regression"], missing: true, weights: true, categorical: true },
  predict: predictForest,
  toProgram: forestToProgram,
} as const;

/**
 * Random forest: trees on rows drawn with replacement, each split among some features, probabilities averaged.
 *
 * Errors: LEARN_NO_FEATURES, LEARN_WEIGHTS_INVALID, LEARN_TARGET_NOT_FINITE.
 */
export const forest: Learner<ForestModel, typeof forestOptions> = {
  ...common,
  name: "forest",
  options: forestOptions,
  async fit(input, options, context) {
    requireFeatures(input);
    return fitForest("forest", input, options.trees, { ...options, randomThresholds: false }, context);
  },
};

/**
 * Extremely randomised trees: as a forest, but with thresholds drawn, on all rows.
 *
 * Errors: LEARN_NO_FEATURES, LEARN_WEIGHTS_INVALID, LEARN_TARGET_NOT_FINITE.
 */
export const extraTrees: Learner<ForestModel, typeof extraTreesOptions> = {
  ...common,
  name: "extraTrees",
  options: extraTreesOptions,
  async fit(input, options, context) {
    requireFeatures(input);
    return fitForest("extraTrees", input, options.trees, { ...options, randomThresholds: true }, context);
  },
};
