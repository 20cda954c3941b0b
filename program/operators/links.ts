import { exp, sigmoid, tanh } from "../elementary/exponential.ts";
import { log } from "../elementary/logarithm.ts";
import { countUpTo } from "../elementary/ordered.ts";
import type { Attributes, AttributeTable } from "./attributes.ts";
import { type NumberKernel, unaryKernel, unaryOperator, vectorKernel } from "./kernels.ts";
import { increasing } from "./numbers.ts";
import { isNumeric, misfit, numberType, type Operator, widthOf } from "./operator.ts";

/** A link of a number, or of each number of a vector. */
function link(op: string, attributes: AttributeTable, kernel: (a: Attributes) => NumberKernel): Operator {
  return {
    op,
    attributes,
    result: (inputs) => {
      const [type] = inputs;
      if (inputs.length !== 1 || type === undefined || widthOf(type) === 0)
        return misfit("one number or vector", inputs);
      return type.type === "vector" ? type : numberType;
    },
    prepare: (types, given) => {
      const apply = kernel(given);
      const type = types[0]!;
      if (type.type !== "vector") return unaryKernel(apply);
      return vectorKernel(types, type.width, type.width, (input, at, out, outAt) => {
        for (let k = 0; k < type.width; k++) out[outAt + k] = apply(input[at + k]!);
        return true;
      });
    },
  };
}

const softmax: Operator = {
  op: "softmax",
  attributes: {},
  result: (inputs) => (inputs.length === 1 && inputs[0]!.type === "vector" ? inputs[0]! : misfit("one vector", inputs)),
  prepare: (types) => {
    const width = widthOf(types[0]!);
    return vectorKernel(types, width, width, (input, at, out, outAt) => {
      let greatest = input[at]!;
      for (let k = 1; k < width; k++) if (input[at + k]! > greatest) greatest = input[at + k]!;
      let total = 0;
      for (let k = 0; k < width; k++) {
        const term = exp(input[at + k]! - greatest);
        out[outAt + k] = term;
        total += term;
      }
      for (let k = 0; k < width; k++) out[outAt + k] = out[outAt + k]! / total;
      return true;
    });
  },
};

/** What beta calibration holds probabilities within, and 1 less this: a score of exactly 0 or 1 stays finite. */
export const leastProbability = 1e-15;

export const links: readonly Operator[] = [
  link("logistic", {}, () => sigmoid),
  link("identityLink", {}, () => (x) => x),
  link("exp", {}, () => exp),
  link("tanh", {}, () => tanh),
  link("relu", {}, () => (x) => (x > 0 ? x : 0)),
  link("temperature", { value: { kind: "number", low: Number.MIN_VALUE } }, (given) => {
    const value = given.number("value");
    return (x) => x / value;
  }),
  softmax,
  link("betaCalibration", { a: { kind: "number" }, b: { kind: "number" }, c: { kind: "number" } }, (given) => {
    const a = given.number("a");
    const b = given.number("b");
    const c = given.number("c");
    return (p) => {
      const held = p < leastProbability ? leastProbability : p > 1 - leastProbability ? 1 - leastProbability : p;
      return sigmoid(a * log(held) - b * log(1 - held) + c);
    };
  }),
  link("platt", { a: { kind: "number" }, b: { kind: "number" } }, (given) => {
    const a = given.number("a");
    const b = given.number("b");
    return (x) => sigmoid(a * x + b);
  }),
  unaryOperator(
    "isotonic",
    { x: { kind: "f64" }, y: { kind: "f64" } },
    (given) => {
      const x = given.f64("x");
      const y = given.f64("y");
      return (value) => interpolate(x, y, value);
    },
    isNumeric,
    (given) => {
      const x = given.f64("x");
      const y = given.f64("y");
      if (x.length === 0 || x.length !== y.length) return `has ${x.length} x and ${y.length} y`;
      if (!increasing(x)) return "has x that do not increase";
      return x.every(Number.isFinite) && y.every(Number.isFinite) ? undefined : "has points that are not finite";
    },
  ),
];

function interpolate(x: Float64Array, y: Float64Array, value: number): number {
  const last = x.length - 1;
  if (value <= x[0]!) return y[0]!;
  if (value >= x[last]!) return y[last]!;
  const high = countUpTo(x, value);
  const low = high - 1;
  const slope = (y[high]! - y[low]!) / (x[high]! - x[low]!);
  return y[low]! + slope * (value - x[low]!);
}
