import { requireFeatures } from "../check-input.ts";
import type { Learner } from "../model.ts";
import { fitLinear, type LinearModel, predictLinear } from "./fit-linear.ts";
import { linearOptions } from "./options.ts";
import { linearToProgram } from "./to-program.ts";

/**
 * Ridge, logistic or softmax regression with an elastic-net penalty; features are standardised inside, a missing value
 * stands for the training mean.
 *
 * Errors: LEARN_NO_FEATURES, LEARN_WEIGHTS_INVALID, LEARN_TARGET_NOT_FINITE.
 */
export const linear: Learner<LinearModel, typeof linearOptions> = {
  kind: "learner",
  name: "linear",
  version: "1",
  traits: { tasks: ["binary", "multiclass", "regression"], missing: true, weights: true, categorical: false },
  options: linearOptions,
  async fit(input, options, context) {
    requireFeatures(input);
    return fitLinear(input, options, context);
  },
  predict: predictLinear,
  toProgram: linearToProgram,
};
