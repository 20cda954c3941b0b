import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { murmur3 } from "../index.ts";
import { compareUtf8 } from "./index.ts";

const oddText = fc.string({
  unit: fc.constantFrom("a", "é", "\u0000", "\ud800", "\udc00", "\uffff", "\ue000", "😀", "本", " "),
});

describe("murmur3", () => {
  it("gives the published values", () => {
    // SMHasher's verification and well-known vectors of MurmurHash3_x86_32
    expect(murmur3("")).toBe(0);
    expect(murmur3("", 1)).toBe(0x514e28b7);
    expect(murmur3("", 0xffffffff)).toBe(0x81f16f39);
    expect(murmur3(Uint8Array.of(0xff, 0xff, 0xff, 0xff))).toBe(0x76293b50);
    expect(murmur3(Uint8Array.of(0x21, 0x43, 0x65, 0x87))).toBe(0xf55b516b);
    expect(murmur3(Uint8Array.of(0x21, 0x43, 0x65))).toBe(0x7e4a8634);
    expect(murmur3(Uint8Array.of(0x21, 0x43))).toBe(0xa0f7b07a);
    expect(murmur3(Uint8Array.of(0x21))).toBe(0x72661cf4);
    expect(murmur3("hello")).toBe(613153351);
  });
});

describe("compareUtf8", () => {
  it("orders as the bytes do", () => {
    fc.assert(
      fc.property(oddText, oddText, (a, b) => {
        expect(Math.sign(compareUtf8(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });
});
