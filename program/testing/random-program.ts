import type { Column, Frame } from "../columns.ts";
import type { JsonObject } from "../json.ts";
import type { InputType, Program, ProgramInput, ProgramNode, ProgramOutputs, Tensor, ValueRef } from "../model.ts";
import { typeOfInput, type ValueType } from "../operators/operator.ts";
import { checkGraph } from "../validate.ts";
import { randomForest } from "./random-forest.ts";

/** Where random choices come from: a whole number in [0, n). */
export type Pick = (n: number) => number;

const texts = [
  "",
  "a",
  "b",
  "é",
  "e\u0301",
  "😀",
  "\ud800",
  "a\udc00",
  "\u0000",
  "__proto__",
  "constructor",
  "toString",
  "NaN",
  " a",
  "ﬁ",
  "本",
];
const floats = [
  0,
  -0,
  1,
  -1,
  0.1,
  0.5,
  2,
  3.5,
  -7.25,
  1e-308,
  5e-324,
  1e308,
  -1e308,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  Number.NaN,
  253,
  254,
  1e9,
];
const wholes = [0, 1, -1, 2, 3, 7, 31, 32, 33, 1000, -5, 9007199254740991];
const times = [
  0,
  -1,
  1,
  951782400000000,
  951868799999999,
  -62135596800000000 / 10,
  1709164800000000,
  86399999999,
  9007199254740991,
];
const inputTypes: readonly InputType[] = ["number", "integer", "bool", "timestamp", "string", "number", "string"];

/** A random graph over every operator, with its tensors. Each value of it is valid; which node is last is chance. */
export function randomGraph(pick: Pick): {
  inputs: ProgramInput[];
  nodes: ProgramNode[];
  tensors: Map<string, Tensor>;
} {
  const inputs = inputTypes.map((type, i): ProgramInput => ({ name: `x${i}`, type, missingAllowed: true }));
  const nodes: ProgramNode[] = [];
  const tensors = new Map<string, Tensor>();
  const types: ValueType[] = inputs.map(typeOfInput);
  const count = 4 + pick(24);
  for (let k = 0; k < count; k++) {
    const node = randomNode(pick, types, tensors, `t${k}`);
    if (node === undefined) continue;
    nodes.push(node);
    types.push(checkGraph(inputs, nodes, tensors).at(-1)!.result);
  }
  return { inputs, nodes, tensors };
}

/** A random program that scores: the graph's last value, brought to the shape that a task needs. */
export function randomProgram(pick: Pick): { program: Program; tensors: Map<string, Tensor> } {
  const { inputs, nodes, tensors } = randomGraph(pick);
  const types: ValueType[] = [
    ...inputs.map(typeOfInput),
    ...checkGraph(inputs, nodes, tensors).map((node) => node.result),
  ];
  const usable = types.flatMap((type, ref) =>
    type.type === "number" || type.type === "integer" || type.type === "vector" ? [ref] : [],
  );
  const some = usable.slice(-6);
  const add = (op: string, from: readonly ValueRef[], attributes: JsonObject) => {
    nodes.push({ op, version: 1, inputs: from, attributes });
    return inputs.length + nodes.length - 1;
  };
  const all = add("concat", some, {});
  const width = (checkGraph(inputs, nodes, tensors).at(-1)!.result as { width: number }).width;
  const task = (["binary", "multiclass", "regression"] as const)[pick(3)]!;
  const outputs = task === "multiclass" ? 3 : 1;
  tensors.set("final", {
    type: "f64",
    values: Float64Array.from({ length: width * outputs }, () => (pick(9) - 4) / 4),
  });
  tensors.set("bias", { type: "f64", values: Float64Array.from({ length: outputs }, () => pick(5) - 2) });
  const margin = add("linear", [all], { weights: { tensor: "final" }, bias: { tensor: "bias" }, outputs });
  const score = task === "regression" ? margin : add(task === "binary" ? "logistic" : "softmax", [margin], {});
  const classes = { regression: undefined, binary: ["no", 'y"es'], multiclass: ["a", "constructor", "c"] }[task];
  const plain: ProgramOutputs = { task, score, ...(classes && { classes }) };
  if (pick(2) === 0) return { program: { format: 1, inputs, nodes, outputs: plain }, tensors };
  const numeric = inputs.flatMap((input, i) => (input.type === "number" || input.type === "integer" ? [i] : []));
  return { program: withExtras(pick, { inputs, nodes, tensors, outputs: plain, add }, numeric), tensors };
}

