import { type ForeignNode, integers, newConstant, newNode, without } from "./foreign-node.ts";

/** Nodes that mean under the opset of the whole what one meant under its own; or what is in the way. */
type Newer = (node: ForeignNode, fresh: () => string) => readonly ForeignNode[] | string;

interface Change {
  /** The opset from which a node of this operator means what it means today. */
  readonly since: number;
  readonly newer: Newer;
}

/** The axes were an attribute and are an input. */
const axesAsInput: Newer = (node, fresh) => {
  const axes = integers(node, "axes");
  if (axes === undefined) return [node];
  const name = fresh();
  return [newConstant(axes, name), { ...node, inputs: [node.inputs[0]!, name], attributes: without(node, "axes") }];
};

/** All axes from `axis` (default 1) on were taken as one. */
const flattened: Newer = (node, fresh) => {
  const [shape, flat, made] = [fresh(), fresh(), fresh()];
  const [input, output] = [node.inputs[0]!, node.outputs[0]!];
  const [axis = 1] = integers(node, "axis") ?? [];
  return [
    newNode("Shape", [input], shape),
    newNode("Flatten", [input], flat, { axis: { int: axis } }),
    newNode(node.op, [flat], made, { axis: { int: 1 } }),
    newNode("Reshape", [made, shape], output),
  ];
};

/** The sizes were an attribute; equal ones need a count. */
const split: Newer = (node, fresh) => {
  const sizes = integers(node, "split");
  if (sizes !== undefined) {
    const name = fresh();
    return [newConstant(sizes, name), { ...node, inputs: [node.inputs[0]!, name], attributes: without(node, "split") }];
  }
  if (node.inputs.length > 1) return [node];
  const counted = newNode("Split", [], "", { num_outputs: { int: node.outputs.length } }).attributes;
  return [{ ...node, attributes: new Map([...node.attributes, ...counted]) }];
};

const too = (since: number): Change => ({ since, newer: () => `of an opset before ${since}` });

/**
 * What of ONNX's operators changed its meaning, not only its types, between opsets 8 and 26.
 *
 * Source: `onnx.defs.get_all_schemas_with_history()` of onnx 1.23.1: attributes and inputs removed, defaults changed; and the
 * change notes of GroupNormalization and RoiAlign.
 */
const changes: Readonly<Record<string, Change>> = {
  ...Object.fromEntries(
    ["L1", "L2", "LogSum", "LogSumExp", "Max", "Mean", "Min", "Prod", "SumSquare"].map((name) => [
      `Reduce${name}`,
      { since: 18, newer: axesAsInput },
    ]),
  ),
  ReduceSum: { since: 13, newer: axesAsInput },
  Squeeze: { since: 13, newer: axesAsInput },
  Unsqueeze: { since: 13, newer: axesAsInput },
  Softmax: { since: 13, newer: flattened },
  LogSoftmax: { since: 13, newer: flattened },
  Hardmax: { since: 13, newer: flattened },
  Split: { since: 18, newer: split },
  Dropout: { since: 12, newer: (node) => [{ ...node, attributes: without(node, "ratio") }] },
  Scatter: { since: 11, newer: (node) => [{ ...node, op: "ScatterElements" }] },
  BatchNormalization: too(9),
  Clip: too(11),
  DFT: too(20),
  GridSample: too(20),
  GroupNormalization: too(21),
  Pad: too(11),
  Resize: too(11),
  RoiAlign: too(16),
  Scan: too(9),
  Slice: too(10),
  TopK: too(10),
  Upsample: too(Number.POSITIVE_INFINITY),
};
const oldest = 8;

/** A node of the opset `from` as nodes of today's, or what of it has no counterpart there. */
export function newerOpset(node: ForeignNode, from: number, fresh: () => string): readonly ForeignNode[] | string {
  if (node.domain !== "") return [node];
  if (from < oldest) return `of an opset before ${oldest}`;
  const change = Object.hasOwn(changes, node.op) ? changes[node.op] : undefined;
  if (change === undefined || from >= change.since) return [node];
  return change.since === Number.POSITIVE_INFINITY ? "that ONNX gave up" : change.newer(node, fresh);
}
