import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Digest } from "@millrace/program";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { collectGarbage, digestBytes, digestFile, fakeClock, type ObjectStore } from "#kernel";
import { allOf } from "./all-of.ts";
import { temporaryFolder } from "./temporary-folder.ts";

export interface ObjectStoreSuiteOptions {
  /** Spoils the stored bytes of one object, behind the store's back. */
  readonly damage?: (folder: string, digest: Digest) => Promise<void>;
}

/**
 * What every object store must do.
 *
 * ```ts
 * objectStoreSuite("files", (folder) => fileObjects({ root: folder }));
 * ```
 *
 * `makeStore` is called once for each handle; the same folder means the same store.
 */
export function objectStoreSuite(
  name: string,
  makeStore: (folder: string) => ObjectStore,
  options: ObjectStoreSuiteOptions = {},
): void {
  const { damage } = options;
  const emptyStore = async (): Promise<ObjectStore> => makeStore(await temporaryFolder());
  const listed = async (store: ObjectStore) => (await allOf(store.list())).map((object) => object.digest);

  describe(`object store: ${name}`, () => {
    test("gives back any bytes under their sha-256", async () => {
      const store = await emptyStore();
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 5000 }), async (bytes) => {
          const put = await store.put(bytes);
          expect(put).toEqual({ digest: digestBytes(bytes), sizeBytes: bytes.byteLength });
          expect(await store.get(put.digest)).toEqual(new Uint8Array(bytes));
        }),
        { numRuns: 30, seed: 1 },
      );
    });

    test("stores bytes of several megabytes, an empty object, and a view into a larger buffer", async () => {
      const store = await emptyStore();
      const large = Uint8Array.from({ length: 9_000_001 }, (_, i) => (i * 31 + (i >> 8)) & 255);
      for (const bytes of [large, new Uint8Array(0), large.subarray(1000, 3000)]) {
        const { digest, sizeBytes } = await store.put(bytes);
        expect(digest).toBe(digestBytes(bytes));
        expect(sizeBytes).toBe(bytes.byteLength);
        expect(Buffer.compare(await store.get(digest), bytes)).toBe(0);
        expect(await digestFile(await store.locate(digest))).toBe(digest);
      }
    });

    test("stores a file, and takes one that is given away", async () => {
      const store = await emptyStore();
      const folder = await temporaryFolder();
      const [kept, given] = [join(folder, "kept"), join(folder, "given")];
      await writeFile(kept, "kept bytes");
      await writeFile(given, "given bytes");
      const first = await store.put({ path: kept });
      const second = await store.put({ path: given, take: true });
      expect(first).toEqual({ digest: digestBytes("kept bytes"), sizeBytes: 10 });
      expect(new TextDecoder().decode(await store.get(second.digest))).toBe("given bytes");
      expect(await digestFile(kept)).toBe(first.digest);
      await expect(digestFile(given)).rejects.toThrow();
      await writeFile(kept, "changed");
      expect(new TextDecoder().decode(await store.get(first.digest))).toBe("kept bytes");
    });

    test("refuses a file that is not there", async () => {
      const store = await emptyStore();
      for (const take of [true, false])
        await expect(store.put({ path: join(await temporaryFolder(), "none"), take })).rejects.toMatchObject({
          code: "KERNEL_FILE_MISSING",
        });
      expect(await listed(store)).toEqual([]);
    });

    test("keeps the same bytes once, whoever puts them at the same time", async () => {
      const folder = await temporaryFolder();
      const stores = [makeStore(folder), makeStore(folder)];
      const bytes = new TextEncoder().encode("the same bytes".repeat(1000));
      await Promise.all(Array.from({ length: 20 }, (_, i) => stores[i % 2]!.put(bytes)));
      expect(await listed(stores[0]!)).toEqual([digestBytes(bytes)]);
    });

    test("says what is there, lists it with sizes, and removes it", async () => {
      const store = await emptyStore();
      expect(await listed(store)).toEqual([]);
      const texts = ["a", "bb", "ccc"];
      const digests = await Promise.all(
        texts.map(async (text) => (await store.put(new TextEncoder().encode(text))).digest),
      );
      const objects = await allOf(store.list());
      expect(new Map(objects.map((object) => [object.digest, object.sizeBytes]))).toEqual(
        new Map(texts.map((text) => [digestBytes(text), text.length])),
      );
      await store.remove(digests[1]!);
      await store.remove(digests[1]!);
      expect(await Promise.all(digests.map((digest) => store.has(digest)))).toEqual([true, false, true]);
      expect((await listed(store)).sort()).toEqual([digests[0]!, digests[2]!].sort());
    });

    test("names an object that is not there, and refuses what is no digest", async () => {
      const store = await emptyStore();
      const none = digestBytes("none");
      await expect(store.get(none)).rejects.toMatchObject({ code: "ADAPTERS_OBJECT_MISSING", facts: { digest: none } });
      await expect(store.locate(none)).rejects.toMatchObject({ code: "ADAPTERS_OBJECT_MISSING" });
      for (const bad of ["sha256:../../etc/passwd", "sha256:ABC", "md5:00", `${none}\n`, ""])
        await expect((async () => store.get(bad as Digest))()).rejects.toMatchObject({
          code: "ADAPTERS_OBJECT_DIGEST_INVALID",
        });
    });

    test("gives up what nothing refers to, and nothing younger than the limit", async () => {
      const store = await emptyStore();
      const [live, dead] = await Promise.all(
        ["live", "dead"].map(async (text) => (await store.put(new TextEncoder().encode(text))).digest),
      );
      const collect = (clockMs: number, dryRun: boolean) =>
        collectGarbage({
          objects: store,
          live: new Set([live!]),
          olderThanMs: 3_600_000,
          dryRun,
          clock: fakeClock(clockMs),
        });
      expect(await collect(Date.now(), false)).toEqual({ removed: [], freedBytes: 0, kept: 2 });
      const later = Date.now() + 7_200_000;
      expect(await collect(later, true)).toEqual({ removed: [dead], freedBytes: 4, kept: 1 });
      expect(await store.has(dead!)).toBe(true);
      expect(await collect(later, false)).toEqual({ removed: [dead], freedBytes: 4, kept: 1 });
      expect(await listed(store)).toEqual([live]);
      expect(await collect(later, false)).toEqual({ removed: [], freedBytes: 0, kept: 1 });
    });

    if (damage === undefined) return;
    test("refuses damaged bytes, names them, and is mended by a put", async () => {
      const folder = await temporaryFolder();
      const store = makeStore(folder);
      const bytes = new TextEncoder().encode("precious");
      const { digest } = await store.put(bytes);
      await store.get(digest);
      await damage(folder, digest);
      for (const handle of [store, makeStore(folder)]) {
        await expect(handle.get(digest)).rejects.toMatchObject({ code: "ADAPTERS_OBJECT_CORRUPT", facts: { digest } });
        await expect(handle.locate(digest)).rejects.toMatchObject({ code: "ADAPTERS_OBJECT_CORRUPT" });
      }
      expect(await store.has(digest)).toBe(true);
      await store.put(bytes);
      expect(await store.get(digest)).toEqual(bytes);
    });
  });
}
