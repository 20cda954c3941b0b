import { resolve } from "node:path";
import { z } from "zod";
import { type Clock, type MetadataStore, parseOptions, systemClock } from "#kernel";
import { lazyStore } from "./lazy-store.ts";
import { threadStore } from "./thread/thread-store.ts";

export const sqliteOptionsSchema = z.object({
  path: z.string().min(1).describe("The database file; made, with its folder, when it is not there."),
  thread: z
    .boolean()
    .default(false)
    .describe("Keep the database in a thread of its own, so that no call holds the event loop."),
  busyTimeoutMs: z
    .number()
    .int()
    .positive()
    .default(60_000)
    .describe("Longest wait for another process's transaction."),
  quotaBytes: z.number().int().positive().optional().describe("Largest size of the database file."),
});

export type SqliteMetadataOptions = z.input<typeof sqliteOptionsSchema> & {
  /** Only without `thread`: a thread has the machine's clock. It dates the migrations, nothing else. */
  readonly clock?: Clock;
};

/**
 * A metadata store in one SQLite file; several handles and processes may use it at once.
 *
 * ```ts
 * const metadata = sqliteMetadata({ path: ".millrace/metadata.db" });
 * await metadata.open();
 * await metadata.write([{ put: "entry", stream: "run/1", type: "started", data: {}, atMs: 0 }]);
 * (await metadata.read({ find: "entries", stream: "run/1" }))[0]?.sequence; // 1
 * ```
 *
 * A batch is durable once `write` resolves, also over a power cut (write-ahead log, `synchronous=FULL`). Batches written in
 * the same tick, or while a transaction runs, share one transaction; a batch that fails fails alone.
 * Errors: ADAPTERS_METADATA_TOO_NEW, _CORRUPT, _FOREIGN, KERNEL_FOLDER_READ_ONLY at open; ADAPTERS_METADATA_CONFLICT,
 * _NAME_TAKEN, _TYPE_CHANGED, KERNEL_JSON_INVALID, KERNEL_DISK_FULL at write; ADAPTERS_METADATA_BUSY after `busyTimeoutMs`.
 */
export function sqliteMetadata(options: SqliteMetadataOptions): MetadataStore {
  const { clock = systemClock, ...given } = options;
  const { thread, path, busyTimeoutMs, quotaBytes } = parseOptions(sqliteOptionsSchema, given, "sqliteMetadata");
  const file = { path: resolve(path), busyTimeoutMs, ...(quotaBytes === undefined ? {} : { quotaBytes }) };
  return thread ? threadStore(file) : lazyStore(file, clock);
}
