import type { ValueRef } from "../../model.ts";
import { type FloatSteps, floatColumn, stepBy } from "./float-steps.ts";
import {
  broadcast,
  choiceOf,
  columnsOf,
  constantOf,
  integerOf,
  integersOf,
  missingAttribute,
  numbersOf,
  type OnnxContext,
  type OnnxValue,
  type Part,
  realsOf,
  single,
  singlesOf,
  textsOf,
  unsupportedNode,
  widthOf,
} from "./values.ts";

export type OnnxReader = (context: OnnxContext) => readonly OnnxValue[];

const same: OnnxReader = ({ inputs }) => [inputs[0]!];

const concat: OnnxReader = (context) => {
  const axis = integerOf(context, "axis", 1);
  if (axis !== 1 && axis !== -1) throw unsupportedNode(context, `along axis ${axis}`);
  if (context.inputs.every((input) => input.kind === "texts"))
    return [{ kind: "texts", refs: context.inputs.flatMap((input) => (input.kind === "texts" ? input.refs : [])) }];
  return [{ kind: "numbers", parts: context.inputs.flatMap((_, i) => numbersOf(context, i)) }];
};

/** Chosen columns, by Gather along axis 1 or ArrayFeatureExtractor. */
const choose: OnnxReader = (context) => {
  const { node, inputs, builder } = context;
  if (node.op === "Gather" && integerOf(context, "axis", 0) !== 1) throw unsupportedNode(context, "along axis 0");
  const places = constantOf(context, 1).numbers;
  const value = inputs[0]!;
  const pick = <T>(all: readonly T[]) =>
    places.map((place) => {
      const one = all[place < 0 ? place + all.length : place];
      if (one === undefined) throw unsupportedNode(context, `of column ${place} of ${all.length}`);
      return one;
    });
  if (value.kind === "texts") return [{ kind: "texts", refs: pick(value.refs) }];
  return [{ kind: "numbers", parts: pick(singlesOf(builder, numbersOf(context))) }];
};

const reshape: OnnxReader = (context) => {
  const value = context.inputs[0]!;
  const width = value.kind === "texts" ? value.refs.length : widthOf(numbersOf(context));
  const shape = constantOf(context, 1).numbers;
  if (shape.length !== 2 || (shape[1] !== width && !(shape[1] === -1 && shape[0] === 0)))
    throw unsupportedNode(context, `of ${width} columns to [${shape.join(", ")}]`);
  return [value];
};

const cast: OnnxReader = (context) => {
  const value = context.inputs[0]!;
  const to = integerOf(context, "to", 0);
  const [float, double] = [1, 11];
  if (value.kind === "classes" || (value.kind === "texts" && to === 8)) return [value];
  if (value.kind !== "numbers" || (to !== float && to !== double)) throw unsupportedNode(context, `to the type ${to}`);
  // what is a float stays one; a whole number becomes one
  const parts = value.parts.map((part) => (to === double ? { ref: part.ref, width: part.width } : part));
  return [{ kind: "numbers", parts }];
};

const imputer: OnnxReader = (context) => {
  const columns = singlesOf(context.builder, numbersOf(context));
  const replaced = realsOf(context, "replaced_value_float")[0] ?? integersOf(context, "replaced_value_int64")[0];
  if (replaced === undefined || !Number.isNaN(replaced)) throw unsupportedNode(context, `of ${replaced ?? "nothing"}`);
  const values = broadcast(context, realsOf(context, "imputed_value_floats"), columns.length);
  const parts = columns.map(({ ref, steps }, k) => {
    const filled = context.builder.node("impute", [ref], { value: values[k]! });
    return { ref: filled, width: 1, ...(steps?.from === ref && { steps: floatColumn(filled) }) };
  });
  return [{ kind: "numbers", parts }];
};

const scaler: OnnxReader = (context) => {
  const columns = singlesOf(context.builder, numbersOf(context));
  const offset = broadcast(context, realsOf(context, "offset"), columns.length);
  const factor = broadcast(context, realsOf(context, "scale"), columns.length);
  const parts = columns.map((part, k): Part => {
    const [less, times] = [offset[k]!, factor[k]!];
    const shifted = context.builder.node("scale", [part.ref], { offset: less, scale: 1 });
    const ref = context.builder.node("combine", [shifted], { weights: [times] });
    const moved = stepBy(part.steps, 1, (x) => x - less);
    return { ref, width: 1, steps: stepBy(moved, times, (x) => x * times) };
  });
  return [{ kind: "numbers", parts }];
};

const oneHot: OnnxReader = (context) => {
  const value = context.inputs[0]!;
  const levels = textsOf(context, "cats_strings");
  if (value.kind !== "texts" || levels.length === 0) throw unsupportedNode(context, "over what are no texts");
  if (levels.includes("")) throw unsupportedNode(context, "with the empty text as a category");
  if (integerOf(context, "zeros", 1) !== 1) throw unsupportedNode(context, "that refuses unknown texts");
  const node = (ref: ValueRef) =>
    context.builder.node("oneHot", [ref], { levels: [...levels], other: false, missing: false });
  return [{ kind: "numbers", parts: value.refs.map((ref) => ({ ref: node(ref), width: levels.length })) }];
};

