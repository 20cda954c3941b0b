import { termRule, termWidth } from "../../operators/text.ts";
import type { Terms } from "../model.ts";
import type { Lowering, LoweringContext } from "./builder.ts";
import { text } from "./forms.ts";

/** The rule that `terms` and `termLinear` share, with its tables. */
function termsOf({ builder, attributes }: LoweringContext): Terms {
  const { unit, low, high, least, most, classes, foldFrom, foldTo, buckets, count, idf, norm } = termRule(attributes);
  const table = (values: Float64Array | undefined) => (values === undefined ? undefined : builder.doubles(values));
  return {
    ...{ unit, low, high, least, most, count, norm },
    classes: table(classes),
    foldFrom: table(foldFrom),
    foldTo: table(foldTo),
    ...(attributes.has("levels") ? { levels: builder.levels(attributes.levels("levels")) } : { buckets: buckets ?? 1 }),
    idf: table(idf),
    width: termWidth(attributes),
  };
}

function slotOf({ inputs }: LoweringContext): number {
  const [input] = inputs;
  if (input?.type !== "string") throw new TypeError("The validator lets no other type through.");
  return input.slot;
}

export const texts: Readonly<Record<string, Lowering>> = {
  terms: (context) => {
    const terms = termsOf(context);
    return context.builder.vector(terms.width, (vector) => ({
      do: "terms",
      to: { vector },
      text: slotOf(context),
      terms,
    }));
  },
  termLinear: (context) => {
    const { builder, attributes, result } = context;
    const linear = {
      weights: builder.doubles(attributes.f64("weights")),
      biases: builder.doubles(attributes.f64("bias")),
    };
    const common = { do: "terms", text: slotOf(context), terms: termsOf(context), linear } as const;
    if (result.type === "vector") return builder.vector(result.width, (vector) => ({ ...common, to: { vector } }));
    return builder.numberOf((number) => ({ ...common, to: { number } }));
  },
  textLength: ({ builder, inputs }) => builder.number({ k: "length", text: text(inputs[0]) }),
  cross: ({ builder, inputs, attributes }) =>
    builder.textOf((slot) => ({
      do: "cross",
      slot,
      parts: inputs.map((input) => input.slot),
      separator: attributes.text("separator"),
    })),
};
