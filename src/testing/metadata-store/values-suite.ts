import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { context, entry } from "./nouns.ts";
import type { OpenStore } from "./open-store.ts";

export function valuesSuite(openStore: OpenStore): void {
  describe("values", () => {
    test("keep every JSON value", async () => {
      const store = await openStore();
      let number = 0;
      await fc.assert(
        fc.asyncProperty(fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue(), { maxKeys: 5 }), async (data) => {
          const stream = `json/${number++}`;
          const plain = JSON.parse(JSON.stringify(data));
          await store.write([{ put: "entry", stream, type: "t", data: plain, atMs: 0 }]);
          expect((await store.read({ find: "entries", stream }))[0]?.data).toEqual(plain);
        }),
        { numRuns: 60, seed: 1 },
      );
    });

    test("keep names in any script, and a large document", async () => {
      const store = await openStore();
      const name = "Flügel ✈ 鳥 🦅 e\u0301 'quote' \"double\" %_\\ ; --";
      const named = context({ type: name, name, properties: { [name]: name } });
      const large = { rows: Array.from({ length: 20_000 }, (_, i) => ({ i, text: `row ${i} ${"é".repeat(30)}` })) };
      await store.write([
        { put: "context", value: named },
        { put: "entry", stream: name, type: name, key: name, data: large, atMs: 1 },
      ]);
      expect(await store.read({ find: "contexts", type: name, name })).toEqual([named]);
      const [found] = await store.read({ find: "entries", stream: name, type: name });
      expect(found).toEqual({ stream: name, sequence: 1, type: name, key: name, data: large, atMs: 1 });
    });

    test("refuse what JSON cannot carry, and write nothing of its batch", async () => {
      const store = await openStore();
      for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
        const batch = [entry("s", 1), { ...entry("s", 2), data: { deep: [bad] } }];
        await expect(store.write(batch)).rejects.toMatchObject({ code: "KERNEL_JSON_INVALID" });
      }
      expect(await store.read({ find: "entries" })).toEqual([]);
    });
  });
}
