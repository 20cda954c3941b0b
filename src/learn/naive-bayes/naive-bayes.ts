import { requireFeatures } from "../check-input.ts";
import { predictGbdt } from "../gbdt/predict.ts";
import { gbdtToProgram } from "../gbdt/to-program.ts";
import type { FeatureRefs, Learner, LearningFeature, ModelNodes } from "../model.ts";
import { NodeWriter } from "../program/node-writer.ts";
import { addStandardNumber, standardValues } from "../program/standard-number.ts";
import { tablesAsSum } from "../tables/feature-table.ts";
import { fitNaiveBayes, type NaiveBayesModel, type NormalFeature } from "./fit-naive-bayes.ts";
import { naiveBayesOptions } from "./options.ts";

/**
 * Naive Bayes of numbers and levels together.
 *
 * Errors: LEARN_NO_FEATURES, LEARN_WEIGHTS_INVALID, LEARN_TARGET_NOT_FINITE.
 */
export const naiveBayes: Learner<NaiveBayesModel, typeof naiveBayesOptions> = {
  kind: "learner",
  name: "naiveBayes",
  version: "1",
  traits: { tasks: ["binary", "multiclass"], missing: true, weights: true, categorical: true },
  options: naiveBayesOptions,
  async fit(input, options, context) {
    requireFeatures(input);
    return fitNaiveBayes(input, options, context);
  },
  predict,
  toProgram,
};

/** Weights of z, z² and of "is missing" for each normal feature, output by output; the constants are in the bias. */
function weightsOf({ base, normals }: NaiveBayesModel): { weights: Float64Array; bias: Float64Array } {
  const bias = base.map((value, c) => normals.reduce((sum, { constant }) => sum + constant[c]!, value));
  const weights = Array.from(base.keys()).flatMap((c) =>
    normals.flatMap(({ square, slope, constant }: NormalFeature) => [slope[c]!, square[c]!, -constant[c]!]),
  );
  return { weights: Float64Array.from(weights), bias };
}

const tableSum = (model: NaiveBayesModel) => ({
  ...tablesAsSum(model.tables, new Float64Array(model.base.length), model.featureCount),
  task: model.task,
  classes: model.classes,
  facts: {},
});

function predict(model: NaiveBayesModel, features: readonly LearningFeature[], rows: number): Float64Array {
  const { weights, bias } = weightsOf(model);
  const { normals } = model;
  const columns = normals.map(({ feature, standard }) => standardValues(features[feature]!, rows, standard));
  const width = 3 * normals.length;
  const margins = new Float64Array(rows * bias.length);
  for (let c = 0; c < bias.length; c++)
    for (let i = 0; i < rows; i++) {
      let sum = bias[c]!;
      normals.forEach(({ feature }, k) => {
        const z = columns[k]![i]!;
        const at = c * width + 3 * k;
        sum += weights[at]! * z;
        sum += weights[at + 1]! * (z * z);
        sum += weights[at + 2]! * (features[feature]!.missing?.[i] ?? 0);
      });
      margins[c * rows + i] = sum + 0;
    }
  if (model.tables.length === 0) return margins;
  const others = predictGbdt(tableSum(model), features, rows);
  return margins.map((margin, i) => margin + others[i]!);
}

function toProgram(model: NaiveBayesModel, plan: FeatureRefs): ModelNodes {
  const writer = new NodeWriter(plan);
  const { weights, bias } = weightsOf(model);
  const inputs = model.normals.flatMap(({ feature, standard }) => {
    const { ref } = plan.features[feature]!;
    const z = addStandardNumber(writer, ref, standard);
    return [z, writer.add("multiply", [z, z]), writer.add("isMissing", [ref])];
  });
  // A node needs an input: without numbers, whether the first feature is missing, with weight 0.
  if (inputs.length === 0) inputs.push(writer.add("isMissing", [plan.features[0]!.ref]));
  const used = weights.length > 0 ? weights : new Float64Array(bias.length);
  let margin = writer.linear("normal", inputs, used, bias, "what the numbers say");
  if (model.tables.length > 0) {
    const made = gbdtToProgram(tableSum(model), { ...plan, nextRef: writer.next });
    const [node] = made.nodes;
    const trees = writer.next;
    writer.append({ nodes: [{ ...node!, label: "what the levels say" }], tensors: made.tensors });
    margin = writer.add("combine", [margin, trees], { weights: [1, 1] }, "margin of naive Bayes");
  }
  return writer.finish(model.task, margin);
}
