import type { Clock, MetadataStore } from "#kernel";
import { notOpen } from "./closed.ts";
import type { SqliteFile } from "./dialects/sqlite/open-database.ts";

/** The store in this thread. Kysely is loaded when it opens: a command that never opens it does not wait for that. */
export function lazyStore(file: SqliteFile, clock: Clock): MetadataStore {
  let loading: Promise<MetadataStore> | undefined;
  let loaded: MetadataStore | undefined;
  return {
    kind: "metadata-store",
    name: "sqlite",
    version: "1",
    traits: { transactions: true, concurrentWriters: true, notify: false },
    async open() {
      loading ??= load(file, clock);
      loaded = await loading;
      await loaded.open();
    },
    write: (batch) => loaded?.write(batch) ?? Promise.reject(notOpen()),
    read: (query) => loaded?.read(query) ?? Promise.reject(notOpen()),
    migrate: () => loaded?.migrate() ?? Promise.reject(notOpen()),
    close: async () => loaded?.close(),
  };
}

async function load(file: SqliteFile, clock: Clock): Promise<MetadataStore> {
  const [{ sqlStore }, { sqliteDialect }] = await Promise.all([
    import("./sql-store.ts"),
    import("./dialects/sqlite/sqlite-dialect.ts"),
  ]);
  return sqlStore(sqliteDialect(file), clock);
}
