import type { Attributes } from "../../operators/attributes.ts";
import { leafWidth } from "../../operators/trees.ts";
import type { Forest, Num } from "../model.ts";
import type { Lowering } from "./builder.ts";
import { add, constant, isMissing, missingNumber, multiply, num, when } from "./forms.ts";

/** 0 + w₀x₀ + w₁x₁ + …, left to right. */
function weighted(terms: readonly Num[], weights: readonly number[]): Num {
  return terms.reduce<Num>((sum, term, j) => add(sum, multiply(constant(weights[j]!), term)), constant(0));
}

export const vectors: Readonly<Record<string, Lowering>> = {
  concat: ({ builder, inputs }) => builder.sideBySide(inputs),
  element: ({ builder, inputs, attributes }) => {
    const input = inputs[0]!;
    const part = (index: number): Num => ({ k: "element", vector: input.slot, index });
    return builder.number(when(isMissing(part(0)), missingNumber, part(attributes.number("index"))));
  },
  combine: ({ builder, inputs, attributes }) => {
    const weights = attributes.numbers("weights");
    const [first] = inputs;
    if (first?.type !== "vector") return builder.number(weighted(inputs.map(num), weights));
    return builder.vector(first.width, (slot) => ({
      do: "each",
      slot,
      value: weighted(
        inputs.map((input) => ({ k: "item", vector: input.slot })),
        weights,
      ),
    }));
  },
  linear: ({ builder, inputs, attributes, result }) => {
    const input = builder.sideBySide(inputs).slot;
    const weights = builder.doubles(attributes.f64("weights"));
    const biases = attributes.f64("bias");
    if (result.type !== "vector") return builder.dot(input, weights, biases[0]!);
    return builder.vector(result.width, (slot) => ({
      do: "affine",
      slot,
      input,
      weights,
      biases: builder.doubles(biases),
    }));
  },
  softmax: ({ builder, inputs }) => {
    const input = inputs[0]!;
    const width = input.type === "vector" ? input.width : 1;
    return builder.vector(width, (slot) => ({ do: "softmax", slot, input: input.slot }));
  },
  trees: ({ builder, inputs, attributes }) =>
    builder.forest(
      inputs.map((input) => input.slot),
      forestOf(attributes),
    ),
};

/** A `trees` node's attributes by their names here. */
export function forestOf(attributes: Attributes): Forest {
  return {
    bases: attributes.numbers("base"),
    treeStart: attributes.i32("treeStart"),
    feature: attributes.i32("feature"),
    threshold: attributes.f64("threshold"),
    left: attributes.i32("left"),
    right: attributes.i32("right"),
    missingLeft: attributes.u8("missingLeft"),
    categorical: attributes.u8("categorical"),
    bitsetStart: attributes.i32("bitsetStart"),
    bitsets: attributes.u32("bitsets"),
    leafValue: attributes.f64("leafValue"),
    leafWidth: leafWidth(attributes),
  };
}
