import type { GraphStatement } from "../model.ts";
import type { Lowering } from "./builder.ts";

/** Operators that only a target with a runtime of ONNX can hold. */
export const graphs: Readonly<Record<string, Lowering>> = {
  onnxModel: ({ builder, inputs, attributes, result }) => {
    const common: Omit<GraphStatement, "to"> = {
      do: "graph",
      model: attributes.u8("model"),
      feeds: attributes.ports("feeds"),
      parts: inputs.map(({ type, slot }) =>
        type === "string" ? { text: slot } : type === "vector" ? { vector: slot } : { number: slot },
      ),
      output: attributes.text("output"),
      width: attributes.number("width"),
    };
    if (result.type === "vector") return builder.vector(result.width, (vector) => ({ ...common, to: { vector } }));
    return builder.numberOf((number) => ({ ...common, to: { number } }));
  },
};
