import type { Column } from "../columns.ts";
import { programLimits } from "../limits.ts";
import {
  crossText,
  dotTerms,
  lengthOfText,
  spreadTerms,
  type TermRule,
  type Terms,
  termReader,
} from "../text/terms.ts";
import type { Attributes, AttributeTable } from "./attributes.ts";
import { put } from "./kernels.ts";
import { type Cell, numberType, type Operator, type Prepared, typeName, type ValueType, withMask } from "./operator.ts";

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
  if (inputs.length !== 1 || inputs[0]!.type !== wanted)
    return `takes one value of type ${wanted}; got ${inputs.map(typeName).join(", ")}`;
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

/** Each level's terms are read once; `write` puts them at a row. */
function eachRow(input: Column | undefined, read: (text: string) => Terms, write: (terms: Terms, row: number) => void) {
  if (input?.type !== "string") throw new TypeError("Terms are read from a string column.");
  const rows: number[][] = input.levels.map(() => []);
  const missing: number[] = [];
  input.codes.forEach((code, row) => {
    (code < 0 ? missing : rows[code]!).push(row);
  });
  const none: Terms = { size: 0, indexes: new Uint32Array(0), values: new Float64Array(0) };
  for (const row of missing) write(none, row);
  input.levels.forEach((level, code) => {
    if (rows[code]!.length === 0) return;
    const terms = read(level);
    for (const row of rows[code]!) write(terms, row);
  });
}

const textOf = (cell: Cell) => (cell.missing ? null : cell.text);

const terms: Operator = {
  op: "terms",
  attributes: termAttributes,
  result: (inputs, a) => problemOf(inputs, a, most.dense) ?? { type: "vector", width: termWidth(a) },
  prepare: (_, a): Prepared => {
    const read = termReader(termRule(a));
    const width = termWidth(a);
    return {
      columns: ([input], rows) => {
        const values = new Float64Array(rows * width);
        eachRow(input, read, (found, row) => spreadTerms(found, values, row * width, width));
        const mask = new Uint8Array(rows);
        for (let i = 0; i < values.length; i++) {
          if (Number.isNaN(values[i]!)) mask[Math.floor(i / width)] = 1;
          else values[i] = values[i]! + 0;
        }
        return withMask({ type: "vector", width, values }, mask);
      },
      cells: ([input], out) => {
        const cell = input!;
        return () => {
          spreadTerms(read(textOf(cell)), out.vector);
          out.missing = out.vector.some(Number.isNaN);
          for (let k = 0; k < width; k++) out.vector[k] = out.vector[k]! + 0;
        };
      },
    };
  },
};

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
    return outputs > 1 ? { type: "vector", width: outputs } : numberType;
  },
  prepare: (_, a): Prepared => {
    const read = termReader(termRule(a));
    const [weights, bias, width] = [a.f64("weights"), a.f64("bias"), termWidth(a)];
    const outputs = bias.length;
    const write = (found: Terms, out: Float64Array, at: number): boolean => {
      let whole = true;
      for (let j = 0; j < outputs; j++) {
        const y = dotTerms(found, weights, bias[j]!, j * width) + 0;
        out[at + j] = y;
        if (Number.isNaN(y)) whole = false;
      }
      if (!whole) out.fill(0, at, at + outputs);
      return whole;
    };
    return {
      columns: ([input], rows) => {
        const values = new Float64Array(rows * outputs);
        const mask = new Uint8Array(rows);
        eachRow(input, read, (found, row) => {
          if (!write(found, values, row * outputs)) mask[row] = 1;
        });
        return outputs === 1
          ? withMask({ type: "number", values }, mask)
          : withMask({ type: "vector", width: outputs, values }, mask);
      },
      cells: ([input], out) => {
        const cell = input!;
        if (outputs === 1) return () => put(out, dotTerms(read(textOf(cell)), weights, bias[0]!));
        return () => {
          out.missing = !write(read(textOf(cell)), out.vector, 0);
        };
      },
    };
  },
};

const textLength: Operator = {
  op: "textLength",
  attributes: {},
  result: (inputs) =>
    inputs.length === 1 && inputs[0]!.type === "string"
      ? numberType
      : `takes one string; got ${inputs.map(typeName).join(", ")}`,
  prepare: () => ({
    columns: ([input], rows) => {
      if (input?.type !== "string") throw new TypeError("textLength needs a string column.");
      const lengths = input.levels.map(lengthOfText);
      const values = new Float64Array(rows);
      const mask = new Uint8Array(rows);
      input.codes.forEach((code, row) => {
        if (code < 0) mask[row] = 1;
        else values[row] = lengths[code]!;
      });
      return withMask({ type: "number", values }, mask);
    },
    cells: ([input], out) => {
      const cell = input!;
      return () => put(out, lengthOfText(textOf(cell)));
    },
  }),
};

const cross: Operator = {
  op: "cross",
  attributes: { separator: { kind: "text", high: 64 } },
  result: (inputs) =>
    inputs.length >= 2 && inputs.length <= 8 && inputs.every(({ type }) => type === "string")
      ? { type: "string" }
      : `takes two to eight strings; got ${inputs.map(typeName).join(", ")}`,
  prepare: (_, a) => {
    const separator = a.text("separator");
    return {
      columns: (inputs, rows) => {
        const codes = new Int32Array(rows);
        const index = new Map<string, number>();
        for (let row = 0; row < rows; row++) {
          const text = crossText(
            separator,
            inputs.map((input) => {
              if (input.type !== "string") throw new TypeError("cross needs string columns.");
              return input.levels[input.codes[row]!] ?? null;
            }),
          );
          const code = text === null ? -1 : (index.get(text) ?? index.size);
          if (text !== null) index.set(text, code);
          codes[row] = code;
        }
        return { type: "string", codes, levels: [...index.keys()] };
      },
      cells: (inputs, out) => () => {
        const text = crossText(separator, inputs.map(textOf));
        out.missing = text === null;
        out.text = text ?? "";
      },
    };
  },
};

export const texts: readonly Operator[] = [terms, termLinear, textLength, cross];
