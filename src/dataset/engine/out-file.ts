import { access, constants, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { MillraceError, makeFolder } from "#kernel";

let counter = 0;

/**
 * Writes a file whole or not at all: `write` fills a temporary neighbour, which then takes the name.
 *
 * Errors: KERNEL_FOLDER_READ_ONLY, KERNEL_DISK_FULL: when the folder or disk refuses.
 */
export async function writeWhole<T>(path: string, write: (temporary: string) => Promise<T>): Promise<T> {
  const temporary = `${path}.part-${process.pid}-${counter++}`;
  try {
    await makeFolder(dirname(path));
    await access(dirname(path), constants.W_OK);
    const result = await write(temporary);
    await rename(temporary, path);
    return result;
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw refusedWrite(path, error);
  }
}

/** What to throw where a file could not be written: KERNEL_FOLDER_READ_ONLY, KERNEL_DISK_FULL, or the error itself. */
export function refusedWrite(path: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  const text = error instanceof Error ? error.message : String(error);
  if (/^(ENOSPC|EDQUOT)$/.test(code) || /No space left|quota exceeded/i.test(text))
    return new MillraceError("KERNEL_DISK_FULL", {
      message: `The disk is full: ${path} could not be written.`,
      next: "Free some space, for example with `millrace gc`, and run again.",
      facts: { path },
      cause: error,
    });
  // Folders such as /proc say of a new file, or a new folder, that it is not there.
  const of = String((error as NodeJS.ErrnoException).path ?? "?");
  const refused = code === "ENOENT" && (of.startsWith(`${path}.part-`) || path.startsWith(of));
  if (
    refused ||
    /^(EACCES|EROFS|EPERM|ENOTDIR|EEXIST)$/.test(code) ||
    /Permission denied|Read-only file system/i.test(text)
  )
    return new MillraceError("KERNEL_FOLDER_READ_ONLY", {
      message: `The folder ${dirname(path)} cannot be written to (${code || "refused"}).`,
      next: "Choose another place with --out, or give yourself the right to write there.",
      facts: { path, system: code },
      cause: error,
    });
  return error;
}