/** Texts to numbers. "" is missing in a program; where it is a key, that is the value of a missing text. */
const labelEncoder: OnnxReader = (context) => {
  const { builder, inputs, node } = context;
  const value = inputs[0]!;
  if (value.kind === "classes") return [value];
  const keys = node.attributes.get("keys_tensor")?.tensor?.texts ?? textsOf(context, "keys_strings");
  const found = ["values_tensor", "values_floats", "values_int64s"].map((name) => node.attributes.get(name));
  const values = found.flatMap((each) => each?.tensor?.numbers ?? [...(each?.reals ?? []), ...(each?.integers ?? [])]);
  if (value.kind !== "texts" || keys.length === 0 || values.length !== keys.length)
    throw unsupportedNode(context, "other than from texts to numbers");
  const other =
    node.attributes.get("default_tensor")?.tensor?.numbers[0] ??
    node.attributes.get("default_float")?.reals[0] ??
    node.attributes.get("default_int64")?.integers[0] ??
    (node.attributes.has("values_int64s") ? -1 : 0);
  const nullable = (number: number | undefined) => (number === undefined || Number.isNaN(number) ? null : number);
  const levels = keys.filter((key, i) => key !== "" && !Number.isNaN(values[i]!));
  const attributes = {
    levels,
    values: builder.doubles(
      `encoder.${builder.tensors.size}`,
      levels.map((level) => values[keys.indexOf(level)]!),
    ),
    unseen: nullable(other),
    missing: nullable(keys.includes("") ? values[keys.indexOf("")] : other),
  };
  return [single(value.refs.map((ref) => builder.node("lookup", [ref], attributes)))];
};

/** Arithmetic of columns with each other or with constants. */
const arithmetic =
  (op: Arithmetic): OnnxReader =>
  (context) => {
    const { builder, inputs } = context;
    const [first, second] = inputs;
    if (first?.kind === "numbers" && second?.kind === "numbers") {
      const [a, b] = [columnsOf(builder, first.parts), columnsOf(builder, second.parts)];
      if (a.length !== b.length) throw unsupportedNode(context, `of ${a.length} and ${b.length} columns`);
      return [single(a.map((ref, k) => builder.node(op, [ref, b[k]!])))];
    }
    const at = first?.kind === "constant" ? 0 : 1;
    const columns = singlesOf(builder, numbersOf(context, 1 - at));
    const constants = broadcast(context, constantOf(context, at).numbers, columns.length);
    const parts = columns.map(({ ref, steps }, k): Part => {
      const c = constants[k]!;
      return { ref: withConstant(context, op, ref, c, at === 0), width: 1, steps: stepWith(steps, op, c, at === 0) };
    });
    return [{ kind: "numbers", parts }];
  };

type Arithmetic = "add" | "subtract" | "multiply" | "divide";

function stepWith(steps: FloatSteps | undefined, op: Arithmetic, c: number, first: boolean): FloatSteps | undefined {
  if (op === "add") return stepBy(steps, 1, (x) => x + c);
  if (op === "subtract") return first ? stepBy(steps, -1, (x) => c - x) : stepBy(steps, 1, (x) => x - c);
  return op === "multiply" ? stepBy(steps, c, (x) => x * c) : stepBy(steps, c, (x) => x / c);
}

function withConstant(context: OnnxContext, op: string, ref: ValueRef, c: number, first: boolean): ValueRef {
  const { builder } = context;
  const weighted = (weight: number, bias: number) => {
    const weights = builder.doubles(`weights.${builder.tensors.size}`, [weight]);
    return builder.node("linear", [ref], { weights, bias });
  };
  if (op === "add") return weighted(1, c);
  if (op === "multiply") return weighted(c, 0);
  if (op === "subtract") return first ? weighted(-1, c) : weighted(1, -c);
  if (first || c === 0) throw unsupportedNode(context, "of a constant by a column, or by 0");
  return builder.node("scale", [ref], { offset: 0, scale: c });
}

const matMul: OnnxReader = (context) => {
  const parts = numbersOf(context);
  const { shape, numbers } = constantOf(context, 1);
  const [width = 0, outputs = 1] = shape;
  if (width !== widthOf(parts) || numbers.length !== width * outputs)
    throw missingAttribute(context, "matrix of that width");
  const { builder } = context;
  const weights = Array.from(
    { length: numbers.length },
    (_, i) => numbers[(i % width) * outputs + Math.floor(i / width)]!,
  );
  const tensor = builder.doubles(`weights.${builder.tensors.size}`, weights);
  const inputs = parts.map(({ ref }) => ref);
  if (outputs === 1) return [single([builder.node("linear", inputs, { weights: tensor, bias: 0 })])];
  const bias = builder.doubles(`bias.${builder.tensors.size}`, new Array<number>(outputs).fill(0));
  const ref = builder.node("linear", inputs, { weights: tensor, bias, outputs });
  return [{ kind: "numbers", parts: [{ ref, width: outputs }] }];
};

/** Scores of classes already add up to 1, but for one-against-the-rest ones. */
const normalizer: OnnxReader = (context) => {
  const { builder, inputs } = context;
  const value = inputs[0]!;
  const norm = choiceOf(context, "norm", "MAX");
  if (norm !== "L1" || value.kind !== "classes" || value.names.length < 3) throw unsupportedNode(context, `by ${norm}`);
  const columns = columnsOf(builder, [{ ref: value.score, width: value.names.length }]);
  const sum = builder.node("combine", columns, { weights: columns.map(() => 1) });
  const score = builder.node(
    "concat",
    columns.map((ref) => builder.node("divide", [ref, sum])),
  );
  return [{ ...value, score }];
};

export const columnReaders: Readonly<Record<string, OnnxReader>> = {
  Identity: same,
  ZipMap: same,
  Concat: concat,
  FeatureVectorizer: concat,
  Gather: choose,
  ArrayFeatureExtractor: choose,
  Reshape: reshape,
  Cast: cast,
  Imputer: imputer,
  Scaler: scaler,
  OneHotEncoder: oneHot,
  LabelEncoder: labelEncoder,
  Add: arithmetic("add"),
  Sub: arithmetic("subtract"),
  Mul: arithmetic("multiply"),
  Div: arithmetic("divide"),
  MatMul: matMul,
  Normalizer: normalizer,
};
