import { requireFeatures } from "../check-input.ts";
import type { Learner } from "../model.ts";
import { boost } from "./boost.ts";
import type { GbdtModel } from "./model.ts";
import { gbdtOptions } from "./options.ts";
import { predictGbdt } from "./predict.ts";
import { gbdtToProgram } from "./to-program.ts";

/**
 * Gradient-boosted trees: native categories, learned direction for missing values, early stopping on validation rows.
 *
 * Errors: LEARN_NO_FEATURES, LEARN_WEIGHTS_INVALID, LEARN_TARGET_NOT_FINITE, LEARN_OBJECTIVE_UNFIT, LEARN_MONOTONE_INVALID.
 */
export const gbdt: Learner<GbdtModel, typeof gbdtOptions> = {
  kind: "learner",
  name: "gbdt",
  version: "1",
  traits: { tasks: ["binary", "multiclass", "regression"], missing: true, weights: true, categorical: true },
  options: gbdtOptions,
  async fit(input, options, context) {
    requireFeatures(input);
    return boost(input, options, context);
  },
  predict: predictGbdt,
  toProgram: gbdtToProgram,
};
