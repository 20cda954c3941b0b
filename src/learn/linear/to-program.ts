import type { ProgramNode, Tensor } from "@millrace/program";
import type { FeatureRefs, ModelNodes } from "../model.ts";
import { linkNode } from "../program/link-node.ts";
import { bound } from "./design-matrix.ts";
import type { LinearModel } from "./fit-linear.ts";

/**
 * The weights as one `linear` node over the features of non-zero weight, imputed and cut off where training cuts them, and
 * the task's link.
 */
export function linearToProgram(model: LinearModel, plan: FeatureRefs): ModelNodes {
  const used = plan.features.map((_, j) => j).filter((j) => model.weights.some((weights) => weights[j] !== 0));
  // A node needs an input: a model of the bias alone reads the first feature with weight 0.
  const read = used.length > 0 ? used : [0];
  const nodes: ProgramNode[] = read.flatMap((j, k) => [
    { op: "impute", version: 1, inputs: [plan.features[j]!.ref], attributes: { value: model.fill[j]! } },
    { op: "clip", version: 1, inputs: [plan.nextRef + 2 * k], attributes: { low: -bound, high: bound } },
  ]);
  const outputs = model.weights.length;
  const weights = Float64Array.from(model.weights.flatMap((own) => read.map((j) => own[j]!)));
  const tensors = new Map<string, Tensor>([
    [`${plan.prefix}weights`, { type: "f64", values: weights }],
    [`${plan.prefix}bias`, { type: "f64", values: model.bias }],
  ]);
  const margin = plan.nextRef + nodes.length;
  nodes.push({
    op: "linear",
    version: 1,
    inputs: read.map((_, k) => plan.nextRef + 2 * k + 1),
    attributes: {
      weights: { tensor: `${plan.prefix}weights` },
      bias: { tensor: `${plan.prefix}bias` },
      ...(outputs > 1 ? { outputs } : {}),
    },
    label: "margin of the linear model",
  });
  nodes.push(linkNode(model.task, margin));
  return { nodes, tensors, margin, score: margin + 1 };
}
