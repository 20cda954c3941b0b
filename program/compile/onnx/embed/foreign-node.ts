import { integersOf, type ProtobufField, protobufFields, textOf } from "../../../import/onnx/protobuf-reader.ts";
import { encodeAttribute, type OnnxAttribute } from "../onnx-model.ts";
import { ProtobufWriter } from "../protobuf.ts";

/** A node of a graph from elsewhere; attributes stay as they were encoded, under their names. */
export interface ForeignNode {
  readonly op: string;
  readonly domain: string;
  /** The empty name: an input or output that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, Uint8Array>;
}

/** NodeProto of onnx.proto: 1 input, 2 output, 4 op_type, 5 attribute, 7 domain. */
export function readNode(bytes: Uint8Array): ForeignNode {
  const fields = [...protobufFields(bytes)];
  const texts = (number: number) => fields.filter((field) => field.number === number).map(textOf);
  const domain = texts(7)[0] ?? "";
  return {
    op: texts(4)[0] ?? "",
    domain: domain === "ai.onnx" ? "" : domain,
    inputs: texts(1),
    outputs: texts(2),
    attributes: new Map(
      fields.flatMap(({ number, bytes: part }) => (number === 5 ? [[attributeName(part), part] as const] : [])),
    ),
  };
}

export function writeNode({ op, domain, inputs, outputs, attributes }: ForeignNode): Uint8Array {
  const out = new ProtobufWriter();
  for (const input of inputs) out.text(1, input);
  for (const output of outputs) out.text(2, output);
  out.text(4, op);
  for (const attribute of attributes.values()) out.bytes(5, attribute);
  if (domain !== "") out.text(7, domain);
  return out.finish();
}

/** A node that stands for what an older one said. */
export function newNode(
  op: string,
  inputs: readonly string[],
  output: string,
  attributes: Readonly<Record<string, OnnxAttribute>> = {},
): ForeignNode {
  const encoded = Object.entries(attributes).map(
    ([name, value]) => [name, encodeAttribute(name, value).finish()] as const,
  );
  return { op, domain: "", inputs, outputs: [output], attributes: new Map(encoded) };
}

export function newConstant(values: readonly number[], output: string): ForeignNode {
  return newNode("Constant", [], output, { value: { tensor: { type: "int64", shape: [values.length], values } } });
}

/** `ints` of an attribute, or nothing where there is none of that name. AttributeProto: 3 i, 8 ints. */
export function integers({ attributes }: ForeignNode, name: string): number[] | undefined {
  const bytes = attributes.get(name);
  if (bytes === undefined) return undefined;
  return [...protobufFields(bytes)].filter(({ number }) => number === 3 || number === 8).flatMap(integersOf);
}

export function without(node: ForeignNode, name: string): ForeignNode["attributes"] {
  return new Map([...node.attributes].filter(([each]) => each !== name));
}

function attributeName(bytes: Uint8Array): string {
  const name = [...protobufFields(bytes)].find(({ number }) => number === 1);
  return name === undefined ? "" : textOf(name);
}

/** The fields of a message as they are, but for those that `change` says otherwise of. */
export function rewrite(bytes: Uint8Array, change: (field: ProtobufField) => Uint8Array | undefined): Uint8Array {
  const out = new ProtobufWriter();
  for (const field of protobufFields(bytes)) {
    const changed = field.wireType === 2 ? change(field) : undefined;
    if (changed === undefined) out.field(field);
    else out.bytes(field.number, changed);
  }
  return out.finish();
}
