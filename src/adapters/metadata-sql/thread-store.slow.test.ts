import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { metadataStoreSuite, temporaryFolder } from "#testing";
import { sqliteMetadata } from "./sqlite-metadata.ts";
import { databaseFileSuite } from "./trials/database-file-suite.ts";

metadataStoreSuite("sqlite in a thread", (folder) =>
  sqliteMetadata({ path: join(folder, "metadata.db"), thread: true }),
);
databaseFileSuite(true);

test("an idle store in a thread does not keep its process alive", async () => {
  const path = join(await temporaryFolder(), "metadata.db");
  const script = `
    const { sqliteMetadata } = await import(${JSON.stringify(new URL("./index.ts", import.meta.url).href)});
    const store = sqliteMetadata({ path: ${JSON.stringify(path)}, thread: true });
    await store.open();
    await store.write([{ put: "entry", stream: "s", type: "t", data: {}, atMs: 0 }]);
    console.log("written");`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], {
    timeout: 20_000,
  });
  expect(stdout).toBe("written\n");
});

test("the thread ends by itself when its store closes, and when it could not open", async () => {
  const folder = await temporaryFolder();
  const path = join(folder, "metadata.db");
  await writeFile(join(folder, "text.db"), "this is not a database".repeat(100));
  const script = `
    const { sqliteMetadata } = await import(${JSON.stringify(new URL("./index.ts", import.meta.url).href)});
    // A thread that is terminated ends with 1.
    process.on("worker", (worker) => worker.on("exit", (code) => console.log("thread", code)));
    const store = sqliteMetadata({ path: ${JSON.stringify(path)}, thread: true });
    await store.open();
    const written = store.write([{ put: "entry", stream: "s", type: "t", data: {}, atMs: 0 }]);
    await Promise.all([store.close(), store.close(), written]);
    await store.open();
    console.log("entries", (await store.read({ find: "entries", stream: "s" })).length);
    await store.close();
    const broken = sqliteMetadata({ path: ${JSON.stringify(join(folder, "text.db"))}, thread: true });
    await broken.open().catch((error) => console.log(error.code));`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], {
    timeout: 30_000,
  });
  expect(stdout.trim().split("\n")).toEqual([
    "thread 0",
    "entries 1",
    "thread 0",
    "thread 0",
    "ADAPTERS_METADATA_CORRUPT",
  ]);
});
