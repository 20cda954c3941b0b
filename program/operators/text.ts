import { programLimits } from "../limits.ts";
import { crossText, dotTerms, lengthOfText, spreadTerms, type TermRule, termReader } from "../text/terms.ts";
import type { Attributes, AttributeTable } from "./attributes.ts";
import { textToNumber } from "./categories.ts";
import { joinKernel, textKernel } from "./kernels.ts";
import { misfit, numberType, type Operator, type ValueType } from "./operator.ts";

const most = { dense: 65_536, sparse: 1_048_576 } as const;

const termAttributes: AttributeTable = {
  unit: { kind: "choice", choices: ["word", "character", "item"] },
  low: { kind: "integer", optional: true, low: 1, high: 8 },
  high: { kind: "integer", optional: true, low: 1, high: 8 },
  least: { kind: "integer", optional: true, low: 1, high: 64 },
  most: { kind: "integer", optional: true, low: 1, high: 65_536 },
  classes: { kind: "f64", optional: true },
  foldFrom: { kind: "f64", optional: true },
  foldTo: { kind: "f64", optional: true },
  levels: { kind: "levels", optional: true },
  buckets: { kind: "integer", optional: true, low: 1, high: most.sparse },
  count: { kind: "choice", choices: ["times", "log", "once"] },
  idf: { kind: "f64", optional: true },
  norm: { kind: "boolean" },
};

/** A `terms` or `termLinear` node's attributes as the rule that its terms follow. */
export function termRule(attributes: Attributes): TermRule {
  const table = (name: string) => (attributes.has(name) ? attributes.f64(name) : undefined);
  const words = attributes.text("unit") !== "item";
  return {
    unit: attributes.text("unit") as TermRule["unit"],
    low: attributes.number("low", 1),
    high: attributes.number("high", attributes.number("low", 1)),
    least: attributes.number("least", 1),
    most: attributes.number("most", 8192),
    classes: words ? table("classes") : undefined,
    foldFrom: table("foldFrom"),
    foldTo: table("foldTo"),
    levels: attributes.has("levels")
      ? new Map(attributes.levels("levels").map((level, k) => [level, k] as const))
      : undefined,
    buckets: attributes.number("buckets", 1),
    count: attributes.text("count") as TermRule["count"],
    idf: table("idf"),
    norm: attributes.flag("norm"),
  };
}

export const termWidth = (attributes: Attributes) =>
  attributes.has("levels") ? attributes.levels("levels").length : attributes.number("buckets");

/** Why the inputs or attributes do not fit; nothing where they do. */
function problemOf(inputs: readonly ValueType[], a: Attributes, widest: number): string | undefined {
  const item = a.text("unit") === "item";
  const wanted = item ? "strings" : "string";
  if (inputs.length !== 1 || inputs[0]!.type !== wanted) return misfit(`one value of type ${wanted}`, inputs);
  if (a.has("levels") === a.has("buckets")) return "needs levels or buckets, and not both";
  const width = termWidth(a);
  if (width < 1 || width > widest) return `has ${width} terms; it may have 1 … ${widest}`;
  if (a.has("idf") && (a.f64("idf").length !== width || !a.f64("idf").every(Number.isFinite)))
    return `needs ${width} finite numbers as idf`;
  if (item)
    return ["low", "high", "least", "classes", "foldFrom", "foldTo"].some((name) => a.has(name))
      ? "takes items as they are: neither low, high, least, classes nor fold"
      : undefined;
  if (a.number("high", a.number("low", 1)) < a.number("low", 1)) return "has a high that is below its low";
  if (!a.has("classes") || !isIncreasing(a.f64("classes"))) return "needs increasing code points as classes";
  if (a.has("foldFrom") !== a.has("foldTo")) return "needs foldFrom and foldTo, or neither";
  if (!a.has("foldFrom")) return undefined;
  const [from, to] = [a.f64("foldFrom"), a.f64("foldTo")];
  if (from.length !== to.length || !isIncreasing(from) || !to.every(isScalar))
    return "needs increasing code points as foldFrom, and as many code points or −1 as foldTo";
  return undefined;
}

function isIncreasing(points: Float64Array): boolean {
  return points.length > 0 && points.every((point, k) => point > 32 && (k === 0 || point > points[k - 1]!));
}

/** A code point that a text may have, beyond the space that parts words; −1: none. */
const isScalar = (point: number) =>
  point === -1 || (Number.isInteger(point) && point > 32 && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff));

const terms: Operator = {
  op: "terms",
  attributes: termAttributes,
  result: (inputs, a) => problemOf(inputs, a, most.dense) ?? { type: "vector", width: termWidth(a) },
  prepare: (_, a) => {
    const read = termReader(termRule(a));
    const width = termWidth(a);
    return textKernel({ type: "vector", width }, (text, out, at) => {
      spreadTerms(read(text), out, at, width);
      return true;
    });
  },
};

const linearType = (outputs: number): ValueType => (outputs > 1 ? { type: "vector", width: outputs } : numberType);

const termLinear: Operator = {
  op: "termLinear",
  attributes: {
    ...termAttributes,
    weights: { kind: "f64" },
    bias: { kind: "numberOrF64" },
    outputs: { kind: "integer", optional: true, low: 1, high: programLimits.classes },
  },
  result: (inputs, a) => {
    const problem = problemOf(inputs, a, most.sparse);
    if (problem !== undefined) return problem;
    const outputs = a.number("outputs", 1);
    const [weights, biases] = [a.f64("weights").length, a.f64("bias").length];
    if (weights !== termWidth(a) * outputs)
      return `has ${weights} weights for ${termWidth(a)} terms and ${outputs} outputs`;
    if (biases !== outputs) return `has ${biases} biases for ${outputs} outputs`;
    return linearType(outputs);
  },
  prepare: (_, a) => {
    const read = termReader(termRule(a));
    const [weights, bias, width] = [a.f64("weights"), a.f64("bias"), termWidth(a)];
    return textKernel(linearType(bias.length), (text, out, at) => {
      const found = read(text);
      for (let j = 0; j < bias.length; j++) out[at + j] = dotTerms(found, weights, bias[j]!, j * width);
      return true;
    });
  },
};

const textLength = textToNumber("textLength", {}, () => lengthOfText);

const cross: Operator = {
  op: "cross",
  attributes: { separator: { kind: "text", high: 64 } },
  result: (inputs) =>
    inputs.length >= 2 && inputs.length <= 8 && inputs.every(({ type }) => type === "string")
      ? { type: "string" }
      : misfit("two to eight strings", inputs),
  prepare: (_, a) => {
    const separator = a.text("separator");
    return joinKernel((texts) => crossText(separator, texts));
  },
};

export const texts: readonly Operator[] = [terms, termLinear, textLength, cross];
