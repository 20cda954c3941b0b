import { execFile } from "node:child_process";
import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import type { MetadataWrite } from "#kernel";
import { temporaryFolder } from "#testing";
import { databaseFileSuite } from "./trials/database-file-suite.ts";
import { opened } from "./trials/opened.ts";

databaseFileSuite(false);

test("a folder or file that cannot be written is said to be so", async () => {
  const folder = await temporaryFolder();
  const path = join(folder, "metadata.db");
  await (await opened({ path })).close();
  await chmod(path, 0o444);
  await chmod(folder, 0o555);
  const warm = join(await temporaryFolder(), "warm.db");
  // Root may write everywhere: the trial runs as nobody.
  const script = `
    const { sqliteMetadata } = await import(${JSON.stringify(new URL("./index.ts", import.meta.url).href)});
    // Loads what an open needs while the modules can still be read.
    await sqliteMetadata({ path: ${JSON.stringify(warm)} }).open();
    if (process.getuid() === 0) { process.setgid(65534); process.setuid(65534); }
    const codes = [];
    for (const path of ${JSON.stringify([path, join(folder, "new.db"), join(folder, "deeper", "new.db")])})
      codes.push(await sqliteMetadata({ path }).open().then(() => "opened", (error) => error.code));
    console.log(JSON.stringify(codes));`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script]);
  await chmod(folder, 0o755);
  expect(JSON.parse(stdout)).toEqual(Array(3).fill("KERNEL_FOLDER_READ_ONLY"));
});

test("batches that wait together share a transaction", async () => {
  const path = join(await temporaryFolder(), "metadata.db");
  const store = await opened({ path });
  const database = new DatabaseSync(path);
  const changes = () => (database.prepare("pragma data_version").get() as { data_version: number }).data_version;
  const before = changes();
  await Promise.all(
    Array.from({ length: 100 }, (_, i) => store.write([{ put: "entry", stream: "s", type: "t", data: {}, atMs: i }])),
  );
  expect(changes() - before).toBe(1);
  database.close();
});

test("records of one batch go in together: the last of each counts, a removal takes what came before it", async () => {
  const store = await opened({ path: join(await temporaryFolder(), "metadata.db") });
  const artifact = (id: `art_${string}`, type: string): MetadataWrite => ({
    put: "artifact",
    value: { id, type, content: `sha256:${"0".repeat(64)}`, files: {}, properties: {}, createdMs: 1 },
  });
  const entry = (key: string): MetadataWrite => ({ put: "entry", stream: "s", type: "t", data: {}, key, atMs: 1 });
  const many = Array.from({ length: 75 }, (_, i) => `art_${i}` as const);
  await store.write([
    ...many.map((id) => artifact(id, "many")),
    ...[...many, ...many].map((memberId): MetadataWrite => ({ put: "membership", contextId: "ctx_1", memberId })),
    artifact("art_twice", "first"),
    artifact("art_twice", "second"),
    artifact("art_gone", "gone"),
    { put: "membership", contextId: "ctx_1", memberId: "art_gone" },
    { put: "artifact-removal", id: "art_gone" },
    entry("a"),
    entry("b"),
    entry("a"),
  ]);
  await store.write([entry("b"), entry("c")]);
  const found = await store.read({ find: "artifacts" });
  expect(found).toHaveLength(76);
  expect(found.find(({ id }) => id === "art_twice")?.type).toBe("second");
  expect(await store.read({ find: "artifacts", contextId: "ctx_1" })).toHaveLength(75);
  const entries = await store.read({ find: "entries", stream: "s" });
  expect(entries.map(({ sequence, key }) => [sequence, key])).toEqual([
    [1, "a"],
    [2, "b"],
    [3, "c"],
  ]);
});
