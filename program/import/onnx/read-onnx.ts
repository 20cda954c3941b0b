import { invalidModel, unsupportedModel } from "../model.ts";
import { dataElsewhere } from "./inspect-onnx.ts";
import { integersOf, type ProtobufField, protobufFields, realsOf, textOf } from "./protobuf-reader.ts";

/** What of an ONNX file an import needs. */
export interface OnnxFile {
  readonly nodes: readonly OnnxFileNode[];
  readonly constants: ReadonlyMap<string, OnnxConstant>;
  readonly inputs: readonly OnnxFileValue[];
  readonly outputs: readonly OnnxFileValue[];
}

export interface OnnxFileNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, OnnxFileAttribute>;
}

export interface OnnxFileAttribute {
  readonly reals: readonly number[];
  readonly integers: readonly number[];
  readonly texts: readonly string[];
  readonly tensor: OnnxConstant | undefined;
}

export interface OnnxConstant {
  readonly shape: readonly number[];
  readonly numbers: readonly number[];
  readonly texts: readonly string[];
}

export interface OnnxFileValue {
  readonly name: string;
  readonly type: "float" | "double" | "integer" | "bool" | "string" | "other";
  /** −1 where a size is open. */
  readonly shape: readonly number[];
}

const format = "ONNX model";
const types: Readonly<Record<number, OnnxFileValue["type"]>> = {
  1: "float",
  5: "integer",
  6: "integer",
  7: "integer",
  8: "string",
  9: "bool",
  11: "double",
};

export function readOnnx(bytes: Uint8Array): OnnxFile {
  try {
    const graph = [...protobufFields(bytes)].find(({ number }) => number === 7);
    if (graph === undefined) throw new RangeError("It has no graph.");
    return readGraph(graph.bytes);
  } catch (error) {
    if (error instanceof RangeError) throw invalidModel(format, error.message.replace(/\.$/, ""));
    throw error;
  }
}

function readGraph(bytes: Uint8Array): OnnxFile {
  const nodes: OnnxFileNode[] = [];
  const constants = new Map<string, OnnxConstant>();
  const inputs: OnnxFileValue[] = [];
  const outputs: OnnxFileValue[] = [];
  for (const field of protobufFields(bytes)) {
    if (field.number === 1) nodes.push(readNode(field.bytes));
    else if (field.number === 5) {
      const { name, ...tensor } = readTensor(field.bytes);
      constants.set(name, tensor);
    } else if (field.number === 11) inputs.push(readValue(field.bytes));
    else if (field.number === 12) outputs.push(readValue(field.bytes));
  }
  return { nodes, constants, inputs: inputs.filter(({ name }) => !constants.has(name)), outputs };
}

export function readNode(bytes: Uint8Array): OnnxFileNode {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes = new Map<string, OnnxFileAttribute>();
  let op = "";
  for (const field of protobufFields(bytes)) {
    if (field.number === 1) inputs.push(textOf(field));
    else if (field.number === 2) outputs.push(textOf(field));
    else if (field.number === 4) op = textOf(field);
    else if (field.number === 5) {
      const { name, ...attribute } = readAttribute(field.bytes);
      attributes.set(name, attribute);
    }
  }
  return { op, inputs, outputs, attributes };
}

function readAttribute(bytes: Uint8Array): OnnxFileAttribute & { name: string } {
  const reals: number[][] = [];
  const integers: number[][] = [];
  const texts: string[] = [];
  let tensor: OnnxConstant | undefined;
  let name = "";
  for (const field of protobufFields(bytes)) {
    if (field.number === 1) name = textOf(field);
    else if (field.number === 2 || field.number === 7) reals.push(realsOf(field, 4));
    else if (field.number === 3 || field.number === 8) integers.push(integersOf(field));
    else if (field.number === 4 || field.number === 9) texts.push(textOf(field));
    else if (field.number === 5) tensor = readTensor(field.bytes);
  }
  return { name, reals: reals.flat(), integers: integers.flat(), texts, tensor };
}

/** Sizes in bytes of numbers in raw data, by ONNX's number of the type. */
const rawReaders: Readonly<Record<number, { size: number; read: (view: DataView, at: number) => number }>> = {
  1: { size: 4, read: (view, at) => view.getFloat32(at, true) },
  2: { size: 1, read: (view, at) => view.getUint8(at) },
  6: { size: 4, read: (view, at) => view.getInt32(at, true) },
  7: { size: 8, read: (view, at) => Number(view.getBigInt64(at, true)) },
  9: { size: 1, read: (view, at) => view.getUint8(at) },
  11: { size: 8, read: (view, at) => view.getFloat64(at, true) },
};

export function readTensor(bytes: Uint8Array): OnnxConstant & { name: string } {
  const shape: number[][] = [];
  const numbers: number[][] = [];
  const texts: string[] = [];
  let name = "";
  let type = 0;
  let raw: Uint8Array | undefined;
  for (const field of protobufFields(bytes)) {
    if (field.number === 1) shape.push(integersOf(field));
    else if (field.number === 2) type = Number(field.value);
    else if (field.number === 4) numbers.push(realsOf(field, 4));
    else if (field.number === 5 || field.number === 7) numbers.push(integersOf(field));
    else if (field.number === 6) texts.push(textOf(field));
    else if (field.number === 8) name = textOf(field);
    else if (field.number === 9) raw = field.bytes;
    else if (field.number === 10) numbers.push(realsOf(field, 8));
    else if (field.number === 13) throw dataElsewhere();
  }
  return { name, shape: shape.flat(), numbers: raw === undefined ? numbers.flat() : readRaw(raw, type), texts };
}

function readRaw(raw: Uint8Array, type: number): number[] {
  const reader = rawReaders[type];
  if (reader === undefined) throw unsupportedModel(format, `tensors of the type ${type}`);
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  return Array.from({ length: Math.floor(raw.length / reader.size) }, (_, i) => reader.read(view, i * reader.size));
}

function readValue(bytes: Uint8Array): OnnxFileValue {
  let name = "";
  let type: OnnxFileValue["type"] = "other";
  let shape: number[] = [];
  const inside = (field: ProtobufField, number: number) =>
    [...protobufFields(field.bytes)].filter((each) => each.number === number);
  for (const field of protobufFields(bytes)) {
    if (field.number === 1) name = textOf(field);
    if (field.number !== 2) continue;
    for (const tensor of inside(field, 1)) {
      type = types[Number(inside(tensor, 1)[0]?.value ?? 0n)] ?? "other";
      const sizes = inside(tensor, 2).flatMap((each) => inside(each, 1));
      shape = sizes.map((size) => Number(inside(size, 1)[0]?.value ?? -1n));
    }
  }
  return { name, type, shape };
}
