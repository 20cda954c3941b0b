import { invalidModel, unsupportedModel } from "../model.ts";
import { type ProtobufField, protobufFields, textOf } from "./protobuf-reader.ts";

/** A tensor that goes into a graph or comes out of it. */
export interface OnnxTensorType {
  readonly name: string;
  /** ONNX's number of the element type; 0 where it is no tensor. */
  readonly type: number;
  /** Sizes; −1 where one is open. */
  readonly shape: readonly number[];
}

export interface OnnxOutline {
  readonly inputs: readonly OnnxTensorType[];
  readonly outputs: readonly OnnxTensorType[];
  readonly operators: ReadonlySet<string>;
}

const format = "ONNX model";
const domains = new Set(["", "ai.onnx", "ai.onnx.ml", "com.microsoft"]);
/** Operators that read files beside the graph. */
const outside = new Set(["EPContext"]);
const deepest = 32;

/**
 * What goes into an ONNX graph and comes out, after a look at all of it: a graph that reaches outside its own bytes is refused.
 *
 * Errors: PROGRAM_IMPORT_INVALID: not such a file; PROGRAM_IMPORT_UNSUPPORTED: data in other files, operators of unknown
 * domains, graphs nested too deep.
 * Source: ONNX 1.23, onnx.proto.
 */
export function inspectOnnx(bytes: Uint8Array): OnnxOutline {
  try {
    const fields = [...protobufFields(bytes)];
    const operators = new Set<string>();
    for (const { number, bytes: part } of fields) if (number === 25) lookAtFunction(part, operators);
    const graph = fields.find(({ number, wireType }) => number === 7 && wireType === 2);
    if (graph === undefined) throw new RangeError("It has no graph.");
    lookAtGraph(graph.bytes, operators, 0);
    const parts = [...protobufFields(graph.bytes)];
    const held = new Set(parts.filter(({ number }) => number === 5).map((each) => nameOf(each.bytes, 8)));
    const values = (which: number) =>
      parts.filter(({ number }) => number === which).map(({ bytes: part }) => tensorType(part));
    return { inputs: values(11).filter(({ name }) => !held.has(name)), outputs: values(12), operators };
  } catch (error) {
    if (error instanceof RangeError) throw invalidModel(format, error.message.replace(/\.$/, ""));
    throw error;
  }
}

/** What PyTorch writes unless told otherwise. */
export function dataElsewhere() {
  const next = "Save it as one file: torch.onnx.export(…, external_data=False), or onnx.save(model, file).";
  return unsupportedModel(format, "data in other files", next);
}

function lookAtGraph(bytes: Uint8Array, operators: Set<string>, depth: number): void {
  if (depth > deepest) throw unsupportedModel(format, `graphs nested more than ${deepest} deep`);
  for (const { number, bytes: part } of protobufFields(bytes)) {
    if (number === 1) lookAtNode(part, operators, depth);
    else if (number === 5) lookAtTensor(part);
    else if (number === 15) lookAtSparse(part);
  }
}

function lookAtFunction(bytes: Uint8Array, operators: Set<string>): void {
  for (const { number, bytes: part } of protobufFields(bytes)) {
    if (number === 7) lookAtNode(part, operators, 0);
    else if (number === 11) lookAtAttribute(part, operators, 0);
  }
}

function lookAtNode(bytes: Uint8Array, operators: Set<string>, depth: number): void {
  let [op, domain] = ["", ""];
  for (const field of protobufFields(bytes)) {
    if (field.number === 4) op = textOf(field);
    else if (field.number === 7) domain = textOf(field);
    else if (field.number === 5) lookAtAttribute(field.bytes, operators, depth);
  }
  if (!domains.has(domain)) throw unsupportedModel(format, `operators of the domain "${domain.slice(0, 80)}"`);
  if (outside.has(op)) throw unsupportedModel(format, `the operator ${op}, which reads other files`);
  operators.add(op);
}

function lookAtAttribute(bytes: Uint8Array, operators: Set<string>, depth: number): void {
  for (const { number, bytes: part } of protobufFields(bytes)) {
    if (number === 5 || number === 10) lookAtTensor(part);
    else if (number === 22 || number === 23) lookAtSparse(part);
    else if (number === 6 || number === 11) lookAtGraph(part, operators, depth + 1);
  }
}

function lookAtSparse(bytes: Uint8Array): void {
  for (const { number, bytes: part } of protobufFields(bytes)) if (number === 1 || number === 2) lookAtTensor(part);
}

/** `external_data` is field 13, `data_location` field 14. */
function lookAtTensor(bytes: Uint8Array): void {
  for (const { number, value } of protobufFields(bytes))
    if (number === 13 || (number === 14 && value !== 0n)) throw dataElsewhere();
}

function nameOf(bytes: Uint8Array, number: number): string {
  const field = [...protobufFields(bytes)].find((each) => each.number === number);
  return field === undefined ? "" : textOf(field);
}

function tensorType(bytes: Uint8Array): OnnxTensorType {
  const inside = (field: ProtobufField, number: number) =>
    [...protobufFields(field.bytes)].filter((each) => each.number === number);
  let type = 0;
  let shape: number[] = [];
  for (const field of protobufFields(bytes)) {
    if (field.number !== 2) continue;
    for (const tensor of inside(field, 1)) {
      type = Number(inside(tensor, 1)[0]?.value ?? 0n);
      const sizes = inside(tensor, 2).flatMap((each) => inside(each, 1));
      shape = sizes.map((size) => Number(inside(size, 1)[0]?.value ?? -1n));
    }
  }
  return { name: nameOf(bytes, 1), type, shape };
}
