import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { DuckDBConnection, DuckDBDataChunk } from "@duckdb/node-api";
import { quoteText } from "./quoting.ts";

export type Cell = string | number | bigint | boolean | null;

/** A DuckDB of its own, locked before anybody's SQL runs: no network, no extension, no file outside the folders given. */
export interface Engine {
  readonly connection: DuckDBConnection;
  run(sql: string): Promise<void>;
  /** All rows of a small result. */
  rows(sql: string): Promise<Cell[][]>;
  /** Chunks in the result's order. */
  chunks(sql: string): AsyncGenerator<DuckDBDataChunk>;
  close(): Promise<void>;
}

export interface EngineOptions {
  /** Folders that queries may read and write. */
  readonly folders: readonly string[];
  readonly memoryLimitMb?: number;
  readonly threads?: number;
}

/** Opens a locked engine in memory; what does not fit spills to a temporary folder that `close` removes. */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const spill = await mkdtemp(join(tmpdir(), "millrace-duckdb-"));
  const instance = await DuckDBInstance.create(":memory:", options.threads ? { threads: String(options.threads) } : {});
  const connection = await instance.connect();
  const folders = [...new Set(options.folders.map((folder) => `${resolve(folder)}/`))];
  for (const setting of [
    `memory_limit = '${options.memoryLimitMb ?? 2048}MB'`,
    `temp_directory = ${quoteText(spill)}`,
    "TimeZone = 'UTC'",
    "preserve_insertion_order = true",
    // Geometry stays bytes: turning it needs an extension.
    "enable_geoparquet_conversion = false",
    "autoinstall_known_extensions = false",
    "autoload_known_extensions = false",
    "allow_community_extensions = false",
    // The order matters: once external access is off, the list of allowed folders can no longer grow.
    `allowed_directories = [${folders.map(quoteText).join(", ")}]`,
    "enable_external_access = false",
    "lock_configuration = true",
  ])
    await connection.run(`SET ${setting}`);
  return {
    connection,
    run: async (sql) => {
      await connection.run(sql);
    },
    rows: async (sql) => (await connection.runAndReadAll(sql)).getRows() as Cell[][],
    async *chunks(sql) {
      const result = await connection.stream(sql);
      for (;;) {
        const chunk = await result.fetchChunk();
        if (chunk === null || chunk.rowCount === 0) return;
        yield chunk;
      }
    },
    close: async () => {
      connection.closeSync();
      instance.closeSync();
      await rm(spill, { recursive: true, force: true });
    },
  };
}

/** Runs `work` on an engine and closes it whatever happens. */
export async function withEngine<T>(options: EngineOptions, work: (engine: Engine) => Promise<T>): Promise<T> {
  const engine = await openEngine(options);
  try {
    return await work(engine);
  } finally {
    await engine.close();
  }
}
