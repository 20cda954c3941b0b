import { mkdir, readdir, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import type { MetadataWrite } from "#kernel";
import { emptyFolder, opened } from "./opened.ts";

const entry = (i: number, text = ""): MetadataWrite => ({
  put: "entry",
  stream: "s",
  type: "t",
  data: { i, text },
  atMs: i,
});

/** What must hold of the file, whichever thread it is opened in. */
export function databaseFileSuite(thread: boolean): void {
  describe(`the database file${thread ? " of a thread" : ""}`, () => {
    test("is made with its folder", async () => {
      const folder = join(await emptyFolder(), "a", "b");
      await opened({ path: join(folder, "metadata.db"), thread });
      expect(await readdir(folder)).toContain("metadata.db");
    });

    test("of a newer version is refused, and left as it is", async () => {
      const path = join(await emptyFolder(), "metadata.db");
      const first = await opened({ path, thread });
      const version = await first.migrate();
      await first.close();
      const database = new DatabaseSync(path);
      database.exec(`insert into millrace_migrations values (${version + 3}, 'from the future', 0)`);
      database.close();
      await expect(opened({ path, thread })).rejects.toMatchObject({
        code: "ADAPTERS_METADATA_TOO_NEW",
        facts: { version: version + 3, newestKnown: version },
      });
    });

    test("of another program is refused", async () => {
      const path = join(await emptyFolder(), "metadata.db");
      const database = new DatabaseSync(path);
      database.exec("create table notes (text)");
      database.close();
      await expect(opened({ path, thread })).rejects.toMatchObject({ code: "ADAPTERS_METADATA_FOREIGN" });
    });

    test("that is no database, or a damaged one, is called corrupt", async () => {
      const folder = await emptyFolder();
      await writeFile(join(folder, "text.db"), "this is not a database".repeat(100));
      await expect(opened({ path: join(folder, "text.db"), thread })).rejects.toMatchObject({
        code: "ADAPTERS_METADATA_CORRUPT",
        facts: { path: join(folder, "text.db") },
      });
      const path = join(folder, "damaged.db");
      const store = await opened({ path, thread });
      for (let i = 0; i < 20; i++) await store.write([entry(i, "x".repeat(4000))]);
      await store.close();
      await truncate(path, 4096 * 8 + 100);
      const damaged = opened({ path, thread }).then((again) => again.read({ find: "entries", stream: "s" }));
      await expect(damaged).rejects.toMatchObject({ code: "ADAPTERS_METADATA_CORRUPT" });
    });

    test("that is a folder is said not to open", async () => {
      const path = join(await emptyFolder(), "metadata.db");
      await mkdir(path);
      await expect(opened({ path, thread })).rejects.toMatchObject({ code: "ADAPTERS_METADATA_FAILED" });
    });

    test("at its quota refuses writes like a full disk, keeps what it has, and goes on after", async () => {
      const path = join(await emptyFolder(), "metadata.db");
      const store = await opened({ path, thread, quotaBytes: 400_000 });
      let written = 0;
      const fill = async () => {
        for (;;) {
          await store.write([entry(written, "x".repeat(20_000))]);
          written += 1;
        }
      };
      await expect(fill()).rejects.toMatchObject({ code: "KERNEL_DISK_FULL" });
      expect(written).toBeGreaterThan(5);
      expect((await store.read({ find: "entries", stream: "s" })).map((found) => found.sequence)).toHaveLength(written);
      await store.close();
      expect((await stat(path)).size).toBeLessThanOrEqual(400_000);
      const wider = await opened({ path, thread });
      await wider.write([{ ...entry(written), expectedSequence: written } as MetadataWrite]);
    });

    test("held by another process is waited for, and after the limit that is said", async () => {
      const path = join(await emptyFolder(), "metadata.db");
      const store = await opened({ path, thread, busyTimeoutMs: 300 });
      const holder = new DatabaseSync(path);
      holder.exec("begin immediate");
      const began = performance.now();
      const waiting = store.write([entry(1)]);
      await expect(store.read({ find: "entries" })).resolves.toEqual([]);
      await expect(waiting).rejects.toMatchObject({ code: "ADAPTERS_METADATA_BUSY", facts: { limitMs: 300 } });
      expect(performance.now() - began).toBeGreaterThanOrEqual(290);
      const patient = store.write([entry(2)]);
      setTimeout(() => holder.exec("rollback"), 100);
      await patient;
      holder.close();
      expect(await store.read({ find: "entries" })).toHaveLength(1);
    });

    test("is set up so that an acknowledged write survives a power cut", async () => {
      const path = join(await emptyFolder(), "metadata.db");
      await opened({ path, thread });
      const database = new DatabaseSync(path);
      expect(database.prepare("pragma journal_mode").get()).toEqual({ journal_mode: "wal" });
      database.close();
    });

    test("is migrated once by handles that open at the same time", async () => {
      const path = join(await emptyFolder(), "metadata.db");
      const stores = await Promise.all([1, 2, 3].map(() => opened({ path, thread })));
      await Promise.all(stores.map((store, i) => store.write([entry(i)])));
      expect(await stores[0]!.read({ find: "entries" })).toHaveLength(3);
    });
  });
}
