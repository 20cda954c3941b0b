import { describe, expect, test } from "vitest";
import type { MetadataStore } from "#kernel";
import { temporaryFolder } from "../temporary-folder.ts";
import { artifact, entry } from "./nouns.ts";
import type { OpenStore } from "./open-store.ts";

export function concurrencySuite(openStore: OpenStore, makeStore: (folder: string) => MetadataStore): void {
  describe("durability and concurrency", () => {
    test("keeps everything over a reopening", async () => {
      const folder = await temporaryFolder();
      const first = makeStore(folder);
      await first.open();
      const table = artifact();
      await first.write([{ put: "artifact", value: table }, entry("s", 1)]);
      await first.close();
      const second = await openStore(folder);
      expect(await second.read({ find: "artifacts" })).toEqual([table]);
      await second.write([{ ...entry("s", 2), expectedSequence: 1 }]);
      expect(await second.migrate()).toBeGreaterThan(0);
      await second.close();
      await second.open();
      expect(await second.read({ find: "entries", stream: "s" })).toHaveLength(2);
    });

    test("writes what was accepted before it closes, and refuses calls while closed", async () => {
      const folder = await temporaryFolder();
      const first = makeStore(folder);
      await expect(first.read({ find: "types" })).rejects.toMatchObject({ code: "ADAPTERS_METADATA_CLOSED" });
      await first.open();
      const written = Promise.all(Array.from({ length: 50 }, (_, i) => first.write([entry("s", i)])));
      await first.close();
      await written;
      await first.close();
      await expect(first.write([entry("s", 51)])).rejects.toMatchObject({ code: "ADAPTERS_METADATA_CLOSED" });
      const second = await openStore(folder);
      expect(await second.read({ find: "entries", stream: "s" })).toHaveLength(50);
    });

    test("fails only the batch that fails among those written at once", async () => {
      const store = await openStore();
      const outcomes = await Promise.allSettled([
        store.write([entry("s", 1)]),
        store.write([entry("t", 2), { ...entry("s", 2), expectedSequence: 99 }]),
        store.write([entry("s", 3)]),
        store.write([]),
      ]);
      expect(outcomes.map((outcome) => outcome.status)).toEqual(["fulfilled", "rejected", "fulfilled", "fulfilled"]);
      const found = await store.read({ find: "entries" });
      expect(found.map((one) => [one.sequence, one.data.i])).toEqual([
        [1, 1],
        [2, 3],
      ]);
    });

    test("sees what another handle wrote, at once", async () => {
      const folder = await temporaryFolder();
      const one = await openStore(folder);
      const two = await openStore(folder);
      for (let i = 1; i <= 10; i++) {
        const [writer, reader] = i % 2 === 0 ? [one, two] : [two, one];
        await writer.write([entry("s", i)]);
        expect((await reader.read({ find: "entries", stream: "s" })).map((found) => found.sequence)).toHaveLength(i);
      }
    });

    test("lets several handles write at once without an error or a gap", async () => {
      const folder = await temporaryFolder();
      const handles = await Promise.all([1, 2, 3].map(() => openStore(folder)));
      const batches = 40;
      await Promise.all(
        handles.map(async (handle, h) => {
          for (let i = 0; i < batches; i++) await handle.write([entry("shared", i), entry(`own/${h}`, i)]);
        }),
      );
      const shared = await handles[0]!.read({ find: "entries", stream: "shared" });
      expect(shared.map((found) => found.sequence)).toEqual(Array.from({ length: 3 * batches }, (_, i) => i + 1));
    });

    test("lets one of several writers win each sequence", async () => {
      const folder = await temporaryFolder();
      const handles = await Promise.all([1, 2, 3].map(() => openStore(folder)));
      for (let round = 0; round < 5; round++) {
        const outcomes = await Promise.allSettled(
          handles.map((handle) => handle.write([{ ...entry("race", round), expectedSequence: round }])),
        );
        expect(outcomes.filter((outcome) => outcome.status === "fulfilled")).toHaveLength(1);
        for (const outcome of outcomes)
          if (outcome.status === "rejected") expect(outcome.reason.code).toBe("ADAPTERS_METADATA_CONFLICT");
      }
    });
  });
}
