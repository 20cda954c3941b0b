import { accessSync, constants, existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { retryWhileBusy } from "./busy.ts";
import { SqliteConnection } from "./connection.ts";

export interface SqliteFile {
  readonly path: string;
  readonly busyTimeoutMs: number;
  readonly quotaBytes?: number;
}

/**
 * One connection to a database file, set up: write-ahead log, so that readers never wait for the writer; `synchronous=FULL`,
 * so that a committed transaction survives a power cut.
 */
export async function openConnection(file: SqliteFile): Promise<SqliteConnection> {
  prepareFolder(file.path);
  // SQLite's own busy handler would block the thread: it stays off, and `retryWhileBusy` waits instead.
  const database = new DatabaseSync(file.path, { timeout: 0 });
  try {
    await retryWhileBusy(() => {
      // The log is folded into the file each 16 MB: most pages are written many times before, and folded once.
      database.exec(
        "pragma journal_mode=wal; pragma synchronous=full; pragma wal_autocheckpoint=4000; pragma journal_size_limit=67108864; pragma temp_store=memory",
      );
      if (file.quotaBytes !== undefined) limitSize(database, file.quotaBytes);
    }, file.busyTimeoutMs);
  } catch (error) {
    database.close();
    throw error;
  }
  return new SqliteConnection(database, file.busyTimeoutMs);
}

function limitSize(database: DatabaseSync, quotaBytes: number): void {
  const { page_size } = database.prepare("pragma page_size").get() as { page_size: number };
  database.exec(`pragma max_page_count=${Math.max(1, Math.floor(quotaBytes / page_size))}`);
}

/** SQLite says "unable to open" for every reason: what the file system says is clearer, so it is asked first. */
function prepareFolder(path: string): void {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true });
  accessSync(folder, constants.W_OK);
  if (existsSync(path)) accessSync(path, constants.R_OK | constants.W_OK);
}
