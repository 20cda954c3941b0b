import { unsupported } from "../lower.ts";
import type { Num, NumFunction, Test, Text } from "../model.ts";
import { microsoftDomain, mlDomain } from "./domains.ts";
import type { GraphPrinter } from "./graph-printer.ts";

type Binary = Extract<Num, { k: "add" | "subtract" | "multiply" | "divide" | "mod" }>;
const operators = { add: "Add", subtract: "Sub", multiply: "Mul", divide: "Div" } as const;
const isBinary = (value: Num): value is Binary => value.k === "mod" || Object.hasOwn(operators, value.k);

/** The name of a number's tensor. */
export function printNumber(p: GraphPrinter, value: Num): string {
  switch (value.k) {
    case "const":
      return p.builder.double(value.value);
    case "num":
      return p.numbers[value.slot]!;
    case "element":
      return printElement(p, value.vector, value.index);
    case "item":
      return p.vectors[value.vector]!;
    case "call":
      return printCall(
        p,
        value.name,
        value.args.map((arg) => printNumber(p, arg)),
      );
    case "if":
      return (
        printEncoded(p, value) ?? p.where(printTest(p, value.test), printNumber(p, value.yes), printNumber(p, value.no))
      );
    case "at": {
      const last = p.doubles(value.table).length - 1;
      // both branches of a choice are computed, so an index is held within the table
      const index = p.cast(printNumber(p, value.index), "int64");
      const bound = (limit: number) => p.builder.constant({ type: "int64", shape: [], values: [limit] });
      return p.node("Gather", [p.doublesName(value.table), p.node("Clip", [index, bound(0), bound(last)])]);
    }
    case "level":
      return encode(p, printText(p, value.text), p.levels(value.table), (_, place) => place, Number.NaN, -1);
    case "length":
      throw unsupported("the length of a text", "ONNX");
    case "hash": {
      const text = printText(p, value.text);
      const hash = p.node("MurmurHash3", [text], { seed: { int: 0 }, positive: { int: 1 } }, microsoftDomain);
      p.builder.typed({ name: hash, type: "uint32", shape: ["rows", 1] });
      return p.where(p.isEmpty(text), p.nan(), p.cast(hash, "double"));
    }
    case "count": {
      if (p.doubles(value.table).length === 0) return p.builder.double(0);
      const x = p.node("Unsqueeze", [printNumber(p, value.x), p.builder.integers([-1])]);
      const below = p.node(value.mode === "below" ? "Less" : "LessOrEqual", [p.doublesName(value.table), x]);
      return p.node("ReduceSum", [p.cast(below, "double"), p.builder.integers([-1])], { keepdims: { int: 0 } });
    }
    default:
      return printBinary(p, value);
  }
}

/** A long sum leans to the left: its terms are printed without a call for each. */
function printBinary(p: GraphPrinter, value: Binary): string {
  const spine: Binary[] = [];
  let first: Num = value;
  for (; isBinary(first); first = first.a) spine.push(first);
  return spine.reduceRight(
    (a, { k, b }) => {
      const inputs = [a, printNumber(p, b)];
      return k === "mod" ? p.node("Mod", inputs, { fmod: { int: 1 } }) : p.node(operators[k], inputs);
    },
    printNumber(p, first),
  );
}

function printElement(p: GraphPrinter, vector: number, index: number): string {
  const name = p.vectors[vector]!;
  const number = p.node("Gather", [name, p.builder.integers([index])], { axis: { int: 1 } });
  return index > 0 || p.whole.has(vector) ? number : p.where(printAnyMissing(p, name), p.nan(), number);
}

/** [rows, 1]: whether one of a row's numbers is NaN. */
export function printAnyMissing(p: GraphPrinter, vector: string): string {
  const flags = p.cast(p.node("IsNaN", [vector]), "double");
  return p.cast(p.node("ReduceMax", [flags, p.builder.integers([1])], { keepdims: { int: 1 } }), "bool");
}

const functions: Readonly<Partial<Record<NumFunction, string>>> = {
  exp: "Exp",
  log: "Log",
  sin: "Sin",
  cos: "Cos",
  tanh: "Tanh",
  floor: "Floor",
  sqrt: "Sqrt",
  abs: "Abs",
};

