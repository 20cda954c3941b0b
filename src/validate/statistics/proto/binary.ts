import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { statisticsInvalid } from "./invalid.ts";
import { enums, messages, type ProtoField, type ProtoMessage, type ProtoValue } from "./messages.ts";

/** A message in protocol buffers' binary form, fields in order of their number. */
export function encodeMessage(message: ProtoMessage, type: string): Uint8Array {
  const writer = new BinaryWriter();
  writeMessage(writer, message, type);
  return writer.finish();
}

function writeMessage(writer: BinaryWriter, message: ProtoMessage, type: string): void {
  for (const field of messages[type]!) {
    const held = message[field.name];
    if (held === undefined) continue;
    for (const value of field.repeated ? (held as readonly ProtoValue[]) : [held]) writeValue(writer, value, field);
  }
}

function writeValue(writer: BinaryWriter, value: ProtoValue, { number, type, of }: ProtoField): void {
  switch (type) {
    case "message":
      writer.tag(number, WireType.LengthDelimited).fork();
      writeMessage(writer, value as ProtoMessage, of);
      writer.join();
      return;
    case "double":
      writer.tag(number, WireType.Bit64).double(value as number);
      return;
    case "float":
      writer.tag(number, WireType.Bit32).float(value as number);
      return;
    case "enum":
      writer.tag(number, WireType.Varint).int32(enums[of]!.indexOf(value as string));
      return;
    case "int":
      writer.tag(number, WireType.Varint).int64(BigInt(value as number));
      return;
    case "string":
      writer.tag(number, WireType.LengthDelimited).string((value as string).toWellFormed());
      return;
    case "bytes":
      writer.tag(number, WireType.LengthDelimited).bytes(value as Uint8Array);
  }
}

const deepest = 32;

/**
 * Reads a message of the binary form; fields that are not known are passed over.
 *
 * Errors: VALIDATE_STATISTICS_INVALID: when the bytes are no such message.
 */
export function decodeMessage(bytes: Uint8Array, type: string): ProtoMessage {
  try {
    const reader = new BinaryReader(bytes);
    return readMessage(reader, reader.len, type, 0);
  } catch (cause) {
    throw statisticsInvalid(`it is no binary message (${(cause as Error).message})`, cause);
  }
}

function readMessage(reader: BinaryReader, end: number, type: string, depth: number): ProtoMessage {
  if (depth > deepest) throw new RangeError(`messages nest deeper than ${deepest}`);
  if (end > reader.len) throw new RangeError("a message ends behind the end of the file");
  const fields = messages[type]!;
  const message: Record<string, ProtoValue> = Object.create(null);
  while (reader.pos < end) {
    const [number, wire] = reader.tag();
    const field = fields.find((one) => one.number === number);
    if (field === undefined) {
      reader.skip(wire, number);
      continue;
    }
    if (!field.repeated) {
      message[field.name] = readValue(reader, field, wire, depth);
      continue;
    }
    const before = (message[field.name] ?? []) as ProtoValue[];
    if (before.length === 0) message[field.name] = before;
    before.push(readValue(reader, field, wire, depth));
  }
  if (reader.pos !== end) throw new RangeError("a field ends behind its message");
  return message;
}

function readValue(reader: BinaryReader, { name, type, of }: ProtoField, wire: WireType, depth: number): ProtoValue {
  const wanted = wireOf(type);
  if (wire !== wanted) throw new RangeError(`${name} has wire type ${wire}, not ${wanted}`);
  switch (type) {
    case "message": {
      const length = reader.uint32();
      return readMessage(reader, reader.pos + length, of, depth + 1);
    }
    case "double":
      return reader.double();
    case "float":
      return shortest(reader.float());
    case "enum":
      return enums[of]![reader.int32()] ?? enums[of]![0]!;
    case "int":
      return Number(reader.int64());
    case "string":
      return reader.string();
    default:
      return reader.bytes();
  }
}

function wireOf(type: ProtoField["type"]): WireType {
  if (type === "double") return WireType.Bit64;
  if (type === "float") return WireType.Bit32;
  return type === "int" || type === "enum" ? WireType.Varint : WireType.LengthDelimited;
}

/** The shortest decimal that is this single-precision number. */
export function shortest(single: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const text = Number(single.toPrecision(digits));
    if (Math.fround(text) === single) return text;
  }
  return single;
}
