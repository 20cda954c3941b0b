import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sqliteMetadata } from "#adapters/metadata-sql";
import { fileObjects } from "#adapters/objects-files";
import { type RunningServer, startServer } from "#server";
import type { Stores } from "./seed/write-run.ts";

export interface SeededServer<T> {
  readonly server: RunningServer;
  readonly seeded: T;
  close(): Promise<void>;
}

/** The real server over real stores in a folder of their own, filled by `seed`. */
export async function seededServer<T>(seed: (stores: Stores) => Promise<T>): Promise<SeededServer<T>> {
  const folder = await mkdtemp(join(tmpdir(), "millrace-console-"));
  const metadata = sqliteMetadata({ path: join(folder, "metadata.db"), thread: true });
  await metadata.open();
  const objects = fileObjects({ root: join(folder, "objects") });
  const seeded = await seed({ metadata, objects });
  const consoleFolder = join(import.meta.dirname, "..", "..", "console", "dist");
  const server = await startServer({ metadata, objects, consoleFolder, version: "0.1.0", port: 0 });
  return {
    server,
    seeded,
    close: async () => {
      await server.close();
      await metadata.close();
      await rm(folder, { recursive: true });
    },
  };
}
