import { describe, expect, test } from "vitest";
import { artifact, entry } from "./nouns.ts";
import type { OpenStore } from "./open-store.ts";

export function streamsSuite(openStore: OpenStore): void {
  describe("streams", () => {
    test("number entries 1, 2, 3, … each for itself, and keep the order of append over all", async () => {
      const store = await openStore();
      await store.write([entry("run/a", 1), entry("run/b", 2), entry("run/a", 3)]);
      await store.write([entry("run/a", 4), entry("other", 5)]);
      const a = await store.read({ find: "entries", stream: "run/a" });
      expect(a.map((found) => [found.sequence, found.data.i])).toEqual([
        [1, 1],
        [2, 3],
        [3, 4],
      ]);
      const runs = await store.read({ find: "entries", streamPrefix: "run/" });
      expect(runs.map((found) => found.data.i)).toEqual([1, 2, 3, 4]);
      expect((await store.read({ find: "entries" })).map((found) => found.data.i)).toEqual([1, 2, 3, 4, 5]);
    });

    test("are read from a sequence on, by type, up to a limit", async () => {
      const store = await openStore();
      await store.write([entry("s", 1, "odd"), entry("s", 2, "even"), entry("s", 3, "odd"), entry("s", 4, "even")]);
      const numbers = async (more: object) =>
        (await store.read({ find: "entries", stream: "s", ...more })).map((found) => found.data.i);
      expect(await numbers({ afterSequence: 2 })).toEqual([3, 4]);
      expect(await numbers({ afterSequence: 1, limit: 2 })).toEqual([2, 3]);
      expect(await numbers({ type: "even" })).toEqual([2, 4]);
      expect(await numbers({ afterSequence: 4 })).toEqual([]);
    });

    test("take a prefix literally", async () => {
      const store = await openStore();
      await store.write(["a%b/1", "aXb/1", "A%B/1", "a%b", "a%b/é", "a%c"].map((stream, i) => entry(stream, i)));
      const found = await store.read({ find: "entries", streamPrefix: "a%b/" });
      expect(found.map((one) => one.stream)).toEqual(["a%b/1", "a%b/é"]);
    });

    test("drop a second append with the same key, whatever sequence it expects", async () => {
      const store = await openStore();
      await store.write([{ ...entry("s", 1), key: "k" }]);
      await store.write([
        { ...entry("s", 2), key: "k", expectedSequence: 0 },
        { ...entry("t", 3), key: "k" },
      ]);
      expect((await store.read({ find: "entries", stream: "s" })).map((found) => found.data.i)).toEqual([1]);
      expect((await store.read({ find: "entries", stream: "t" })).map((found) => found.key)).toEqual(["k"]);
    });

    test("refuse a writer that has not seen the last entry, with the whole batch", async () => {
      const store = await openStore();
      await store.write([{ ...entry("s", 1), expectedSequence: 0 }]);
      const late = store.write([
        entry("t", 1),
        { put: "artifact", value: artifact() },
        { ...entry("s", 2), expectedSequence: 0 },
      ]);
      await expect(late).rejects.toMatchObject({
        code: "ADAPTERS_METADATA_CONFLICT",
        facts: { stream: "s", expected: 0, actual: 1 },
      });
      expect(await store.read({ find: "entries", stream: "t" })).toEqual([]);
      expect(await store.read({ find: "artifacts" })).toEqual([]);
      await store.write([
        { ...entry("s", 2), expectedSequence: 1 },
        { ...entry("s", 3), expectedSequence: 1 },
      ]);
      expect((await store.read({ find: "entries", stream: "s" })).map((found) => found.sequence)).toEqual([1, 2, 3]);
    });
  });
}
