import type { Program, ProgramInput, Tensor } from "../model.ts";
import { type ParityCase, parityCase } from "./parity.ts";
import type { Pick } from "./pick.ts";

export interface ForestShape {
  readonly trees: number;
  readonly leaves: number;
  readonly columns: number;
  /** 1: a regression; more: multiclass. */
  readonly classes?: number;
  /** One node of so many is a set of categories; 0: none is. */
  readonly categorical?: number;
  /** Nodes are reached by several ways. */
  readonly shared?: boolean;
  /** Every left child is a leaf. */
  readonly chain?: boolean;
}

/** A forest alone, with rows on, just above and far from its thresholds. */
export function forestCase(pick: Pick, shape: ForestShape, rows: number): ParityCase {
  const { trees, columns, classes = 1, categorical = 0 } = shape;
  const nodes = {
    feature: [] as number[],
    threshold: [] as number[],
    left: [] as number[],
    right: [] as number[],
    missingLeft: [] as number[],
    categorical: [] as number[],
    bitsetStart: [0],
    bitsets: [] as number[],
  };
  const leafValue: number[] = [];
  const leaf = () => ~(leafValue.push((pick(20_001) - 10_000) / 1024) - 1);
  const grow = (leaves: number): number => {
    if (leaves <= 1) return leaf();
    const at = nodes.feature.push(pick(columns)) - 1;
    nodes.threshold.push((pick(2001) - 1000) / 256);
    nodes.missingLeft.push(pick(2));
    nodes.categorical.push(categorical > 0 && pick(categorical) === 0 ? 1 : 0);
    for (let word = nodes.categorical[at] === 1 ? pick(3) : 0; word > 0; word--)
      nodes.bitsets.push(pick(65536) * 65536 + pick(65536));
    nodes.bitsetStart.push(nodes.bitsets.length);
    nodes.left.push(0);
    nodes.right.push(0);
    const share = shape.chain ? 1 : 1 + pick(leaves - 1);
    nodes.left[at] = grow(share);
    nodes.right[at] = shape.shared && share === leaves - share ? nodes.left[at]! : grow(leaves - share);
    return at;
  };
  const roots = Array.from({ length: trees }, () => grow(pick(20) === 0 ? 1 : shape.leaves));
  const tensors = new Map<string, Tensor>([
    ["treeStart", { type: "i32", values: Int32Array.from(roots) }],
    ["feature", { type: "i32", values: Int32Array.from(nodes.feature) }],
    ["threshold", { type: "f64", values: Float64Array.from(nodes.threshold) }],
    ["left", { type: "i32", values: Int32Array.from(nodes.left) }],
    ["right", { type: "i32", values: Int32Array.from(nodes.right) }],
    ["missingLeft", { type: "u8", values: Uint8Array.from(nodes.missingLeft) }],
    ["categorical", { type: "u8", values: Uint8Array.from(nodes.categorical) }],
    ["bitsetStart", { type: "i32", values: Int32Array.from(nodes.bitsetStart) }],
    ["bitsets", { type: "u32", values: Uint32Array.from(nodes.bitsets) }],
    ["leafValue", { type: "f64", values: Float64Array.from(leafValue) }],
  ]);
  const inputs = Array.from(
    { length: columns },
    (_, i): ProgramInput => ({ name: `x${i}`, type: "number", missingAllowed: true }),
  );
  const named = Object.fromEntries([...tensors.keys()].map((tensor) => [tensor, { tensor }]));
  const base = classes === 1 ? 0.5 : Array.from({ length: classes }, (_, k) => k / 8);
  const program: Program = {
    format: 1,
    inputs,
    nodes: [{ op: "trees", version: 1, inputs: inputs.map((_, i) => i), attributes: { base, classes, ...named } }],
    outputs:
      classes === 1
        ? { task: "regression", score: columns }
        : { task: "multiclass", score: columns, classes: Array.from({ length: classes }, (_, k) => `c${k}`) },
  };
  const values = () => {
    switch (pick(8)) {
      case 0:
        return null;
      case 1:
        return pick(100);
      case 2:
        return [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e300, -1, 0.5][pick(5)]!;
      case 3:
        return (nodes.threshold[pick(nodes.threshold.length)] ?? 0) + Number.EPSILON * pick(3);
      default:
        return (pick(200_001) - 100_000) / 25_000;
    }
  };
  const table = Array.from({ length: rows }, () => Object.fromEntries(inputs.map(({ name }) => [name, values()])));
  return parityCase(program, tensors, table);
}