/** A program that is still being made. */
interface Unfinished {
  readonly inputs: readonly ProgramInput[];
  readonly nodes: ProgramNode[];
  readonly tensors: Map<string, Tensor>;
  readonly outputs: ProgramOutputs;
  add(op: string, from: readonly ValueRef[], attributes: JsonObject): ValueRef;
}

/** The same with outputs beside the score, and policies for invalid inputs; `numeric` are the values that have a domain. */
export function withExtras(
  pick: Pick,
  { inputs, nodes, tensors, outputs: plain, add }: Unfinished,
  numeric: readonly ValueRef[],
): Program {
  const { task, score, classes } = plain;
  const f64 = (name: string, values: readonly number[]) => {
    tensors.set(name, { type: "f64", values: Float64Array.from(values) });
    return { tensor: name };
  };
  const outside = add("outsideDomain", numeric, {
    low: f64(
      "domain.low",
      numeric.map((k) => -k),
    ),
    high: f64(
      "domain.high",
      numeric.map((k) => k * 1.5),
    ),
    spread: f64(
      "domain.spread",
      numeric.map((k) => 0.7 + k),
    ),
    missing: f64(
      "domain.missing",
      numeric.map((k) => (k % 3) / 2),
    ),
  });
  const half = () =>
    add("steps", [score], { edges: f64("half.edges", [-1, 0.5]), values: f64("half.values", [0.1, 2.5, 7]) });
  const pair = () => add("concat", [add("scale", [score], { offset: 1, scale: -1 }), score], {});
  const members = () =>
    add("atLeast", [task === "binary" ? pair() : score], {
      bounds: f64("set.bounds", [0.4, 0.3, 0.2].slice(0, classes!.length)),
    });
  const spread = task === "regression" ? half() : 0;
  return {
    format: 2,
    inputs: inputs.map((input) => {
      if (pick(3) > 0) return { ...input, invalid: "impute" };
      return pick(4) === 0 ? { ...input, missingAllowed: false, invalid: "abstain" } : input;
    }),
    nodes,
    outputs: {
      ...plain,
      ...(task === "regression"
        ? {
            interval: {
              low: add("subtract", [score, spread], {}),
              high: add("add", [score, spread], {}),
              level: 0.9,
            },
          }
        : { set: { members: members(), level: 0.9 } }),
      outOfDomain: { score: outside, threshold: 0.3 },
      abstain: { outOfDomain: pick(2) === 0, ...(task !== "regression" && { unsure: { from: 0.4, to: 0.55 } }) },
    },
  };
}

/** Rows of odd values for the inputs of `randomGraph`, as raw values; some keys are absent. */
export function randomRows(pick: Pick, inputs: readonly ProgramInput[], count: number): Record<string, unknown>[] {
  return Array.from({ length: count }, () => {
    const row: Record<string, unknown> = {};
    for (const { name, type, invalid } of inputs) {
      if (invalid !== undefined && type !== "string" && pick(8) === 0) {
        row[name] = "no such thing";
        continue;
      }
      if (pick(6) === 0) {
        if (pick(2) === 0) row[name] = null;
        continue;
      }
      row[name] = randomValue(pick, type);
    }
    return row;
  });
}

