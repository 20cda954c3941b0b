import { joinKernel, textKernel } from "./kernels.ts";
import { isNumeric, noText, type Operator, type ValueType } from "./operator.ts";
import { scalarOperator } from "./scalars.ts";

const isBool = ({ type }: ValueType) => type === "bool";
const comparable = (inputs: readonly ValueType[]) =>
  inputs.length === 2 && (inputs.every(isNumeric) || inputs.every(({ type }) => type === "timestamp"))
    ? undefined
    : "takes two numbers or two timestamps";

const relations: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  less: (a, b) => a < b,
  lessOrEqual: (a, b) => a <= b,
  equal: (a, b) => a === b,
  notEqual: (a, b) => a !== b,
  greaterOrEqual: (a, b) => a >= b,
  greater: (a, b) => a > b,
};

const bools = (count: string, fits: (inputs: readonly ValueType[]) => boolean) => (inputs: readonly ValueType[]) =>
  fits(inputs) && inputs.every(isBool) ? undefined : `takes ${count}`;

/** One true makes `or` true, one false makes `and` false, whatever is missing beside it. */
const threeValued = (op: string, decided: number) =>
  scalarOperator({
    op,
    takes: bools("two or more bools", (inputs) => inputs.length >= 2),
    gives: "bool",
    kernel: () => (x) => {
      let unknown = false;
      for (let k = 0; k < x.length; k++) {
        if (x[k] === decided) return decided;
        if (Number.isNaN(x[k])) unknown = true;
      }
      return unknown ? Number.NaN : 1 - decided;
    },
  });

const choose = scalarOperator({
  op: "choose",
  takes: (inputs) =>
    inputs.length === 3 && isBool(inputs[0]!) && inputs.slice(1).every(isNumeric)
      ? undefined
      : "takes a bool and two numbers",
  gives: "number",
  kernel: () => (x) => (x[0] === 1 ? x[1]! : x[0] === 0 ? x[2]! : Number.NaN),
});

const coalesceNumbers = scalarOperator({
  op: "coalesce",
  takes: (inputs) => (inputs.length > 0 && inputs.every(isNumeric) ? undefined : "takes numbers or strings"),
  gives: "number",
  kernel: () => (x) => {
    for (let k = 0; k < x.length; k++) if (!Number.isNaN(x[k]!)) return x[k]!;
    return Number.NaN;
  },
});

const allText = (inputs: readonly ValueType[]) => inputs.length > 0 && inputs.every(({ type }) => type === "string");

const coalesce: Operator = {
  ...coalesceNumbers,
  result: (inputs, attributes) => (allText(inputs) ? { type: "string" } : coalesceNumbers.result(inputs, attributes)),
  prepare: (types, attributes) =>
    !allText(types)
      ? coalesceNumbers.prepare(types, attributes)
      : joinKernel((texts) => texts.find((text) => text !== null) ?? null),
};

const isOneOf: Operator = {
  op: "isOneOf",
  attributes: { levels: { kind: "levels" } },
  result: (inputs) => noText(inputs) ?? { type: "bool" },
  prepare: (_, attributes) => {
    const wanted = new Set(attributes.levels("levels"));
    return textKernel({ type: "bool" }, (text, out, at) => {
      if (text === null) return false;
      out[at] = wanted.has(text) ? 1 : 0;
      return true;
    });
  },
};

export const logic: readonly Operator[] = [
  scalarOperator({
    op: "compare",
    attributes: { relation: { kind: "choice", choices: Object.keys(relations) } },
    takes: comparable,
    gives: "bool",
    kernel: (attributes) => {
      const holds = relations[attributes.text("relation")]!;
      return (x) => (Number.isNaN(x[0]!) || Number.isNaN(x[1]!) ? Number.NaN : holds(x[0]!, x[1]!) ? 1 : 0);
    },
  }),
  threeValued("and", 0),
  threeValued("or", 1),
  scalarOperator({
    op: "not",
    takes: bools("one bool", (inputs) => inputs.length === 1),
    gives: "bool",
    kernel: () => (x) => 1 - x[0]!,
  }),
  choose,
  coalesce,
  isOneOf,
];
