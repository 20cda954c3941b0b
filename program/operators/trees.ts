import type { Column } from "../columns.ts";
import type { Attributes } from "./attributes.ts";
import { scalars } from "./kernels.ts";
import { isNumeric, misfit, numberType, type Operator, type Prepared } from "./operator.ts";

/**
 * A sum of decision trees. Children, and the entries of `treeStart`, name a node where ≥ 0 and the leaf ~index where < 0;
 * tree t adds to class t mod `classes`; in version 2 to all, and `leafValue` holds `classes` numbers a leaf. Node n's bit set is words bitsetStart[n] … bitsetStart[n + 1] − 1 of `bitsets`.
 */
export const trees: Operator = {
  op: "trees",
  attributes: {
    base: { kind: "numberOrNumbers" },
    classes: { kind: "integer", optional: true, low: 1, high: 100_000 },
    treeStart: { kind: "i32" },
    feature: { kind: "i32" },
    threshold: { kind: "f64" },
    left: { kind: "i32" },
    right: { kind: "i32" },
    missingLeft: { kind: "u8" },
    categorical: { kind: "u8" },
    bitsetStart: { kind: "i32" },
    bitsets: { kind: "u32" },
    leafValue: { kind: "f64" },
    leafCover: { kind: "f64", optional: true },
  },
  second: true,
  result: (inputs, attributes) => {
    if (inputs.length === 0 || !inputs.every(isNumeric)) return misfit("numbers", inputs);
    const classes = attributes.number("classes", 1);
    if (attributes.numbers("base").length !== classes)
      return `has ${attributes.numbers("base").length} base values for ${classes} classes`;
    return checkForest(attributes, inputs.length) ?? (classes > 1 ? { type: "vector", width: classes } : numberType);
  },
  prepare: (types, attributes) => prepareForest(types.length, attributes),
};

function checkForest(a: Attributes, features: number): string | undefined {
  const nodes = a.i32("feature").length;
  const leaves = a.f64("leafValue").length / leafWidth(a);
  if (leaves % 1) return `has ${a.f64("leafValue").length} leaf values, a part of a leaf's`;
  const start = a.i32("bitsetStart");
  const words = a.u32("bitsets").length;
  const [threshold, left, right] = [a.f64("threshold"), a.i32("left"), a.i32("right")];
  const [categorical, missingLeft] = [a.u8("categorical"), a.u8("missingLeft")];
  for (const [name, length] of [
    ["threshold", threshold.length],
    ["left", left.length],
    ["right", right.length],
    ["missingLeft", missingLeft.length],
    ["categorical", categorical.length],
    ["bitsetStart", start.length - 1],
  ] as const)
    if (length !== nodes) return `has ${nodes} nodes, but tensor "${name}" is for ${length}`;
  if (a.has("leafCover") && (a.f64("leafCover").length !== leaves || !a.f64("leafCover").every((rows) => rows >= 0)))
    return `has rows of leaves that do not fit its ${leaves} leaves`;
  if (!a.f64("leafValue").every(Number.isFinite)) return "has a leaf value that is not finite";
  if (start[0] !== 0 || start[nodes] !== words) return `has bit sets that do not span the ${words} words`;
  const outside = (ref: number, after: number) => (ref >= 0 ? ref <= after || ref >= nodes : ~ref >= leaves);
  for (const root of a.i32("treeStart"))
    if (outside(root, -1)) return `has a tree that starts at ${root}, which is not there`;
  for (let n = 0; n < nodes; n++) {
    const feature = a.i32("feature")[n]!;
    if (feature < 0 || feature >= features) return `reads feature ${feature} of ${features} at node ${n}`;
    if (outside(left[n]!, n) || outside(right[n]!, n))
      return `has a child at node ${n} that is not there or does not come after it`;
    const span = start[n + 1]! - start[n]!;
    if (span < 0 || span > longestBitset)
      return `has a bit set of ${span} words at node ${n}; the most is ${longestBitset}`;
    if (categorical[n]! > 1 || missingLeft[n]! > 1) return `has a flag other than 0 and 1 at node ${n}`;
  }
  return undefined;
}

/** How many numbers a leaf holds. */
export function leafWidth(a: Attributes): number {
  return a.version === 2 ? a.number("classes", 1) : 1;
}

