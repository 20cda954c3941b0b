import { access, constants } from "node:fs/promises";
import { isAbsolute, join, resolve } from "node:path";
import { localExecutor } from "#adapters/executor-local";
import { sqliteMetadata } from "#adapters/metadata-sql";
import { fileObjects } from "#adapters/objects-files";
import { type Executor, type MetadataStore, MillraceError, makeFolder, type ObjectStore } from "#kernel";

/** A project's folder and its open stores. */
export interface Project {
  /** The folder of the config; relative paths of sources count from here. */
  readonly folder: string;
  /** Where state lives: `.millrace` in the folder, or `MILLRACE_HOME`. */
  readonly home: string;
  readonly trafficFolder: string;
  readonly metadata: MetadataStore;
  readonly objects: ObjectStore;
  readonly executor: Executor;
  close(): Promise<void>;
}

export interface OpenOptions {
  /** Keep the metadata store in a thread of its own, for servers. */
  readonly thread?: boolean;
  readonly parallel?: number;
}

/**
 * Opens a project's stores, making its home where there is none.
 *
 * Errors: KERNEL_FOLDER_READ_ONLY: when the home cannot be written.
 */
export async function openProject(folder: string, options: OpenOptions = {}): Promise<Project> {
  const home = homeOf(folder);
  await makeHome(home);
  const metadata = sqliteMetadata({ path: join(home, "metadata.db"), thread: options.thread ?? false });
  const objects = fileObjects({ root: join(home, "objects") });
  await metadata.open();
  await metadata.migrate();
  const executor = localExecutor({ parallel: options.parallel ?? 2 });
  return {
    folder,
    home,
    trafficFolder: join(home, "traffic"),
    metadata,
    objects,
    executor,
    async close() {
      await executor.drain();
      await metadata.close();
    },
  };
}

/** Where the state of the project in a folder lives. */
export function homeOf(folder: string): string {
  const moved = process.env.MILLRACE_HOME;
  if (moved === undefined || moved === "") return join(folder, ".millrace");
  return isAbsolute(moved) ? moved : resolve(folder, moved);
}

/** Errors: KERNEL_FOLDER_READ_ONLY. */
export async function makeHome(home: string): Promise<void> {
  try {
    await makeFolder(home);
    await access(home, constants.W_OK);
  } catch (error) {
    throw new MillraceError("KERNEL_FOLDER_READ_ONLY", {
      message: `The folder ${home} cannot be written to (${(error as NodeJS.ErrnoException).code}).`,
      next: "Make it writable, or let MILLRACE_HOME name a folder that is.",
      cause: error,
    });
  }
}
