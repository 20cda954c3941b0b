import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sha256 } from "../index.ts";
import { plainSha256 } from "./sha256.ts";

describe.each([
  ["of the platform", sha256],
  ["of its own", plainSha256],
])("sha256 %s", (_, sha256) => {
  it("gives the examples of FIPS 180-4", () => {
    expect(sha256("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect(sha256("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  });

  it("agrees with OpenSSL at every length", () => {
    const part = new Uint8Array(300).fill(7).subarray(3, 203);
    expect(sha256(part)).toBe(createHash("sha256").update(part).digest("hex"));
    for (let length = 0; length < 200; length++) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 31 + length) & 255);
      expect(sha256(bytes)).toBe(createHash("sha256").update(bytes).digest("hex"));
    }
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme" }),
        (text) => sha256(text) === createHash("sha256").update(text).digest("hex"),
      ),
    );
  });
});
