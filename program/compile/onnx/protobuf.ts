import type { ProtobufField } from "../../import/onnx/protobuf-reader.ts";

/**
 * Writes protobuf messages: fields in the order of the calls, so the same calls give the same bytes.
 *
 * Source: Protocol Buffers, Encoding, https://protobuf.dev/programming-guides/encoding/.
 */
export class ProtobufWriter {
  #bytes = new Uint8Array(256);
  #length = 0;

  /** A whole number within ±2^53; negative ones as two's complement of 64 bits. */
  integer(field: number, value: number): this {
    this.#key(field, 0);
    this.#varint(value);
    return this;
  }

  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  bytes(field: number, value: Uint8Array): this {
    this.#key(field, 2);
    this.#varint(value.length);
    const at = this.#room(value.length);
    this.#bytes.set(value, at);
    return this;
  }

  message(field: number, value: ProtobufWriter): this {
    return this.bytes(field, value.#bytes.subarray(0, value.#length));
  }

  /** A field as it was read. */
  field({ number, wireType, value, bytes }: ProtobufField): this {
    if (wireType === 2) return this.bytes(number, bytes);
    this.#key(number, wireType);
    if (wireType === 0) this.#large(value);
    else {
      const at = this.#room(bytes.length);
      this.#bytes.set(bytes, at);
    }
    return this;
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #key(field: number, wireType: number): void {
    this.#varint(field * 8 + wireType);
  }

  #varint(value: number): void {
    if (value < 0) {
      this.#large(BigInt.asUintN(64, BigInt(value)));
      return;
    }
    let rest = value;
    while (rest >= 128) {
      this.#byte((rest % 128) | 128);
      rest = Math.floor(rest / 128);
    }
    this.#byte(rest);
  }

  #large(value: bigint): void {
    let rest = value;
    while (rest >= 128n) {
      this.#byte(Number(rest & 127n) | 128);
      rest >>= 7n;
    }
    this.#byte(Number(rest));
  }

  #byte(value: number): void {
    const at = this.#room(1);
    this.#bytes[at] = value;
  }

  #room(count: number): number {
    const at = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#length, this.#bytes.length * 2));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    return at;
  }
}
