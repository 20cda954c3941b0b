import type { VectorColumn } from "../columns.ts";
import { cos, sin } from "../elementary/trigonometric.ts";
import { reduceKernel, vectorKernel } from "./kernels.ts";
import { isNumeric, misfit, numberType, type Operator, type ValueType, widthOf } from "./operator.ts";

const twoPi = 6.283185307179586;

export const totalWidth = (types: readonly ValueType[]) => types.reduce((sum, type) => sum + widthOf(type), 0);

const cyclic: Operator = {
  op: "cyclic",
  attributes: { period: { kind: "number", low: Number.MIN_VALUE } },
  result: (inputs) =>
    inputs.length === 1 && isNumeric(inputs[0]) ? { type: "vector", width: 2 } : misfit("one number", inputs),
  prepare: (types, attributes) => {
    const period = attributes.number("period");
    return vectorKernel(types, 1, 2, (input, at, out, outAt) => {
      const turns = input[at]! / period;
      const angle = (turns - Math.floor(turns)) * twoPi;
      out[outAt] = sin(angle);
      out[outAt + 1] = cos(angle);
      return true;
    });
  },
};

const concat: Operator = {
  op: "concat",
  attributes: {},
  result: (inputs) =>
    inputs.length > 0 && inputs.every((type) => widthOf(type) > 0)
      ? { type: "vector", width: totalWidth(inputs) }
      : misfit("numbers and vectors", inputs),
  prepare: (types) => {
    const width = totalWidth(types);
    return vectorKernel(types, width, width, (input, at, out, outAt) => {
      for (let k = 0; k < width; k++) out[outAt + k] = input[at + k]!;
      return true;
    });
  },
};

const element: Operator = {
  op: "element",
  attributes: { index: { kind: "integer", low: 0 } },
  result: (inputs, attributes) => {
    const [type] = inputs;
    if (inputs.length !== 1 || type?.type !== "vector") return misfit("one vector", inputs);
    const index = attributes.number("index");
    return index < type.width ? numberType : `takes number ${index} of a vector of ${type.width}`;
  },
  prepare: (types, attributes) => {
    const index = attributes.number("index");
    const width = widthOf(types[0]!);
    return {
      columns: ([column], rows) => {
        const input = column as VectorColumn;
        const values = new Float64Array(rows);
        for (let i = 0; i < rows; i++) values[i] = input.values[i * width + index]!;
        return input.missing === undefined
          ? { type: "number", values }
          : { type: "number", values, missing: input.missing };
      },
      cells: ([input], out) => {
        const x = input!;
        return () => {
          out.missing = x.missing;
          if (!x.missing) out.number = x.vector[index]!;
        };
      },
    };
  },
};

const combine: Operator = {
  op: "combine",
  attributes: { weights: { kind: "numbers" } },
  result: (inputs, attributes) => {
    const first = inputs[0];
    if (first === undefined || !inputs.every((type) => widthOf(type) > 0)) return misfit("numbers or vectors", inputs);
    const vector = first.type === "vector";
    if (!inputs.every((type) => (type.type === "vector") === vector && widthOf(type) === widthOf(first)))
      return misfit("values of one shape", inputs);
    const weights = attributes.numbers("weights").length;
    if (weights !== inputs.length) return `has ${weights} weights for ${inputs.length} values`;
    return vector ? first : numberType;
  },
  prepare: (types, attributes) => {
    const weights = attributes.numbers("weights");
    const span = widthOf(types[0]!);
    const sum = (input: Float64Array, at: number) => {
      let total = 0;
      for (let j = 0; j < weights.length; j++) total += weights[j]! * input[at + j * span]!;
      return total;
    };
    if (types[0]!.type !== "vector") return reduceKernel(types, weights.length, sum);
    return vectorKernel(types, span * weights.length, span, (input, at, out, outAt) => {
      for (let k = 0; k < span; k++) out[outAt + k] = sum(input, at + k);
      return true;
    });
  },
};

export const vectors: readonly Operator[] = [cyclic, concat, element, combine];
