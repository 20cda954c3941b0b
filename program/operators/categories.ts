import type { BoolColumn } from "../columns.ts";
import { murmur3 } from "../text/murmur3.ts";
import type { Attributes, AttributeTable } from "./attributes.ts";
import { textKernel } from "./kernels.ts";
import { misfit, noText, numberType, type Operator, type Prepared } from "./operator.ts";

export function textToNumber(
  op: string,
  attributes: AttributeTable,
  kernel: (attributes: Attributes) => (text: string) => number,
  check: (attributes: Attributes) => string | undefined = () => undefined,
): Operator {
  return {
    op,
    attributes,
    result: (inputs, given) => noText(inputs) ?? check(given) ?? numberType,
    prepare: (_, given) => {
      const apply = kernel(given);
      const whenMissing = given.number("missing");
      return textKernel(numberType, (text, out, at) => {
        out[at] = text === null ? whenMissing : apply(text);
        return true;
      });
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
    const wrong = noText(inputs);
    if (wrong !== undefined) return wrong;
    const width = oneHotWidth(attributes);
    return width === 0 ? "has no level and neither other nor missing" : { type: "vector", width };
  },
  prepare: (_, attributes): Prepared => {
    const index = positions(attributes.levels("levels"));
    const width = oneHotWidth(attributes);
    const other = attributes.flag("other") ? index.size : -1;
    const missing = attributes.flag("missing") ? width - 1 : -1;
    return textKernel({ type: "vector", width }, (text, out, at) => {
      const place = text === null ? missing : (index.get(text) ?? other);
      if (place >= 0) out[at + place] = 1;
      return true;
    });
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
    const wrong = noText(inputs);
    if (wrong !== undefined) return wrong;
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
    return textKernel({ type: "vector", width }, (text, out, at) => {
      if (text === null) return false;
      const place = index.get(text);
      out.set(place === undefined ? unseen : table.subarray(place * width, (place + 1) * width), at);
      return true;
    });
  },
};

const boolText: Operator = {
  op: "boolText",
  attributes: {},
  result: (inputs) =>
    inputs.length === 1 && inputs[0]!.type === "bool" ? { type: "string" } : misfit("one bool", inputs),
  prepare: () => ({
    columns: ([column], rows) => {
      const input = column as BoolColumn;
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
    const unseen = a.number("unseen");
    return (text) => index.get(text) ?? unseen;
  }),
  textToNumber(
    "lookup",
    { levels: { kind: "levels" }, values: { kind: "f64" }, ...orElse },
    (a) => {
      const index = positions(a.levels("levels"));
      const values = a.f64("values");
      const unseen = a.number("unseen");
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
