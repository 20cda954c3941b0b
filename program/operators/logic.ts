import type { Column, StringColumn } from "../columns.ts";
import { isNumeric, type Operator, typeName, type ValueType } from "./operator.ts";
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
      : {
          columns: (inputs, rows) => firstTexts(inputs as readonly StringColumn[], rows),
          cells: (inputs, out) => () => {
            const found = inputs.find((cell) => !cell.missing);
            out.missing = found === undefined;
            if (found !== undefined) out.text = found.text;
          },
        },
};

function firstTexts(inputs: readonly StringColumn[], rows: number): Column {
  const places = new Map<string, number>();
  const codes = new Int32Array(rows).fill(-1);
  const maps = inputs.map(({ levels }) => Int32Array.from(levels, (level) => placeOf(places, level)));
  for (let i = 0; i < rows; i++)
    for (let k = 0; k < inputs.length && codes[i]! < 0; k++) {
      const code = inputs[k]!.codes[i]!;
      if (code >= 0) codes[i] = maps[k]![code]!;
    }
  return { type: "string", codes, levels: [...places.keys()] };
}

function placeOf(places: Map<string, number>, level: string): number {
  const known = places.get(level);
  if (known !== undefined) return known;
  places.set(level, places.size);
  return places.size - 1;
}

const isOneOf: Operator = {
  op: "isOneOf",
  attributes: { levels: { kind: "levels" } },
  result: (inputs) =>
    inputs.length === 1 && inputs[0]!.type === "string"
      ? { type: "bool" }
      : `takes one string; got ${inputs.map(typeName).join(", ")}`,
  prepare: (_, attributes) => {
    const wanted = new Set(attributes.levels("levels"));
    return {
      columns: ([input], rows) => {
        const { codes, levels } = input as StringColumn;
        const known = Uint8Array.from(levels, (level) => (wanted.has(level) ? 1 : 0));
        const values = Uint8Array.from({ length: rows }, (_, i) => (codes[i]! < 0 ? 0 : known[codes[i]!]!));
        if (!codes.includes(-1)) return { type: "bool", values };
        return { type: "bool", values, missing: Uint8Array.from(codes, (code) => (code < 0 ? 1 : 0)) };
      },
      cells:
        ([input], out) =>
        () => {
          out.missing = input!.missing;
          out.number = wanted.has(input!.text) ? 1 : 0;
        },
    };
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
