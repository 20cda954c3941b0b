import { ProtobufWriter } from "./protobuf.ts";

/** What of ONNX's messages this compiler writes. Source: onnx/onnx.proto of ONNX 1.21 (IR version 13). */
export interface OnnxModel {
  readonly irVersion: number;
  readonly opsets: readonly { readonly domain: string; readonly version: number }[];
  readonly producer: string;
  readonly version?: number;
  readonly doc: string;
  readonly metadata: readonly (readonly [key: string, value: string])[];
  readonly graph: OnnxGraph;
}

export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly (OnnxNode | EncodedNodes)[];
  readonly constants: ReadonlyMap<string, OnnxTensor>;
  /** Constants as they are encoded. */
  readonly initializers: readonly Uint8Array[];
  readonly sparseInitializers: readonly Uint8Array[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  /** Types of values that no checker can infer. */
  readonly inner: readonly OnnxValue[];
}

export interface OnnxNode {
  readonly op: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

/** Nodes of another graph, as they are encoded. */
export interface EncodedNodes {
  readonly encoded: readonly Uint8Array[];
  readonly domains: ReadonlySet<string>;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly initializers: readonly Uint8Array[];
  readonly sparseInitializers: readonly Uint8Array[];
}

export type OnnxAttribute =
  | { readonly int: number }
  | { readonly ints: ArrayLike<number> }
  | { readonly tensor: OnnxTensor }
  | { readonly graph: OnnxGraph };

export type OnnxTensor = { readonly shape: readonly number[] } & (
  | { readonly type: "double"; readonly values: ArrayLike<number> }
  | { readonly type: "int64"; readonly values: ArrayLike<number> }
  | { readonly type: "uint8"; readonly values: ArrayLike<number> }
  | { readonly type: "string"; readonly values: readonly string[] }
);

export type OnnxType = OnnxTensor["type"] | "uint32" | "float" | "bool";

export interface OnnxValue {
  readonly name: string;
  readonly type: OnnxType;
  /** A name for a size that each call chooses. */
  readonly shape: readonly (number | string)[];
  readonly doc?: string;
}

export const typeCodes = { float: 1, uint8: 2, int64: 7, string: 8, bool: 9, double: 11, uint32: 12 } as const;
const attributeCodes = { int: 2, tensor: 4, graph: 5, ints: 7 } as const;

/** The bytes of a `.onnx` file. */
export function encodeOnnx(model: OnnxModel): Uint8Array {
  const out = new ProtobufWriter().integer(1, model.irVersion).text(2, model.producer);
  if (model.version !== undefined) out.integer(5, model.version);
  out.text(6, model.doc).message(7, graph(model.graph));
  for (const { domain, version } of model.opsets)
    out.message(8, new ProtobufWriter().text(1, domain).integer(2, version));
  for (const [key, value] of model.metadata) out.message(14, new ProtobufWriter().text(1, key).text(2, value));
  return out.finish();
}

function graph(given: OnnxGraph): ProtobufWriter {
  const { name, nodes, constants, initializers, sparseInitializers, inputs, outputs, inner } = given;
  const out = new ProtobufWriter();
  for (const each of nodes) {
    if ("encoded" in each) for (const one of each.encoded) out.bytes(1, one);
    else out.message(1, node(each));
  }
  out.text(2, name);
  for (const [key, value] of constants) out.message(5, tensor(value, key));
  for (const each of initializers) out.bytes(5, each);
  for (const each of inputs) out.message(11, value(each));
  for (const each of outputs) out.message(12, value(each));
  for (const each of inner) out.message(13, value(each));
  for (const each of sparseInitializers) out.bytes(15, each);
  return out;
}

function node({ op, domain, inputs, output, attributes }: OnnxNode): ProtobufWriter {
  const out = new ProtobufWriter();
  for (const input of inputs) out.text(1, input);
  out.text(2, output).text(4, op);
  for (const [name, value] of Object.entries(attributes)) out.message(5, encodeAttribute(name, value));
  if (domain !== "") out.text(7, domain);
  return out;
}

export function encodeAttribute(name: string, value: OnnxAttribute): ProtobufWriter {
  const out = new ProtobufWriter().text(1, name);
  if ("int" in value) return out.integer(3, value.int).integer(20, attributeCodes.int);
  if ("tensor" in value) return out.message(5, tensor(value.tensor)).integer(20, attributeCodes.tensor);
  if ("graph" in value) return out.message(6, graph(value.graph)).integer(20, attributeCodes.graph);
  for (let i = 0; i < value.ints.length; i++) out.integer(8, value.ints[i]!);
  return out.integer(20, attributeCodes.ints);
}

function tensor(value: OnnxTensor, name?: string): ProtobufWriter {
  const out = new ProtobufWriter();
  for (const size of value.shape) out.integer(1, size);
  out.integer(2, typeCodes[value.type]);
  if (value.type === "string") for (const text of value.values) out.text(6, text);
  if (name !== undefined) out.text(8, name);
  if (value.type !== "string") out.bytes(9, littleEndian(value.type, value.values));
  return out;
}

function littleEndian(type: "double" | "int64" | "uint8", values: ArrayLike<number>): Uint8Array {
  if (type === "uint8") return Uint8Array.from(values);
  const view = new DataView(new ArrayBuffer(values.length * 8));
  for (let i = 0; i < values.length; i++)
    if (type === "double") view.setFloat64(i * 8, values[i]!, true);
    else view.setBigInt64(i * 8, BigInt(values[i]!), true);
  return new Uint8Array(view.buffer);
}

function value({ name, type, shape, doc }: OnnxValue): ProtobufWriter {
  const sizes = new ProtobufWriter();
  for (const size of shape)
    sizes.message(
      1,
      typeof size === "number" ? new ProtobufWriter().integer(1, size) : new ProtobufWriter().text(2, size),
    );
  const tensorType = new ProtobufWriter().integer(1, typeCodes[type]).message(2, sizes);
  const out = new ProtobufWriter().text(1, name).message(2, new ProtobufWriter().message(1, tensorType));
  if (doc !== undefined) out.text(3, doc);
  return out;
}
