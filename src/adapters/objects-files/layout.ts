import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Digest } from "@millrace/program";
import { MillraceError } from "#kernel";

const digestPattern = /^sha256:([0-9a-f]{2})([0-9a-f]{62})$/;

/** Where an object lies: `<root>/sha256/ab/cdef…`. The strict pattern also keeps a hostile digest inside the root. */
export function objectPath(root: string, digest: Digest): string {
  const parts = digestPattern.exec(digest);
  if (parts !== null) return join(root, "sha256", parts[1]!, parts[2]!);
  throw new MillraceError("ADAPTERS_OBJECT_DIGEST_INVALID", {
    message: `"${String(digest).slice(0, 100)}" is not a digest: it must be sha256: and 64 lower-case hexadecimal digits.`,
    next: "Check where the digest was copied from.",
  });
}

/** Unfinished writes lie beside the objects, so that a rename never crosses file systems. */
export function temporaryFolder(root: string): string {
  return join(root, "tmp");
}

/** The 256 folders of objects. They are made at once, so that no put has to wait for a new folder to reach the disk. */
export function objectFolders(root: string): string[] {
  return Array.from({ length: 256 }, (_, head) => join(root, "sha256", head.toString(16).padStart(2, "0")));
}

/** Every stored object's digest and path, in order of digest; foreign files are passed over. */
export async function* storedObjects(root: string): AsyncGenerator<{ digest: Digest; path: string }> {
  const folder = join(root, "sha256");
  for (const head of await namesIn(folder)) {
    if (!/^[0-9a-f]{2}$/.test(head)) continue;
    for (const tail of await namesIn(join(folder, head))) {
      if (/^[0-9a-f]{62}$/.test(tail)) yield { digest: `sha256:${head}${tail}`, path: join(folder, head, tail) };
    }
  }
}

/** The sorted names in a folder; none when there is no such folder. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