const chunkRows = 256;
const longestBitset = 1 << 20;

/** Sums of the trees for `rows` rows of features side by side (NaN where missing), row-major, a number a class. */
export type ForestRows = (features: Float64Array, rows: number, out: Float64Array) => void;

/** A forest over whole columns, chunk by chunk. */
export function forestColumns(width: number, classes: number, sums: ForestRows): Prepared["columns"] {
  return (inputs, rows) => {
    const values = new Float64Array(rows * classes);
    const chunk = new Float64Array(Math.min(chunkRows, rows) * width);
    for (let from = 0; from < rows; from += chunkRows) {
      const count = Math.min(chunkRows, rows - from);
      fillChunk(inputs, from, count, width, chunk);
      sums(chunk, count, values.subarray(from * classes, (from + count) * classes));
    }
    return classes > 1 ? { type: "vector", width: classes, values } : { type: "number", values };
  };
}

function prepareForest(width: number, a: Attributes): Prepared {
  const walk = walker(a);
  const roots = a.i32("treeStart");
  const leaf = a.f64("leafValue");
  const base = Float64Array.from(a.numbers("base"));
  const classes = base.length;
  const wide = leafWidth(a);
  const sums: ForestRows = (features, rows, out) => {
    for (let i = 0; i < rows; i++) out.set(base, i * classes);
    for (let t = 0; t < roots.length; t++) {
      const root = roots[t]!;
      for (let i = 0, at = (t * wide) % classes; i < rows; i++, at += classes) {
        const from = walk(root, features, i * width) * wide;
        for (let k = 0; k < wide; k++) out[at + k]! += leaf[from + k]!;
      }
    }
    // base and leaf values are finite, so a sum is never NaN
    for (let i = 0; i < out.length; i++) out[i] = out[i]! + 0;
  };
  return {
    columns: forestColumns(width, classes, sums),
    cells: (inputs, out) => {
      const row = new Float64Array(width);
      const made = classes > 1 ? out.vector : new Float64Array(1);
      return () => {
        for (let f = 0; f < width; f++) row[f] = inputs[f]!.missing ? Number.NaN : inputs[f]!.number;
        sums(row, 1, made);
        out.missing = false;
        out.number = made[0]!;
      };
    },
  };
}

/** Rows side by side, NaN for missing: inside this operator only, because it makes the walk one comparison. */
function fillChunk(inputs: readonly Column[], from: number, count: number, width: number, out: Float64Array): void {
  for (let f = 0; f < width; f++) {
    const { values, missing } = scalars(inputs[f]!);
    for (let i = 0; i < count; i++) out[i * width + f] = missing?.[from + i] === 1 ? Number.NaN : values[from + i]!;
  }
}

/** The leaf that a row reaches from a root. */
function walker(a: Attributes): (root: number, rows: Float64Array, at: number) => number {
  const threshold = a.f64("threshold");
  const start = a.i32("bitsetStart");
  const bits = a.u32("bitsets");
  const nodes = new Int32Array(threshold.length * 4);
  for (let n = 0; n < threshold.length; n++) {
    nodes[4 * n] = a.i32("feature")[n]!;
    nodes[4 * n + 1] = a.i32("left")[n]!;
    nodes[4 * n + 2] = a.i32("right")[n]!;
    nodes[4 * n + 3] = a.u8("categorical")[n]! | (a.u8("missingLeft")[n]! << 1);
  }
  return (root, rows, at) => {
    let node = root;
    while (node >= 0) {
      const x = rows[at + nodes[4 * node]!]!;
      const flags = nodes[4 * node + 3]!;
      let goLeft: boolean;
      if (Number.isNaN(x)) goLeft = flags >= 2;
      else if ((flags & 1) === 0) goLeft = x <= threshold[node]!;
      else {
        const words = start[node + 1]! - start[node]!;
        const inRange = x >= 0 && x < words * 32 && Math.floor(x) === x;
        goLeft = inRange ? ((bits[start[node]! + (x >>> 5)]! >>> (x & 31)) & 1) === 1 : flags >= 2;
      }
      node = goLeft ? nodes[4 * node + 1]! : nodes[4 * node + 2]!;
    }
    return ~node;
  };
}