/** The same rows as a frame of typed columns; NaN is left in place as a value, to be read as missing. */
export function frameOf(inputs: readonly ProgramInput[], rows: readonly Record<string, unknown>[]): Frame {
  const columns = new Map<string, Column>();
  for (const { name, type } of inputs) {
    const raw = rows.map((row) => row[name] ?? null);
    if (type === "string") {
      const levels = [...new Set(raw.filter((value) => value !== null))] as string[];
      columns.set(name, { type, codes: Int32Array.from(raw, (value) => levels.indexOf(value as string)), levels });
    } else {
      const missing = Uint8Array.from(raw, (value) =>
        value === null || (type === "bool" && typeof value === "string") ? 1 : 0,
      );
      const numbers = raw.map((value) => Number(value ?? 0));
      if (type === "bool") columns.set(name, { type, values: Uint8Array.from(numbers), missing });
      else if (type !== "strings" && type !== "vector")
        columns.set(name, { type, values: Float64Array.from(numbers), missing });
    }
  }
  return { rows: rows.length, columns };
}

export function randomValue(pick: Pick, type: InputType): unknown {
  if (type === "string") return texts[pick(texts.length)]!;
  if (type === "bool") return pick(2) === 1;
  if (type === "number") return floats[pick(floats.length)]!;
  return type === "integer" ? wholes[pick(wholes.length)]! : times[pick(times.length)]!;
}

