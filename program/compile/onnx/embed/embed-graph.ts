import { inspectOnnx } from "../../../import/onnx/inspect-onnx.ts";
import { protobufFields, textOf } from "../../../import/onnx/protobuf-reader.ts";
import { unsupported } from "../../lower.ts";
import { ProtobufWriter } from "../protobuf.ts";
import { type ForeignNode, readNode, rewrite, writeNode } from "./foreign-node.ts";
import { newerOpset } from "./newer-opset.ts";

/** A graph from elsewhere, under names of its own, in the opset of the whole. */
export interface EmbeddedGraph {
  readonly nodes: readonly Uint8Array[];
  readonly initializers: readonly Uint8Array[];
  readonly sparseInitializers: readonly Uint8Array[];
  readonly domains: ReadonlySet<string>;
  /** Its version of ai.onnx.ml, 0 where it has none. */
  readonly mlVersion: number;
  readonly operators: ReadonlySet<string>;
}

/**
 * The nodes of an ONNX file that `output` depends on, ready to stand within another graph: `named` gives each value its name
 * there (the graph's inputs those of the values that feed it), and values that are added begin with `ownPrefix`.
 *
 * Errors: PROGRAM_TARGET_UNSUPPORTED: functions of the file's own, and operators whose older meaning has no counterpart.
 */
export function embedGraph(
  model: Uint8Array,
  output: string,
  wholeOpset: number,
  named: (name: string) => string,
  ownPrefix: string,
): EmbeddedGraph {
  const { operators } = inspectOnnx(model);
  const fields = [...protobufFields(model)];
  if (fields.some(({ number }) => number === 25)) throw unsupported("an ONNX graph with functions of its own", "ONNX");
  const opsets = new Map(fields.flatMap(({ number, bytes }) => (number === 8 ? [opsetOf(bytes)] : [])));
  const opset = opsets.get("") ?? 1;
  if (opset > wholeOpset) throw unsupported(`an ONNX graph of the opset ${opset}`, "ONNX");
  const embedding = new Embedding(opset, named, ownPrefix);
  const graph = fields.findLast(({ number }) => number === 7)!.bytes;
  return {
    ...embedding.outermost(graph, output),
    mlVersion: opsets.get("ai.onnx.ml") ?? 0,
    operators,
  };
}

/** OperatorSetIdProto: 1 domain, 2 version. */
function opsetOf(bytes: Uint8Array): [string, number] {
  const fields = [...protobufFields(bytes)];
  const domain = fields.find(({ number }) => number === 1);
  const name = domain === undefined ? "" : textOf(domain);
  return [name === "ai.onnx" ? "" : name, Number(fields.find(({ number }) => number === 2)?.value ?? 1n)];
}

class Embedding {
  readonly #opset: number;
  readonly #named: (name: string) => string;
  readonly #ownPrefix: string;
  readonly #domains = new Set<string>();
  #next = 0;

  constructor(opset: number, named: (name: string) => string, ownPrefix: string) {
    this.#opset = opset;
    this.#named = (name) => (name === "" ? "" : named(name));
    this.#ownPrefix = ownPrefix;
  }

  /** GraphProto: 1 node, 5 initializer, 15 sparse_initializer. */
  outermost(graph: Uint8Array, output: string): Omit<EmbeddedGraph, "mlVersion" | "operators"> {
    const parts = [...protobufFields(graph)];
    const of = (wanted: number) => parts.flatMap(({ number, bytes }) => (number === wanted ? [bytes] : []));
    const needed = new Set([output]);
    const kept: ForeignNode[] = [];
    for (const node of of(1).map(readNode).reverse()) {
      if (!node.outputs.some((name) => needed.has(name))) continue;
      kept.unshift(node);
      for (const name of [...node.inputs, ...[...node.attributes.values()].flatMap(namesWithin)]) needed.add(name);
    }
    const isNeeded = (tensor: Uint8Array) => needed.has(tensorName(tensor));
    return {
      nodes: kept.flatMap((node) => this.#node(node)),
      initializers: of(5)
        .filter(isNeeded)
        .map((tensor) => this.#tensor(tensor)),
      sparseInitializers: of(15)
        .filter((sparse) => isNeeded(valuesOf(sparse)))
        .map((sparse) => this.#sparse(sparse)),
      domains: this.#domains,
    };
  }

  #node(node: ForeignNode): Uint8Array[] {
    const renamed: ForeignNode = {
      ...node,
      inputs: node.inputs.map(this.#named),
      outputs: node.outputs.map(this.#named),
      attributes: new Map([...node.attributes].map(([name, bytes]) => [name, this.#attribute(bytes)])),
    };
    const newer = newerOpset(renamed, this.#opset, () => `${this.#ownPrefix}newer${this.#next++}`);
    if (typeof newer === "string") throw unsupported(`the ONNX operator ${node.op} ${newer}`, "ONNX");
    for (const { domain } of newer) this.#domains.add(domain);
    return newer.map(writeNode);
  }

  /** AttributeProto: 6 g, 11 graphs. */
  #attribute(bytes: Uint8Array): Uint8Array {
    return rewrite(bytes, ({ number, bytes: part }) => (number === 6 || number === 11 ? this.#inner(part) : undefined));
  }

  /** A graph within a node. GraphProto: 11 input, 12 output; 13 value_info and 14 quantization_annotation are left out. */
  #inner(graph: Uint8Array): Uint8Array {
    const out = new ProtobufWriter();
    for (const field of protobufFields(graph)) {
      const { number, bytes } = field;
      if (number === 1) for (const node of this.#node(readNode(bytes))) out.bytes(1, node);
      else if (number === 5) out.bytes(5, this.#tensor(bytes));
      else if (number === 15) out.bytes(15, this.#sparse(bytes));
      else if (number === 11 || number === 12) out.bytes(number, this.#renamed(bytes, 1));
      else if (number === 2) out.field(field);
    }
    return out.finish();
  }

  /** TensorProto: 8 name. */
  #tensor(bytes: Uint8Array): Uint8Array {
    return this.#renamed(bytes, 8);
  }

  /** SparseTensorProto: 1 values. */
  #sparse(bytes: Uint8Array): Uint8Array {
    return rewrite(bytes, (field) => (field.number === 1 ? this.#tensor(field.bytes) : undefined));
  }

  #renamed(bytes: Uint8Array, number: number): Uint8Array {
    return rewrite(bytes, (field) =>
      field.number === number ? new TextEncoder().encode(this.#named(textOf(field))) : undefined,
    );
  }
}

/** The values that graphs within an attribute read. */
function namesWithin(attribute: Uint8Array): string[] {
  return [...protobufFields(attribute)].flatMap(({ number, bytes: graph }) => {
    if (number !== 6 && number !== 11) return [];
    return [...protobufFields(graph)].flatMap((field) => {
      if (field.number === 12)
        return [...protobufFields(field.bytes)].flatMap((each) => (each.number === 1 ? textOf(each) : []));
      if (field.number !== 1) return [];
      const { inputs, attributes } = readNode(field.bytes);
      return [...inputs, ...[...attributes.values()].flatMap(namesWithin)];
    });
  });
}

function tensorName(bytes: Uint8Array): string {
  const name = [...protobufFields(bytes)].find(({ number }) => number === 8);
  return name === undefined ? "" : textOf(name);
}

function valuesOf(sparse: Uint8Array): Uint8Array {
  return [...protobufFields(sparse)].find(({ number }) => number === 1)?.bytes ?? new Uint8Array();
}
