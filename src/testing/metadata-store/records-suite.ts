import { describe, expect, test } from "vitest";
import { type Context, digestJson, type Execution, type MetadataWrite } from "#kernel";
import { artifact, context, event, execution } from "./nouns.ts";
import type { OpenStore } from "./open-store.ts";

export function recordsSuite(openStore: OpenStore): void {
  describe("records", () => {
    test("gives back every noun as it was put", async () => {
      const store = await openStore();
      const run = context({ type: "run", name: "first", properties: { who: "Ada" } });
      const step = execution({ properties: { options: { depth: 3 }, seed: 7 } });
      const table = artifact({ files: { "rows.parquet": { object: digestJson("rows"), sizeBytes: 12 } } });
      const read = event(step, table, "output", "table");
      await store.write([
        { put: "type", value: { kind: "artifact", name: "dataset", properties: { rows: "integer" } } },
        { put: "context", value: run },
        { put: "execution", value: step },
        { put: "artifact", value: table },
        { put: "event", value: read },
        { put: "membership", contextId: run.id, memberId: step.id },
        { put: "membership", contextId: run.id, memberId: table.id },
      ]);
      expect(await store.read({ find: "types" })).toEqual([
        { kind: "artifact", name: "dataset", properties: { rows: "integer" } },
      ]);
      expect(await store.read({ find: "contexts", ids: [run.id] })).toEqual([run]);
      expect(await store.read({ find: "executions", ids: [step.id] })).toEqual([step]);
      expect(await store.read({ find: "artifacts", ids: [table.id] })).toEqual([table]);
      expect(await store.read({ find: "events", executionIds: [step.id] })).toEqual([read]);
      expect(await store.read({ find: "events", artifactIds: [table.id] })).toEqual([read]);
    });

    test("replaces a record that is put again", async () => {
      const store = await openStore();
      const running = execution({ state: "running", endedMs: null, cacheKey: null });
      const done: Execution = {
        ...running,
        state: "complete",
        endedMs: 9,
        cacheKey: digestJson(1),
        properties: { cost: 1.5 },
      };
      await store.write([{ put: "execution", value: running }]);
      await store.write([{ put: "execution", value: done }]);
      expect(await store.read({ find: "executions" })).toEqual([done]);
    });

    test("finds by type, state, content, cache key, name and membership", async () => {
      const store = await openStore();
      const run = context({ type: "run", name: "r1", createdMs: 1 });
      const other = context({ type: "run", name: "r2", createdMs: 2 });
      const a = execution({ type: "ingest", state: "complete", cacheKey: digestJson("a"), startedMs: 1 });
      const b = execution({ type: "train", state: "failed", cacheKey: digestJson("b"), startedMs: 2 });
      const table = artifact({ type: "dataset", content: digestJson("t"), createdMs: 1 });
      const model = artifact({ type: "model", content: digestJson("m"), createdMs: 2 });
      await store.write([
        ...[run, other].map((value) => ({ put: "context", value }) as const),
        ...[a, b].map((value) => ({ put: "execution", value }) as const),
        ...[table, model].map((value) => ({ put: "artifact", value }) as const),
        { put: "membership", contextId: run.id, memberId: a.id },
        { put: "membership", contextId: run.id, memberId: table.id },
        { put: "membership", contextId: run.id, memberId: table.id },
        { put: "membership", contextId: other.id, memberId: table.id },
      ]);
      expect(await store.read({ find: "executions", type: "train" })).toEqual([b]);
      expect(await store.read({ find: "executions", state: "complete" })).toEqual([a]);
      expect(await store.read({ find: "executions", cacheKeys: [digestJson("b"), digestJson("none")] })).toEqual([b]);
      expect(await store.read({ find: "executions", ids: [a.id, b.id], cacheKeys: [digestJson("b")] })).toEqual([b]);
      expect(await store.read({ find: "executions", contextId: run.id })).toEqual([a]);
      expect(await store.read({ find: "artifacts", type: "model" })).toEqual([model]);
      expect(await store.read({ find: "artifacts", content: digestJson("t") })).toEqual([table]);
      expect(await store.read({ find: "artifacts", contextId: run.id })).toEqual([table]);
      expect(await store.read({ find: "contexts", type: "run", name: "r2" })).toEqual([other]);
      expect(await store.read({ find: "contexts", memberId: table.id })).toEqual([other, run]);
      expect(await store.read({ find: "contexts", memberId: a.id })).toEqual([run]);
    });

    test("gives the newest first, by id within a millisecond, and cuts after the limit", async () => {
      const store = await openStore();
      const values = [3, 1, 2, 2].map((startedMs) => execution({ startedMs }));
      await store.write(values.map((value) => ({ put: "execution", value }) as const));
      const expected = [...values].sort((x, y) => y.startedMs - x.startedMs || (x.id < y.id ? 1 : -1));
      expect(await store.read({ find: "executions" })).toEqual(expected);
      expect(await store.read({ find: "executions", limit: 2 })).toEqual(expected.slice(0, 2));
      const ids = values.map((value) => value.id);
      expect(await store.read({ find: "executions", ids, limit: 3 })).toEqual(expected.slice(0, 3));
    });

    test("pages through contexts without losing or repeating one", async () => {
      const store = await openStore();
      const values = [1, 1, 2, 2, 3].map((createdMs, i) => context({ type: "run", name: `r${i}`, createdMs }));
      await store.write(values.map((value) => ({ put: "context", value }) as const));
      const paged: Context[] = [];
      for (;;) {
        const last = paged.at(-1);
        const before = last === undefined ? {} : { before: { createdMs: last.createdMs, id: last.id } };
        const page = await store.read({ find: "contexts", type: "run", limit: 2, ...before });
        if (page.length === 0) break;
        paged.push(...page);
      }
      expect(paged).toEqual(await store.read({ find: "contexts" }));
      expect(paged).toHaveLength(5);
    });

    test("answers an empty list of ids with nothing", async () => {
      const store = await openStore();
      await store.write([
        { put: "artifact", value: artifact() },
        { put: "execution", value: execution() },
      ]);
      expect(await store.read({ find: "artifacts", ids: [] })).toEqual([]);
      expect(await store.read({ find: "executions", ids: [] })).toEqual([]);
      expect(await store.read({ find: "executions", cacheKeys: [] })).toEqual([]);
      expect(await store.read({ find: "events", executionIds: [] })).toEqual([]);
      expect(await store.read({ find: "contexts", ids: [] })).toEqual([]);
    });

    test("takes thousands of ids in one query", async () => {
      const store = await openStore();
      const values = Array.from({ length: 3000 }, (_, i) => artifact({ createdMs: i }));
      const owner = execution();
      await store.write([
        ...values.map((value) => ({ put: "artifact", value }) as const),
        ...values.map((value, i) => ({ put: "event", value: event(owner, value, "output", `list/${i}`) }) as const),
      ]);
      const ids = values.map((value) => value.id);
      expect(await store.read({ find: "artifacts", ids })).toEqual([...values].reverse());
      expect(await store.read({ find: "artifacts", ids: [...ids, ...ids], limit: 5 })).toEqual(
        values.slice(-5).reverse(),
      );
      const events = await store.read({ find: "events", artifactIds: ids });
      expect(events.map((found) => found.path)).toEqual(values.map((_, i) => `list/${i}`));
    });

    test("records an event once", async () => {
      const store = await openStore();
      const step = execution();
      const table = artifact();
      await store.write([{ put: "event", value: event(step, table, "input", "a") }]);
      await store.write([
        { put: "event", value: event(step, table, "input", "a") },
        { put: "event", value: event(step, table, "input", "b") },
      ]);
      const events = await store.read({ find: "events", executionIds: [step.id], artifactIds: [table.id] });
      expect(events.map((found) => found.path)).toEqual(["a", "b"]);
    });

    test("lets types grow, and refuses another meaning", async () => {
      const store = await openStore();
      const put = (properties: Record<string, "integer" | "string">): MetadataWrite[] => [
        { put: "type", value: { kind: "execution", name: "train", properties } },
      ];
      await store.write(put({ rows: "integer" }));
      await store.write(put({ note: "string" }));
      await expect(store.write(put({ rows: "string" }))).rejects.toMatchObject({
        code: "ADAPTERS_METADATA_TYPE_CHANGED",
      });
      const [type] = await store.read({ find: "types" });
      expect(type?.properties).toEqual({ rows: "integer", note: "string" });
    });

    test("refuses a second context of the same type and name", async () => {
      const store = await openStore();
      await store.write([{ put: "context", value: context({ type: "model", name: "churn" }) }]);
      const second = context({ type: "model", name: "churn" });
      await expect(store.write([{ put: "context", value: second }])).rejects.toMatchObject({
        code: "ADAPTERS_METADATA_NAME_TAKEN",
      });
      await store.write([{ put: "context", value: { ...second, type: "factory" } }]);
      expect(await store.read({ find: "contexts", name: "churn" })).toHaveLength(2);
    });

    test("forgets an artifact and its memberships, and keeps its events", async () => {
      const store = await openStore();
      const run = context();
      const step = execution();
      const table = artifact();
      await store.write([
        { put: "artifact", value: table },
        { put: "membership", contextId: run.id, memberId: table.id },
        { put: "event", value: event(step, table, "output", "table") },
      ]);
      await store.write([{ put: "artifact-removal", id: table.id }]);
      expect(await store.read({ find: "artifacts" })).toEqual([]);
      expect(await store.read({ find: "contexts", memberId: table.id })).toEqual([]);
      expect(await store.read({ find: "events", artifactIds: [table.id] })).toHaveLength(1);
    });
  });
}
