import { describe, onTestFinished } from "vitest";
import type { MetadataStore } from "#kernel";
import { temporaryFolder } from "../temporary-folder.ts";
import { concurrencySuite } from "./concurrency-suite.ts";
import type { OpenStore } from "./open-store.ts";
import { recordsSuite } from "./records-suite.ts";
import { streamsSuite } from "./streams-suite.ts";
import { valuesSuite } from "./values-suite.ts";

/**
 * What every metadata store must do.
 *
 * ```ts
 * metadataStoreSuite("sqlite", (folder) => sqliteMetadata({ path: join(folder, "metadata.db") }));
 * ```
 *
 * `makeStore` is called once for each handle; the same folder means the same database.
 */
export function metadataStoreSuite(name: string, makeStore: (folder: string) => MetadataStore): void {
  const openStore: OpenStore = async (folder) => {
    const store = makeStore(folder ?? (await temporaryFolder()));
    await store.open();
    onTestFinished(() => store.close());
    return store;
  };
  describe(`metadata store: ${name}`, () => {
    recordsSuite(openStore);
    streamsSuite(openStore);
    valuesSuite(openStore);
    concurrencySuite(openStore, makeStore);
  });
}
