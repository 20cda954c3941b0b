/** A field of a protobuf message: a whole number, eight or four bytes, or bytes of a known length. */
export interface ProtobufField {
  readonly number: number;
  readonly wireType: 0 | 1 | 2 | 5;
  /** Wire type 0. */
  readonly value: bigint;
  /** Other wire types. */
  readonly bytes: Uint8Array;
}

const empty = new Uint8Array();

/**
 * The fields of a message, in order. Throws a RangeError where it ends early or is not protobuf.
 *
 * Source: Protocol Buffers, Encoding, https://protobuf.dev/programming-guides/encoding/.
 */
export function* protobufFields(message: Uint8Array): Generator<ProtobufField> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = message[at++];
      if (byte === undefined) throw new RangeError("A message ends within a number.");
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return BigInt.asUintN(64, value);
    }
    throw new RangeError("A number is longer than 64 bits.");
  };
  const take = (length: number): Uint8Array => {
    if (length > message.length - at) throw new RangeError("A message ends within a field.");
    at += length;
    return message.subarray(at - length, at);
  };
  while (at < message.length) {
    const key = varint();
    const number = Number(key >> 3n);
    const wireType = Number(key & 7n);
    if (wireType === 0) yield { number, wireType, value: varint(), bytes: empty };
    else if (wireType === 1) yield { number, wireType, value: 0n, bytes: take(8) };
    else if (wireType === 2) yield { number, wireType, value: 0n, bytes: take(Number(varint())) };
    else if (wireType === 5) yield { number, wireType, value: 0n, bytes: take(4) };
    else throw new RangeError(`A field has the wire type ${wireType}.`);
  }
}

/** Whole numbers of a repeated field, packed or not; signed. */
export function integersOf(field: ProtobufField): number[] {
  if (field.wireType === 0) return [Number(BigInt.asIntN(64, field.value))];
  const values: number[] = [];
  let value = 0n;
  let shift = 0n;
  for (const byte of field.bytes) {
    value |= BigInt(byte & 127) << shift;
    shift += 7n;
    if (byte >= 128) continue;
    values.push(Number(BigInt.asIntN(64, value)));
    value = 0n;
    shift = 0n;
  }
  return values;
}

/** Floats or doubles of a repeated field, packed or not. */
export function realsOf({ bytes }: ProtobufField, size: 4 | 8): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.floor(bytes.length / size) }, (_, i) =>
    size === 4 ? view.getFloat32(i * 4, true) : view.getFloat64(i * 8, true),
  );
}

export function textOf({ bytes }: ProtobufField): string {
  return new TextDecoder().decode(bytes);
}
