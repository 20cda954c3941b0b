import type { JsonValue, Program, ProgramNode, Tensor, Tensors, ValueRef } from "@millrace/program";
import { mapOutputs } from "@millrace/program/write";

/**
 * The program with each computation and each table once: models of an ensemble often read the same ones. Nodes are the same
 * that have the same operator, attributes and inputs; the label is that of the first.
 */
export function shareNodes({ program, tensors }: { readonly program: Program; readonly tensors: Tensors }): Program {
  const { inputs, nodes, outputs } = program;
  const shared = sameTensors(tensors);
  const places: ValueRef[] = Array.from(inputs.keys());
  const known = new Map<string, ValueRef>();
  const kept: ProgramNode[] = [];
  for (const node of nodes) {
    const own: ProgramNode = {
      ...node,
      inputs: node.inputs.map((ref) => places[ref]!),
      attributes: Object.fromEntries(
        Object.entries(node.attributes).map(([name, value]) => [name, withShared(value, shared)]),
      ),
    };
    const { label: _, ...computes } = own;
    const key = JSON.stringify(computes);
    const place = known.get(key) ?? inputs.length + kept.length;
    if (!known.has(key)) kept.push(own);
    known.set(key, place);
    places.push(place);
  }
  return { ...program, nodes: kept, outputs: mapOutputs(outputs, (ref) => places[ref]!) };
}

function withShared(value: JsonValue, shared: ReadonlyMap<string, string>): JsonValue {
  const isTensor = typeof value === "object" && value !== null && "tensor" in value;
  return isTensor ? { tensor: shared.get(String(value.tensor)) ?? String(value.tensor) } : value;
}

/** Of each tensor the name of the first that holds the same. */
function sameTensors(tensors: Tensors): ReadonlyMap<string, string> {
  const shared = new Map<string, string>();
  const alike = new Map<string, { readonly name: string; readonly bytes: Uint8Array }[]>();
  for (const [name, { type, values }] of tensors) {
    const bytes = bytesOf(values);
    const group = alike.get(`${type}/${values.length}`) ?? [];
    alike.set(`${type}/${values.length}`, group);
    const first = group.find((one) => Buffer.compare(one.bytes, bytes) === 0);
    if (first === undefined) group.push({ name, bytes });
    shared.set(name, first?.name ?? name);
  }
  return shared;
}

function bytesOf({ buffer, byteOffset, byteLength }: Tensor["values"]): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
