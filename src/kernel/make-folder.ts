import { mkdir, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";

/**
 * Makes a folder with the folders above it that are missing; one that is there is left as it is.
 *
 * Node's own recursive `mkdir` tries for ever where a file system answers "no such entry" to a folder that it cannot hold, as
 * `/proc` does; here that answer is the error.
 * Errors: the file system's: ENOTDIR, EACCES, EROFS, ENOSPC, and ENOENT of such a file system.
 */
export async function makeFolder(path: string): Promise<void> {
  const missing: string[] = [];
  for (let folder = resolve(path); !(await isThere(folder)); folder = dirname(folder)) missing.push(folder);
  for (const folder of missing.reverse())
    await mkdir(folder).catch(async (error: NodeJS.ErrnoException) => {
      // Another process may have been faster.
      if (error.code !== "EEXIST" || !(await isThere(folder))) throw error;
    });
}

async function isThere(path: string): Promise<boolean> {
  try {
    if ((await stat(path)).isDirectory()) return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
  throw Object.assign(new Error(`${path} is a file, not a folder.`), { code: "ENOTDIR", path });
}
