import { log, log1p } from "../elementary/logarithm.ts";
import { countBelow } from "../elementary/ordered.ts";
import { unaryKernel, unaryOperator } from "./kernels.ts";
import { isNumeric, misfit, numberType, type Operator, type ValueType } from "./operator.ts";

const convertible = (type: ValueType | undefined) =>
  isNumeric(type) || type?.type === "bool" || type?.type === "timestamp";

const impute: Operator = {
  op: "impute",
  attributes: { value: { kind: "number" } },
  result: (inputs) => (inputs.length === 1 && isNumeric(inputs[0]) ? numberType : misfit("one number", inputs)),
  prepare: (_, attributes) => unaryKernel((x) => x, attributes.number("value")),
};

const isMissing: Operator = {
  op: "isMissing",
  attributes: {},
  result: (inputs) => (inputs.length === 1 ? numberType : `takes one value; got ${inputs.length}`),
  prepare: () => ({
    columns: ([input], rows) => {
      const column = input!;
      const values = new Float64Array(rows);
      for (let i = 0; i < rows; i++)
        values[i] = (column.type === "string" ? column.codes[i]! < 0 : column.missing?.[i] === 1) ? 1 : 0;
      return { type: "number", values };
    },
    cells: ([input], out) => {
      const x = input!;
      return () => {
        out.missing = false;
        out.number = x.missing ? 1 : 0;
      };
    },
  }),
};

export const numbers: readonly Operator[] = [
  impute,
  isMissing,
  unaryOperator("toNumber", {}, () => (x) => x, convertible),
  unaryOperator(
    "scale",
    { offset: { kind: "number" }, scale: { kind: "number" } },
    (a) => {
      const offset = a.number("offset");
      const scale = a.number("scale");
      return (x) => (x - offset) / scale;
    },
    isNumeric,
    (a) => (a.number("scale") === 0 ? "has a scale of 0" : undefined),
  ),
  unaryOperator(
    "clip",
    { low: { kind: "number", nullable: true }, high: { kind: "number", nullable: true } },
    (a) => {
      const low = a.number("low", Number.NEGATIVE_INFINITY);
      const high = a.number("high", Number.POSITIVE_INFINITY);
      return (x) => (x < low ? low : x > high ? high : x);
    },
    isNumeric,
    (a) => (a.number("low") > a.number("high") ? "has low above high" : undefined),
  ),
  unaryOperator("abs", {}, () => Math.abs),
  unaryOperator("sqrt", {}, () => Math.sqrt),
  unaryOperator("floor", {}, () => Math.floor),
  unaryOperator("log", {}, () => (x) => (x <= 0 ? Number.NaN : log(x))),
  unaryOperator("log1p", {}, () => (x) => (x <= -1 ? Number.NaN : log1p(x))),
  unaryOperator(
    "bin",
    { edges: { kind: "f64" } },
    (a) => {
      const edges = a.f64("edges");
      return (x) => countBelow(edges, x);
    },
    isNumeric,
    (a) => (increasing(a.f64("edges")) ? undefined : "has edges that do not increase"),
  ),
];

export function increasing(values: Float64Array): boolean {
  for (let i = 1; i < values.length; i++) if (!(values[i]! > values[i - 1]!)) return false;
  return true;
}
