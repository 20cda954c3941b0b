import { log, type ProgramNode } from "@millrace/program";
import { predictGbdt } from "../gbdt/predict.ts";
import { gbdtToProgram } from "../gbdt/to-program.ts";
import type { FeatureRefs, LearningFeature, ModelNodes } from "../model.ts";
import { linkNode } from "../program/link-node.ts";
import type { ForestModel } from "./fit-forest.ts";

/** Averaged probabilities are held within these, so that their logarithms are finite. */
const low = 1e-4;
const high = 1 - 1e-4;

const clipped = (p: number) => Math.min(Math.max(p, low), high);

/** Margins: the mean value; the log odds of the mean probability; or its logarithm, class-major. */
export function predictForest(model: ForestModel, features: readonly LearningFeature[], rows: number): Float64Array {
  const sums = predictGbdt(asSum(model), features, rows);
  if (model.task === "regression") return sums;
  if (model.task === "multiclass") return sums.map((p) => log(clipped(p)));
  return sums.map((p) => log(clipped(p)) - log(1 - clipped(p)));
}

/** One `trees` node whose sum is the mean, and the nodes that make its margin. */
export function forestToProgram(model: ForestModel, plan: FeatureRefs): ModelNodes {
  const { nodes: summed, tensors } = gbdtToProgram(asSum(model), plan);
  const nodes: ProgramNode[] = [{ ...summed[0]!, label: "mean of the trees" }];
  const add = (op: string, inputs: number[], attributes: ProgramNode["attributes"] = {}) => {
    nodes.push({ op, version: 1, inputs, attributes });
    return plan.nextRef + nodes.length - 1;
  };
  const mean = plan.nextRef;
  let margin = mean;
  if (model.task === "binary") {
    const p = add("clip", [mean], { low, high });
    // Adding scale −1 of (p − 1) gives 1 − p without rounding twice.
    const rest = add("scale", [p], { offset: 1, scale: -1 });
    margin = add("subtract", [add("log", [p]), add("log", [rest])]);
  } else if (model.task === "multiclass") {
    const logs = Array.from({ length: model.classes }, (_, index) =>
      add("log", [add("clip", [add("element", [mean], { index })], { low, high })]),
    );
    margin = add("concat", logs);
  }
  nodes.push(linkNode(model.task, margin));
  return { nodes, tensors, margin, score: plan.nextRef + nodes.length - 1 };
}

function asSum({ sum, task, classes }: ForestModel) {
  return { ...sum, learner: "gbdt" as const, task, classes, logLink: false, facts: {} };
}
