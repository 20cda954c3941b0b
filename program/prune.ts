import type { Program, ValueRef } from "./model.ts";
import { mapOutputs, outputRefs } from "./outputs.ts";

/** The program without the nodes and inputs that its outputs do not depend on. Tensors are left out when it is encoded. */
export function pruneProgram(program: Program): Program {
  const { inputs, nodes, outputs } = program;
  const needed = new Uint8Array(inputs.length + nodes.length);
  for (const ref of outputRefs(outputs)) needed[ref] = 1;
  for (let k = nodes.length - 1; k >= 0; k--)
    if (needed[inputs.length + k] === 1) for (const ref of nodes[k]!.inputs) needed[ref] = 1;
  const places = new Int32Array(needed.length);
  let next: ValueRef = 0;
  for (let ref = 0; ref < needed.length; ref++) if (needed[ref] === 1) places[ref] = next++;
  return {
    ...program,
    inputs: inputs.filter((_, i) => needed[i] === 1),
    nodes: nodes
      .filter((_, k) => needed[inputs.length + k] === 1)
      .map((node) => ({ ...node, inputs: node.inputs.map((ref) => places[ref]!) })),
    outputs: mapOutputs(outputs, (ref) => places[ref]!),
  };
}
