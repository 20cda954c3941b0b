import type { Digest } from "@millrace/program";
import { expect, test } from "vitest";
import { fakeClock } from "./clock.ts";
import { collectGarbage } from "./collect-garbage.ts";
import { digestBytes } from "./digest.ts";
import type { ObjectStore } from "./ports.ts";

/** A whole small store in memory, whose objects are as old as their text says. */
function memoryObjects(texts: readonly string[]): ObjectStore {
  const objects = new Map<string, Uint8Array>(texts.map((text) => [digestBytes(text), new TextEncoder().encode(text)]));
  return {
    kind: "object-store",
    name: "memory",
    version: "1",
    traits: { atomicPut: true, rangeRead: false },
    put: async (source) => {
      if (!(source instanceof Uint8Array)) throw new Error("This store takes bytes only.");
      objects.set(digestBytes(source), source);
      return { digest: digestBytes(source), sizeBytes: source.byteLength };
    },
    get: async (digest) => objects.get(digest)!,
    locate: async () => Promise.reject(new Error("This store has no files.")),
    has: async (digest) => objects.has(digest),
    async *list() {
      for (const [digest, bytes] of [...objects])
        yield {
          digest: digest as Digest,
          sizeBytes: bytes.byteLength,
          modifiedMs: Number(new TextDecoder().decode(bytes)),
        };
    },
    remove: async (digest) => {
      objects.delete(digest);
    },
  };
}

test("spares what is live and what is young, to the millisecond", async () => {
  const objects = memoryObjects(["100", "200", "300", "301"]);
  const options = { objects, olderThanMs: 700, clock: fakeClock(1000) };
  async function* live() {
    yield digestBytes("100");
    yield digestBytes("not stored");
  }
  const expected = { removed: [digestBytes("200"), digestBytes("300")], freedBytes: 6, kept: 2 };
  expect(await collectGarbage({ ...options, live: live(), dryRun: true })).toEqual(expected);
  expect(await objects.has(digestBytes("200"))).toBe(true);
  expect(await collectGarbage({ ...options, live: live(), dryRun: false })).toEqual(expected);
  expect(await objects.has(digestBytes("200"))).toBe(false);
  expect(await objects.has(digestBytes("301"))).toBe(true);
});

test("removes nothing when the live objects cannot be read to the end", async () => {
  const objects = memoryObjects(["100"]);
  async function* live() {
    yield digestBytes("other");
    throw new Error("the database went away");
  }
  const collecting = collectGarbage({ objects, live: live(), olderThanMs: 0, dryRun: false, clock: fakeClock(1000) });
  await expect(collecting).rejects.toThrow("the database went away");
  expect(await objects.has(digestBytes("100"))).toBe(true);
});
