import type { Program, ProgramInput, ProgramNode, Tensor } from "../model.ts";
import { type ParityCase, parityCase, pickFrom } from "./parity.ts";

const i32 = (values: Iterable<number>): Tensor => ({ type: "i32", values: Int32Array.from(values) });
const f64 = (values: Iterable<number>): Tensor => ({ type: "f64", values: Float64Array.from(values) });

/** Trees that share parts, and sets of categories of very different lengths: what a plain layout does not take. */
export function unusualTrees(): ParityCase {
  const words = [...Array.from({ length: 40_000 }, (_, i) => (i * 2654435761) >>> 0), 5, 0xffffffff];
  const tensors = new Map<string, Tensor>([
    ["treeStart", i32([0, 1, -2])],
    ["feature", i32([0, 1, 0, 1])],
    ["threshold", f64([0.5, 0, 2, 0])],
    ["left", i32([2, 2, -1, -2])],
    ["right", i32([3, 3, 3, -3])],
    ["missingLeft", { type: "u8", values: Uint8Array.of(1, 0, 1, 1) }],
    ["categorical", { type: "u8", values: Uint8Array.of(0, 1, 0, 1) }],
    ["bitsetStart", i32([0, 0, 40_000, 40_000, 40_002])],
    ["bitsets", { type: "u32", values: Uint32Array.from(words) }],
    ["leafValue", f64([1, 10.5, 100.25])],
  ]);
  const attributes = {
    base: 0.125,
    ...Object.fromEntries([...tensors.keys()].map((name) => [name, { tensor: name }])),
  };
  const inputs = ["x", "k"].map((name) => ({ name, type: "number", missingAllowed: true }) as const);
  const program: Program = {
    format: 1,
    inputs,
    nodes: [{ op: "trees", version: 1, inputs: [0, 1], attributes }],
    outputs: { task: "regression", score: 2 },
  };
  const xs = [null, 0, 0.5, 0.6, 2, 3, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const ks = [null, 0, 1, 2, 33, 63, 64, 1.5, -1, 1_279_999, 1_280_000, 4294967296, 1e300, Number.POSITIVE_INFINITY];
  return parityCase(
    program,
    tensors,
    xs.flatMap((x) => ks.map((k) => ({ x, k }))),
  );
}

/**
 * A large model: `count` trees of 31 leaves over 28 numbers and a category, a table of 100,000 levels, 20,000 places of a
 * one-hot text under a linear model, and a long sum.
 */
export function largeModel(count = 1000): ParityCase {
  const pick = pickFrom(77);
  const inputs: ProgramInput[] = Array.from({ length: 28 }, (_, k) => ({
    name: `f${k}`,
    type: "number",
    missingAllowed: true,
  }));
  inputs.push(
    { name: "city", type: "string", missingAllowed: true },
    { name: "street", type: "string", missingAllowed: true },
  );
  const levels = Array.from({ length: 100_000 }, (_, i) => `level ${(i * 7919) % 100_003} é`);
  const tensors = new Map<string, Tensor>([
    ["values", f64(levels.map((_, i) => i / 7))],
    ["weights", f64(Array.from({ length: 20_001 }, (_, i) => ((i % 101) - 50) / 64))],
  ]);
  const nodes: ProgramNode[] = [];
  const add = (op: string, from: readonly number[], attributes: ProgramNode["attributes"]) =>
    inputs.length + nodes.push({ op, version: 1, inputs: from, attributes }) - 1;
  const city = add("lookup", [28], { levels, values: { tensor: "values" }, unseen: null, missing: -1 });
  const street = add("oneHot", [29], { levels: levels.slice(0, 20_000), other: true, missing: false });
  const effect = add("linear", [street], { weights: { tensor: "weights" }, bias: 0.5 });
  const present = inputs.slice(0, 28).map((_, k) => add("impute", [k], { value: k / 3 }));
  const long = Array.from({ length: 3000 }, (_, i) => present[i % 28]!);
  const sum = add("combine", long, { weights: long.map((_, i) => ((i % 13) - 6) / 1024) });
  let chain = sum;
  for (let i = 0; i < 2000; i++)
    chain = add(
      ["add", "subtract", "clip"][i % 3]!,
      i % 3 === 2 ? [chain] : [chain, present[i % 28]!],
      i % 3 === 2 ? { low: -500 - i, high: 500 + i } : {},
    );
  const trees = add("trees", [...present, ...present.keys(), city, effect, chain], largeForest(count, 59, tensors));
  const score = add("logistic", [trees], {});
  const program: Program = { format: 1, inputs, nodes, outputs: { task: "binary", score, classes: ["no", "yes"] } };
  const rows = Array.from({ length: 300 }, (_, r) => ({
    ...Object.fromEntries(
      inputs.slice(0, 28).map(({ name }) => [name, pick(9) === 0 ? null : (pick(4001) - 2000) / 1000]),
    ),
    city: [levels[pick(100_000)]!, "elsewhere", null][pick(3)],
    street: r % 2 === 0 ? levels[pick(30_000)]! : null,
  }));
  return parityCase(program, tensors, rows);
}

function largeForest(count: number, features: number, tensors: Map<string, Tensor>): ProgramNode["attributes"] {
  const pick = pickFrom(78);
  const [treeStart, feature, threshold, left, right, leafValue]: number[][] = [[], [], [], [], [], []] as number[][];
  const grow = (leaves: number): number => {
    if (leaves === 1) return ~(leafValue!.push((pick(2001) - 1000) / 16384) - 1);
    const at = threshold!.push((pick(3001) - 1500) / 1000) - 1;
    feature!.push(pick(features));
    left!.push(0);
    right!.push(0);
    const below = 1 + pick(leaves - 1);
    left![at] = grow(below);
    right![at] = grow(leaves - below);
    return at;
  };
  for (let t = 0; t < count; t++) treeStart!.push(grow(31));
  const nodes = feature!.length;
  const parts: Readonly<Record<string, Tensor>> = {
    treeStart: i32(treeStart!),
    feature: i32(feature!),
    threshold: f64(threshold!),
    left: i32(left!),
    right: i32(right!),
    missingLeft: { type: "u8", values: Uint8Array.from({ length: nodes }, () => pick(2)) },
    categorical: { type: "u8", values: new Uint8Array(nodes) },
    bitsetStart: i32(new Array(nodes + 1).fill(0)),
    bitsets: { type: "u32", values: new Uint32Array(0) },
    leafValue: f64(leafValue!),
  };
  for (const [name, tensor] of Object.entries(parts)) tensors.set(`forest.${name}`, tensor);
  return { base: -0.25, ...Object.fromEntries(Object.keys(parts).map((name) => [name, { tensor: `forest.${name}` }])) };
}
