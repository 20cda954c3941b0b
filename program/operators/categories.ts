import { murmur3 } from "../text/murmur3.ts";
import type { Attributes, AttributeTable } from "./attributes.ts";
import { put } from "./kernels.ts";
import { numberType, type Operator, type Prepared, typeName, type ValueType, withMask } from "./operator.ts";

const isText = (inputs: readonly ValueType[]) => inputs.length === 1 && inputs[0]!.type === "string";
const needsText = (inputs: readonly ValueType[]) => `takes one string; got ${inputs.map(typeName).join(", ")}`;

function textToNumber(
  op: string,
  attributes: AttributeTable,
  kernel: (attributes: Attributes) => (text: string) => number,
  check: (attributes: Attributes) => string | undefined = () => undefined,
): Operator {
  return {
    op,
    attributes,
    result: (inputs, given) => (isText(inputs) ? (check(given) ?? numberType) : needsText(inputs)),
    prepare: (_, given) => {
      const apply = kernel(given);
      const whenMissing = given.numberOrMissing("missing");
      return {
        columns: ([input], rows) => {
          if (input?.type !== "string") throw new TypeError(`${op} needs a string column.`);
          const table = Float64Array.from(input.levels, apply);
          const values = new Float64Array(rows);
          const mask = new Uint8Array(rows);
          for (let i = 0; i < rows; i++) {
            const code = input.codes[i]!;
            const y = code < 0 ? whenMissing : table[code]!;
            if (Number.isNaN(y)) mask[i] = 1;
            else values[i] = y + 0;
          }
          return withMask({ type: "number", values }, mask);
        },
        cells: ([input], out) => {
          const x = input!;
          return () => put(out, x.missing ? whenMissing : apply(x.text));
        },
      };
    },
  };
}

function positions(levels: readonly string[]): ReadonlyMap<string, number> {
  return new Map(levels.map((level, i) => [level, i]));
}

const orElse = { unseen: { kind: "number", nullable: true }, missing: { kind: "number", nullable: true } } as const;

const oneHot: Operator = {
  op: "oneHot",
  attributes: { levels: { kind: "levels" }, other: { kind: "boolean" }, missing: { kind: "boolean" } },
  result: (inputs, attributes) => {
    if (!isText(inputs)) return needsText(inputs);
    const width = oneHotWidth(attributes);
    return width === 0 ? "has no level and neither other nor missing" : { type: "vector", width };
  },
  prepare: (_, attributes): Prepared => {
    const index = positions(attributes.levels("levels"));
    const width = oneHotWidth(attributes);
    const other = attributes.flag("other") ? index.size : -1;
    const missing = attributes.flag("missing") ? width - 1 : -1;
    return {
      columns: ([input], rows) => {
        if (input?.type !== "string") throw new TypeError("oneHot needs a string column.");
        const places = Int32Array.from(input.levels, (level) => index.get(level) ?? other);
        const values = new Float64Array(rows * width);
        for (let i = 0; i < rows; i++) {
          const code = input.codes[i]!;
          const place = code < 0 ? missing : places[code]!;
          if (place >= 0) values[i * width + place] = 1;
        }
        return { type: "vector", width, values };
      },
      cells: ([input], out) => {
        const x = input!;
        return () => {
          out.missing = false;
          out.vector.fill(0);
          const place = x.missing ? missing : (index.get(x.text) ?? other);
          if (place >= 0) out.vector[place] = 1;
        };
      },
    };
  },
};

function oneHotWidth(attributes: Attributes): number {
  return attributes.levels("levels").length + (attributes.flag("other") ? 1 : 0) + (attributes.flag("missing") ? 1 : 0);
}

/** A vector for each level: an embedding table. */
const embed: Operator = {
  op: "embed",
  attributes: {
    levels: { kind: "levels" },
    width: { kind: "integer", low: 1, high: 4096 },
    values: { kind: "f64" },
    unseen: { kind: "f64" },
  },
  result: (inputs, attributes) => {
    if (!isText(inputs)) return needsText(inputs);
    const width = attributes.number("width");
    const needed = attributes.levels("levels").length * width;
    if (attributes.f64("values").length !== needed)
      return `has ${attributes.f64("values").length} values for ${attributes.levels("levels").length} levels of ${width}`;
    if (attributes.f64("unseen").length !== width)
      return `has ${attributes.f64("unseen").length} values for unseen texts; ${width} are needed`;
    return { type: "vector", width };
  },
  prepare: (_, attributes): Prepared => {
    const index = positions(attributes.levels("levels"));
    const width = attributes.number("width");
    const table = attributes.f64("values");
    const unseen = attributes.f64("unseen");
    const of = (place: number) => (place < 0 ? unseen : table.subarray(place * width, (place + 1) * width));
    const write = (from: Float64Array, out: Float64Array, at: number) => {
      for (let k = 0; k < width; k++) out[at + k] = from[k]! + 0;
    };
    return {
      columns: ([input], rows) => {
        if (input?.type !== "string") throw new TypeError("embed needs a string column.");
        const places = Int32Array.from(input.levels, (level) => index.get(level) ?? -1);
        const values = new Float64Array(rows * width);
        const mask = new Uint8Array(rows);
        for (let i = 0; i < rows; i++) {
          const code = input.codes[i]!;
          if (code < 0) mask[i] = 1;
          else write(of(places[code]!), values, i * width);
        }
        return withMask({ type: "vector", width, values }, mask);
      },
      cells:
        ([input], out) =>
        () => {
          out.missing = input!.missing;
          if (!input!.missing) write(of(index.get(input!.text) ?? -1), out.vector, 0);
        },
    };
  },
};

const boolText: Operator = {
  op: "boolText",
  attributes: {},
  result: (inputs) =>
    inputs.length === 1 && inputs[0]!.type === "bool"
      ? { type: "string" }
      : `takes one bool; got ${inputs.map(typeName).join(", ")}`,
  prepare: () => ({
    columns: ([input], rows) => {
      if (input?.type !== "bool") throw new TypeError("boolText needs a bool column.");
      const codes = new Int32Array(rows);
      for (let i = 0; i < rows; i++) codes[i] = input.missing?.[i] === 1 ? -1 : input.values[i]!;
      return { type: "string", codes, levels: ["false", "true"] };
    },
    cells: ([input], out) => {
      const x = input!;
      return () => {
        out.missing = x.missing;
        out.text = x.number === 0 ? "false" : "true";
      };
    },
  }),
};

export const categories: readonly Operator[] = [
  textToNumber("ordinal", { levels: { kind: "levels" }, ...orElse }, (a) => {
    const index = positions(a.levels("levels"));
    const unseen = a.numberOrMissing("unseen");
    return (text) => index.get(text) ?? unseen;
  }),
  textToNumber(
    "lookup",
    { levels: { kind: "levels" }, values: { kind: "f64" }, ...orElse },
    (a) => {
      const index = positions(a.levels("levels"));
      const values = a.f64("values");
      const unseen = a.numberOrMissing("unseen");
      return (text) => {
        const at = index.get(text);
        return at === undefined ? unseen : values[at]!;
      };
    },
    (a) =>
      a.levels("levels").length === a.f64("values").length
        ? undefined
        : `has ${a.levels("levels").length} levels and ${a.f64("values").length} values`,
  ),
  textToNumber("hash", { buckets: { kind: "integer", low: 1, high: 4294967296 } }, (a) => {
    const buckets = a.number("buckets");
    return (text) => murmur3(text) % buckets;
  }),
  oneHot,
  embed,
  boolText,
];
