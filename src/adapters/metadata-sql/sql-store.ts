import type { Clock, MetadataAnswers, MetadataQuery, MetadataStore } from "#kernel";
import { notOpen } from "./closed.ts";
import type { SqlConnections, SqlDialect } from "./dialect.ts";
import { type GroupCommit, groupCommit } from "./group-commit.ts";
import { migrate } from "./migrations/migrate.ts";
import { readRecords } from "./records/read-records.ts";
import { openStatements } from "./records/statements.ts";

interface Opened {
  readonly connections: SqlConnections;
  readonly group: GroupCommit;
  /** What `close` waits for, beside the writes. */
  readonly running: Set<Promise<unknown>>;
}

/** A metadata store over a dialect, in this thread. */
export function sqlStore(dialect: SqlDialect, clock: Clock): MetadataStore {
  const statements = openStatements();
  let opening: Promise<Opened> | undefined;
  let opened: Opened | undefined;
  let closing: Promise<void> | undefined;

  const open = async (): Promise<Opened> => {
    const connections = await dialect.connect();
    try {
      await migrate(connections, dialect, clock);
    } catch (error) {
      await connections.close();
      throw error;
    }
    return {
      connections,
      group: groupCommit(connections.writer, statements, (error) => dialect.explain(error)),
      running: new Set(),
    };
  };

  const close = async ({ connections, group, running }: Opened): Promise<void> => {
    await group.settled();
    await Promise.allSettled(running);
    await connections.close();
  };

  /** Runs a call on the open store; its errors come as the platform's. */
  const use = <T>(call: (store: Opened) => Promise<T>): Promise<T> => {
    const store = opened;
    if (store === undefined) return Promise.reject(notOpen());
    const running = call(store)
      .catch((error: unknown) => {
        throw dialect.explain(error);
      })
      .finally(() => store.running.delete(running));
    store.running.add(running);
    return running;
  };

  return {
    kind: "metadata-store",
    name: dialect.name,
    version: "1",
    traits: { transactions: true, concurrentWriters: true, notify: false },
    async open() {
      await closing;
      opening ??= open().catch((error: unknown) => {
        opening = undefined;
        throw dialect.explain(error);
      });
      opened = await opening;
    },
    write: (batch) => opened?.group.write(batch) ?? Promise.reject(notOpen()),
    read: <Q extends MetadataQuery>(query: Q) =>
      use(
        async ({ connections }) =>
          (await readRecords(connections.reader, statements, query)) as MetadataAnswers[Q["find"]],
      ),
    migrate: () => use(({ connections }) => migrate(connections, dialect, clock)),
    async close() {
      const store = opened;
      opened = undefined;
      opening = undefined;
      if (store !== undefined) closing = close(store);
      await closing;
    },
  };
}