function randomNode(
  pick: Pick,
  types: readonly ValueType[],
  tensors: Map<string, Tensor>,
  name: string,
): ProgramNode | undefined {
  const of = (...wanted: string[]) => types.flatMap((type, ref) => (wanted.includes(type.type) ? [ref] : []));
  const one = (refs: readonly ValueRef[]) => refs[pick(refs.length)];
  const numeric = of("number", "integer");
  const node = (op: string, inputs: readonly (ValueRef | undefined)[], attributes: JsonObject = {}) =>
    inputs.includes(undefined) ? undefined : ({ op, version: 1, inputs: inputs as ValueRef[], attributes } as const);
  const real = () => Math.round((pick(2001) - 1000) * 1.7) / 16;
  const f64 = (part: string, values: readonly number[]) => {
    tensors.set(`${name}.${part}`, { type: "f64", values: Float64Array.from(values) });
    return { tensor: `${name}.${part}` };
  };
  const someLevels = () => texts.filter((text) => text.isWellFormed() && text !== "" && pick(2) === 0);
  const orNull = () => (pick(2) === 0 ? null : real());
  const edges = (count: number) => Array.from({ length: count }, (_, i) => i * 1.5 + pick(10) / 16 - 3);
  const text = () => one(of("string"));
  const makers: readonly (() => ProgramNode | undefined)[] = [
    () => node(["add", "subtract", "multiply", "divide"][pick(4)]!, [one(numeric), one(numeric)]),
    () => node(["power", "minimum", "maximum"][pick(3)]!, [one(numeric), one(numeric)]),
    () => node(["abs", "sqrt", "floor", "tanh", "relu"][pick(5)]!, [one(numeric)]),
    () => {
      const from = pick(3) === 0 ? of("timestamp") : numeric;
      const relation = ["less", "lessOrEqual", "equal", "notEqual", "greaterOrEqual", "greater"][pick(6)]!;
      return node("compare", [one(from), one(from)], { relation });
    },
    () =>
      node(
        ["and", "or"][pick(2)]!,
        Array.from({ length: 2 + pick(2) }, () => one(of("bool"))),
      ),
    () => node("not", [one(of("bool"))]),
    () => node("choose", [one(of("bool")), one(numeric), one(numeric)]),
    () => {
      const from = pick(2) === 0 ? of("string") : numeric;
      return node("coalesce", [one(from), one(from), one(from)].slice(0, 1 + pick(3)));
    },
    () => node("isOneOf", [text()], { levels: someLevels() }),
    () => {
      const levels = someLevels();
      const width = 1 + pick(4);
      const values = f64("values", Array.from({ length: levels.length * width }, real));
      return node("embed", [text()], {
        levels,
        width,
        values,
        unseen: f64("unseen", Array.from({ length: width }, real)),
      });
    },
    () => node("temperature", [one([...numeric, ...of("vector")])], { value: 0.25 + pick(8) }),
    () => node("betaCalibration", [one([...numeric, ...of("vector")])], { a: real(), b: real(), c: real() }),
    () => {
      const days = [-1, 0, 1, 11016, 11017, 19781].filter(() => pick(2) === 0);
      return node("isDay", [one(of("timestamp"))], { days: f64("days", days), offsetMinutes: pick(1000) - 500 });
    },
    () => node("toNumber", [one(of("bool", "integer", "timestamp"))]),
    () => node("impute", [one(numeric)], { value: real() }),
    () => node("isMissing", [pick(types.length)]),
    () => node("scale", [one(numeric)], { offset: real(), scale: 0.75 + pick(9) }),
    () =>
      node("clip", [one(numeric)], { low: pick(2) === 0 ? null : -2 - pick(5), high: pick(2) === 0 ? null : pick(9) }),
    () => node(["log", "log1p", "exp", "logistic", "identityLink"][pick(5)]!, [one(numeric)]),
    () => node("bin", [one(numeric)], { edges: f64("edges", edges(pick(6))) }),
    () => node("ordinal", [text()], { levels: someLevels(), unseen: orNull(), missing: orNull() }),
    () => {
      const levels = someLevels();
      return node("lookup", [text()], {
        levels,
        values: f64("values", levels.map(real)),
        unseen: orNull(),
        missing: orNull(),
      });
    },
    () => node("oneHot", [text()], { levels: someLevels(), other: true, missing: pick(2) === 0 }),
    () => node("hash", [text()], { buckets: 1 + pick(100) }),
    () => node("boolText", [one(of("bool"))]),
    () => {
      const part = ["year", "quarter", "month", "dayOfMonth", "dayOfYear", "dayOfWeek", "hour", "minute", "second"][
        pick(9)
      ]!;
      return node("datePart", [one(of("timestamp"))], { part, offsetMinutes: pick(1000) - 500 });
    },
    () =>
      node("timeSince", [one(of("timestamp"))], {
        at: times[pick(times.length)]!,
        unit: ["day", "hour", "second"][pick(3)]!,
      }),
    () => node("cyclic", [one(numeric)], { period: 1 + pick(30) }),
    () => node("concat", [one([...numeric, ...of("vector")]), one([...numeric, ...of("vector")])]),
    () => {
      const ref = one(of("vector"));
      return ref === undefined
        ? undefined
        : node("element", [ref], { index: pick((types[ref] as { width: number }).width) });
    },
    () => node("combine", [one(numeric), one(numeric)], { weights: [real(), real()] }),
    () => node(["softmax", "logistic", "exp"][pick(3)]!, [one(of("vector"))]),
    () => {
      const from = edges(pick(4));
      return node("steps", [one(numeric)], {
        edges: f64("edges", from),
        values: f64("values", [...from, 1].map(real)),
      });
    },
    () => {
      const ref = one(of("vector"));
      if (ref === undefined) return undefined;
      const { width } = types[ref] as { width: number };
      return node("atLeast", [ref], { bounds: f64("bounds", Array.from({ length: width }, real)) });
    },
    () => node("platt", [one(numeric)], { a: real(), b: real() }),
    () => {
      const x = edges(1 + pick(5));
      return node("isotonic", [one(numeric)], { x: f64("x", x), y: f64("y", x.map(real)) });
    },
    () => {
      const refs = [one(numeric), one(numeric), one(numeric)];
      return node("trees", refs, randomForest(pick, tensors, name, refs.length, [1, 1, 3][pick(3)]!));
    },
  ];
  return makers[pick(makers.length)]!();
}
