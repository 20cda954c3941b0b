import type { JsonObject } from "../json.ts";
import type { InputType, ProgramNode, Tensor, ValueRef } from "../model.ts";
import type { ValueType } from "../operators/operator.ts";
import type { Pick } from "./pick.ts";
import { randomForest } from "./random-forest.ts";

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
/** A value of the type, often an odd one; never missing. */
export function randomValue(pick: Pick, type: InputType): unknown {
  if (type === "string") return texts[pick(texts.length)]!;
  if (type === "bool") return pick(2) === 1;
  if (type === "number")
    return pick(3) === 0 ? (pick(200_001) - 100_000) / 10 ** pick(8) : floats[pick(floats.length)]!;
  return type === "integer" ? wholes[pick(wholes.length)]! : times[pick(times.length)]!;
}

/** A node of a chance operator over values of these types; undefined where none of them fits. */
export function randomNode(
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
      const classes = [1, 1, 3][pick(3)]!;
      const version = classes > 1 && pick(2) === 1 ? 2 : 1;
      const made = node("trees", refs, randomForest(pick, tensors, name, refs.length, classes, version));
      return made && { ...made, version };
    },
  ];
  return makers[pick(makers.length)]!();
}
