import type { ValueRef } from "../../model.ts";
import type { OnnxReader } from "./columns.ts";
import { type Ensemble, readEnsemble } from "./ensemble.ts";
import {
  choiceOf,
  integerOf,
  integersOf,
  missingAttribute,
  numbersOf,
  type OnnxContext,
  type OnnxValue,
  realsOf,
  single,
  textsOf,
  unsupportedNode,
  widthOf,
} from "./values.ts";

const linearRegressor: OnnxReader = (context) => {
  if (integerOf(context, "targets", 1) !== 1) throw unsupportedNode(context, "of several targets");
  const ref = linear(context, realsOf(context, "coefficients"), realsOf(context, "intercepts"), 1);
  return [single([transformed(context, ref, choiceOf(context, "post_transform", "NONE"))])];
};

const linearClassifier: OnnxReader = (context) => {
  const names = classLabels(context, "classlabels_strings", "classlabels_ints");
  const coefficients = realsOf(context, "coefficients");
  const intercepts = realsOf(context, "intercepts");
  const transform = choiceOf(context, "post_transform", "NONE");
  if (names.length === 2) {
    // one row a class, the first the second's negative; or one row alone
    const rows = intercepts.length;
    const width = coefficients.length / rows;
    if (transform !== "LOGISTIC") throw unsupportedNode(context, `of two classes with ${transform}`);
    return classes(
      names,
      transformed(context, linear(context, coefficients.slice(-width), intercepts.slice(-1), 1), transform),
    );
  }
  const margin = linear(context, coefficients, intercepts, names.length);
  return classes(names, transformed(context, margin, transform));
};

function linear(
  context: OnnxContext,
  coefficients: readonly number[],
  intercepts: readonly number[],
  outputs: number,
): ValueRef {
  const { builder } = context;
  const parts = numbersOf(context);
  if (coefficients.length !== widthOf(parts) * outputs) throw missingAttribute(context, "coefficients");
  const biases = intercepts.length === 0 ? new Array<number>(outputs).fill(0) : intercepts;
  const weights = builder.doubles(`weights.${builder.tensors.size}`, coefficients);
  const inputs = parts.map(({ ref }) => ref);
  if (outputs === 1) return builder.node("linear", inputs, { weights, bias: biases[0]! });
  const bias = builder.doubles(`bias.${builder.tensors.size}`, biases);
  return builder.node("linear", inputs, { weights, bias, outputs });
}

const ensembleRegressor: OnnxReader = (context) => {
  if (integerOf(context, "n_targets", 1) !== 1) throw unsupportedNode(context, "of several targets");
  const ensemble = readEnsemble(context, "target");
  const sum = ensemble.sum(1, baseValues(context, 1));
  const transform = choiceOf(context, "post_transform", "NONE");
  return [single([transformed(context, averaged(context, ensemble, sum), transform)])];
};

function averaged({ builder, node }: OnnxContext, { trees }: Ensemble, sum: ValueRef): ValueRef {
  const how = node.attributes.get("aggregate_function")?.texts[0] ?? "SUM";
  if (how === "SUM") return sum;
  if (how !== "AVERAGE") throw unsupportedNode({ builder, node, inputs: [] }, `that aggregates by ${how}`);
  if ((node.attributes.get("base_values")?.reals ?? []).length > 0)
    throw unsupportedNode({ builder, node, inputs: [] }, "of an average and base values");
  return builder.node("temperature", [sum], { value: trees });
}

const ensembleClassifier: OnnxReader = (context) => {
  const names = classLabels(context, "classlabels_strings", "classlabels_int64s");
  const transform = choiceOf(context, "post_transform", "NONE");
  const ensemble = readEnsemble(context, "class");
  if (names.length > 2)
    return classes(
      names,
      transformed(context, ensemble.sum(names.length, baseValues(context, names.length)), transform),
    );
  const targets = new Set(integersOf(context, "class_ids"));
  if (targets.size > 1) {
    const scores = ensemble.sum(2, baseValues(context, 2));
    const each = transformed(context, scores, transform);
    return classes(names, context.builder.node("element", [each], { index: 1 }));
  }
  // onnxruntime takes a single positive sum for the probability of the second class, without a transform
  const positive = ensemble.weights.every((weight) => weight >= 0);
  if (positive ? transform !== "NONE" : transform !== "LOGISTIC")
    throw unsupportedNode(context, `of two classes with ${transform} and ${positive ? "no " : ""}negative weights`);
  return classes(names, transformed(context, ensemble.sum(1, baseValues(context, 1), true), transform));
};

function baseValues(context: OnnxContext, count: number): readonly number[] {
  const values = realsOf(context, "base_values");
  if (values.length === 0) return new Array<number>(count).fill(0);
  if (values.length !== count) throw unsupportedNode(context, `of ${count} sums and ${values.length} base values`);
  return values;
}

function transformed({ builder, node }: OnnxContext, ref: ValueRef, transform: string): ValueRef {
  if (transform === "NONE") return ref;
  if (transform === "LOGISTIC") return builder.node("logistic", [ref]);
  if (transform === "SOFTMAX") return builder.node("softmax", [ref]);
  throw unsupportedNode({ builder, node, inputs: [] }, `with the transform ${transform}`);
}

/** The label, and the scores. */
function classes(names: readonly string[], score: ValueRef): readonly OnnxValue[] {
  return [false, true].map((scores) => ({ kind: "classes", names, score, scores }) as const);
}

function classLabels(context: OnnxContext, texts: string, integers: string): readonly string[] {
  const names = textsOf(context, texts);
  const found = names.length > 0 ? names : integersOf(context, integers).map(String);
  if (found.length < 2) throw missingAttribute(context, texts);
  return found;
}

export const modelReaders: Readonly<Record<string, OnnxReader>> = {
  LinearRegressor: linearRegressor,
  LinearClassifier: linearClassifier,
  TreeEnsembleRegressor: ensembleRegressor,
  TreeEnsembleClassifier: ensembleClassifier,
};
