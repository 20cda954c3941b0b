import { reduceKernel, vectorKernel } from "./kernels.ts";
import { misfit, numberType, type Operator, widthOf } from "./operator.ts";
import { totalWidth } from "./vectors.ts";

/** bias + Σ weight × value, left to right from the bias; `outputs` rows of weights give a vector. */
export const linear: Operator = {
  op: "linear",
  attributes: {
    weights: { kind: "f64" },
    bias: { kind: "numberOrF64" },
    outputs: { kind: "integer", optional: true, low: 1, high: 100_000 },
  },
  result: (inputs, attributes) => {
    if (inputs.length === 0 || !inputs.every((type) => widthOf(type) > 0)) return misfit("numbers and vectors", inputs);
    const outputs = attributes.number("outputs", 1);
    const needed = totalWidth(inputs) * outputs;
    const weights = attributes.f64("weights").length;
    if (weights !== needed) return `has ${weights} weights for ${totalWidth(inputs)} numbers and ${outputs} outputs`;
    const biases = attributes.f64("bias").length;
    if (biases !== outputs) return `has ${biases} biases for ${outputs} outputs`;
    return attributes.has("outputs") && outputs > 1 ? { type: "vector", width: outputs } : numberType;
  },
  prepare: (types, attributes) => {
    const width = totalWidth(types);
    const weights = attributes.f64("weights");
    const bias = attributes.f64("bias");
    const sum = (input: Float64Array, at: number, output: number) => {
      let total = bias[output]!;
      const from = output * width;
      for (let k = 0; k < width; k++) total += weights[from + k]! * input[at + k]!;
      return total;
    };
    if (bias.length === 1) return reduceKernel(types, width, (input, at) => sum(input, at, 0));
    return vectorKernel(types, width, bias.length, (input, at, out, outAt) => {
      for (let k = 0; k < bias.length; k++) out[outAt + k] = sum(input, at, k);
      return true;
    });
  },
};
