import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sha256 } from "@millrace/program";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { digestBytes, digestFile, digestJson } from "./digest.ts";

// FIPS 180-4 examples, as published by NIST (SHA256.pdf) and `printf '' | sha256sum`.
test.each([
  ["", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
  ["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
  [
    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
  ],
])("the digest of %j", (text, hex) => {
  expect(digestBytes(text)).toBe(`sha256:${hex}`);
  expect(digestBytes(new TextEncoder().encode(text))).toBe(`sha256:${hex}`);
});

test("agrees with the portable digest of the model format", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(digestBytes(bytes)).toBe(`sha256:${sha256(bytes)}`);
    }),
  );
});

test("of JSON does not depend on the order of keys", () => {
  expect(digestJson({ b: [1, 2], a: "é" })).toBe(digestJson({ a: "é", b: [1, 2] }));
  expect(digestJson({ a: 1 })).toBe(digestBytes('{"a":1}'));
  expect(digestJson([1, 2])).not.toBe(digestJson([2, 1]));
});

test("of a file is that of its bytes", async () => {
  const folder = await mkdtemp(join(tmpdir(), "millrace-test-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const bytes = new Uint8Array(3_000_001).map((_, i) => i % 251);
  await writeFile(join(folder, "file"), bytes);
  expect(await digestFile(join(folder, "file"))).toBe(digestBytes(bytes));
  await expect(digestFile(join(folder, "none"))).rejects.toMatchObject({
    code: "KERNEL_FILE_MISSING",
    facts: { path: join(folder, "none") },
  });
});