function printCall(p: GraphPrinter, name: NumFunction, args: readonly string[]): string {
  const op = functions[name];
  if (op !== undefined) return p.node(op, args);
  const x = args[0]!;
  const one = p.builder.double(1);
  if (name === "pow") return printPower(p, x, args[1]!);
  // onnxruntime's Sigmoid is an approximation: 2.5e-7 off at 15
  if (name === "sigmoid") return p.node("Div", [one, p.node("Add", [one, p.node("Exp", [p.node("Neg", [x])])])]);
  // W. Kahan's forms, which lose nothing near 0: log u · x ÷ (u − 1) for u = 1 + x, and (u − 1) · x ÷ log u for u = e^x
  const u = name === "log1p" ? p.node("Add", [x, one]) : p.node("Exp", [x]);
  const less = p.node("Sub", [u, one]);
  const log = p.node("Log", [u]);
  const careful =
    name === "log1p" ? p.node("Mul", [log, p.node("Div", [x, less])]) : p.node("Mul", [less, p.node("Div", [x, log])]);
  const extreme = p.node("Or", [p.node("IsInf", [u]), p.node("Equal", [u, p.builder.double(0)])]);
  const plain = name === "log1p" ? log : less;
  return p.where(p.node("Equal", [u, one]), x, p.where(extreme, plain, careful));
}

/** As the program's own: a −0 is 0, and ±1 to an infinite power has no value. */
function printPower(p: GraphPrinter, x: string, y: string): string {
  const zero = p.builder.double(0);
  const base = p.where(p.node("Equal", [x, zero]), zero, x);
  const isOne = p.node("Equal", [p.node("Abs", [base]), p.builder.double(1)]);
  const undecided = p.node("And", [isOne, p.node("IsInf", [y])]);
  return p.where(undecided, p.nan(), p.node("Pow", [base, y]));
}

/**
 * A choice between missing, unseen and a value for each level is one `LabelEncoder`; nothing where the form is another.
 */
function printEncoded(p: GraphPrinter, { test, yes, no }: Extract<Num, { k: "if" }>): string | undefined {
  if (test.k !== "missing" || test.a.k !== "num" || yes.k !== "const" || no.k !== "if") return undefined;
  const slot = test.a.slot;
  const place = p.places.get(slot);
  const unseen = no.test;
  if (place === undefined || unseen.k !== "lt" || no.yes.k !== "const") return undefined;
  if (unseen.a.k !== "num" || unseen.a.slot !== slot || unseen.b.k !== "const" || unseen.b.value !== 0)
    return undefined;
  const known = no.no;
  let value: (place: number) => number;
  if (known.k === "num" && known.slot === slot) value = (at) => at;
  else if (known.k === "at" && known.index.k === "num" && known.index.slot === slot) {
    const values = p.doubles(known.table);
    value = (at) => values[at]!;
  } else if (place.levels.length === 0) value = () => Number.NaN;
  else return undefined;
  return encode(p, place.text, place.levels, (_, at) => value(at), yes.value, no.yes.value);
}

function encode(
  p: GraphPrinter,
  text: string,
  levels: readonly string[],
  value: (level: string, place: number) => number,
  missing: number,
  unseen: number,
): string {
  // "" is missing, so a level "" is never met
  const keys = levels.filter((level) => level !== "");
  const values = levels.flatMap((level, i) => (level === "" ? [] : [value(level, i)]));
  const encoded = p.node(
    "LabelEncoder",
    [text],
    {
      keys_tensor: { tensor: { type: "string", shape: [keys.length + 1], values: [...keys, ""] } },
      values_tensor: { tensor: { type: "double", shape: [keys.length + 1], values: [...values, missing] } },
      default_tensor: { tensor: { type: "double", shape: [1], values: [unseen] } },
    },
    mlDomain,
  );
  if ([...values, missing, unseen].every((each) => Number.isNaN(each) || Number.isInteger(each))) p.wholes.add(encoded);
  return encoded;
}

export function printTest(p: GraphPrinter, test: Test): string {
  switch (test.k) {
    case "lt":
    case "le":
    case "eq": {
      const op = { lt: "Less", le: "LessOrEqual", eq: "Equal" }[test.k];
      return p.node(op, [printNumber(p, test.a), printNumber(p, test.b)]);
    }
    case "missing":
      return p.node("IsNaN", [printNumber(p, test.a)]);
    case "noText":
      return p.isEmpty(printText(p, test.text));
    case "not":
      return p.node("Not", [printTest(p, test.test)]);
    default:
      return p.node(test.k === "and" ? "And" : "Or", [printTest(p, test.a), printTest(p, test.b)]);
  }
}

export function printText(p: GraphPrinter, text: Text): string {
  if (text.k === "text") return p.texts[text.slot]!;
  if (text.k === "literal") return p.builder.text(text.value ?? "");
  return p.where(printTest(p, text.test), printText(p, text.yes), printText(p, text.no));
}
