import type { ProgramNode, Tensor } from "@millrace/program";
import { z } from "zod";
import { requireFeatures } from "../check-input.ts";
import type { FeatureRefs, FittedModel, Learner, ModelNodes } from "../model.ts";
import { linkNode } from "../program/link-node.ts";
import { startingMargins } from "../starting-margins.ts";

const constantOptions = z.object({});

export interface ConstantModel extends FittedModel {
  readonly learner: "constant";
  readonly margins: Float64Array;
}

/**
 * The trivial baseline: the base rate of each class, or the mean, whatever the features say.
 *
 * Errors: LEARN_WEIGHTS_INVALID, LEARN_TARGET_NOT_FINITE.
 */
export const constant: Learner<ConstantModel, typeof constantOptions> = {
  kind: "learner",
  name: "constant",
  version: "1",
  traits: { tasks: ["binary", "multiclass", "regression"], missing: true, weights: true, categorical: true },
  options: constantOptions,
  async fit(input) {
    requireFeatures(input);
    const { task, classes } = input;
    return { learner: "constant", task, classes, margins: startingMargins(input), facts: {} };
  },
  predict(model, _features, rows) {
    const margins = new Float64Array(rows * model.margins.length);
    model.margins.forEach((margin, c) => {
      margins.fill(margin, c * rows, (c + 1) * rows);
    });
    return margins;
  },
  toProgram: constantToProgram,
};

/** A node needs an input: whether the first feature is missing, which is never missing itself, with weight 0. */
function constantToProgram(model: ConstantModel, plan: FeatureRefs): ModelNodes {
  const outputs = model.margins.length;
  const tensors = new Map<string, Tensor>([
    [`${plan.prefix}weights`, { type: "f64", values: new Float64Array(outputs) }],
    [`${plan.prefix}bias`, { type: "f64", values: model.margins }],
  ]);
  const nodes: ProgramNode[] = [
    { op: "isMissing", version: 1, inputs: [plan.features[0]!.ref], attributes: {} },
    {
      op: "linear",
      version: 1,
      inputs: [plan.nextRef],
      attributes: {
        weights: { tensor: `${plan.prefix}weights` },
        bias: { tensor: `${plan.prefix}bias` },
        ...(outputs > 1 ? { outputs } : {}),
      },
      label: "margin of the base rate",
    },
    linkNode(model.task, plan.nextRef + 1),
  ];
  return { nodes, tensors, margin: plan.nextRef + 1, score: plan.nextRef + 2 };
}
