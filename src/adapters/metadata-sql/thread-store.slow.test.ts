import { execFile } from "node:child_process";
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
