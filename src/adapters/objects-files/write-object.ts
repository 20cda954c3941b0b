import { createHash, randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { chmod, copyFile, type FileHandle, open, rename, rm, stat, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Digest } from "@millrace/program";
import { MillraceError } from "#kernel";
import { temporaryFolder } from "./layout.ts";
import { digestOpenFile } from "./verify-object.ts";

/** A finished, durable, read-only file in the temporary folder, waiting for its name. */
export interface StagedFile {
  readonly path: string;
  readonly digest: Digest;
  readonly sizeBytes: number;
}

export function temporaryPath(root: string): string {
  return join(temporaryFolder(root), `${process.pid}-${randomBytes(8).toString("hex")}`);
}

/** The file's time is the machine's, or `atMs` under another clock. */
export async function stageBytes(root: string, bytes: Uint8Array, atMs: number | null): Promise<StagedFile> {
  const path = temporaryPath(root);
  const file = await open(path, "wx", 0o444);
  try {
    const [digest] = await Promise.all([digestInSlices(bytes), writeAll(file, bytes)]);
    if (atMs !== null) await file.utimes(atMs / 1000, atMs / 1000);
    await file.sync();
    return { path, digest, sizeBytes: bytes.byteLength };
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

/**
 * Stages the caller's file: moved when it is given away and lies on the same file system, else copied (by reference where
 * the file system can). A file that was moved goes back to the caller when storing it fails.
 */
export async function stageFile(root: string, source: string, take: boolean, nowMs: number): Promise<StagedFile> {
  const path = temporaryPath(root);
  const moved = take && (await moveWithin(source, path, nowMs));
  try {
    if (!moved) await copyAside(source, path);
    const file = await open(path, "r");
    try {
      await file.chmod(0o444);
      await file.utimes(nowMs / 1000, nowMs / 1000);
      // The staged file is digested, not the source: the source may change meanwhile.
      const [digest] = await Promise.all([digestOpenFile(file), file.sync()]);
      const { size } = await file.stat();
      if (take && !moved) await rm(source, { force: true });
      return { path, digest, sizeBytes: size };
    } finally {
      await file.close();
    }
  } catch (error) {
    if (moved) await rename(path, source);
    else await rm(path, { force: true });
    throw error;
  }
}

/** Gives a staged file its name, and makes the name durable. */
export async function publish(staging: StagedFile, target: string): Promise<void> {
  await rename(staging.path, target);
  await syncFolder(dirname(target));
}

/** Marks an object as wanted now, so that a collection that runs at the same time spares it. */
export async function touch(path: string, nowMs: number): Promise<void> {
  await utimes(path, nowMs / 1000, nowMs / 1000);
}

export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** False when the two paths lie on different file systems. */
async function moveWithin(source: string, target: string, nowMs: number): Promise<boolean> {
  try {
    // An old time would make the moved file look abandoned to a store that is being opened now.
    await touch(source, nowMs);
    await rename(source, target);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EXDEV") return false;
    throw missingSource(error, source);
  }
}

async function copyAside(source: string, target: string): Promise<void> {
  try {
    await copyFile(source, target, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  } catch (error) {
    throw missingSource(error, source);
  }
  await chmod(target, 0o600);
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  let position = 0;
  while (position < bytes.byteLength) {
    const { bytesWritten } = await file.write(
      bytes,
      position,
      Math.min(8 << 20, bytes.byteLength - position),
      position,
    );
    position += bytesWritten;
  }
}

async function digestInSlices(bytes: Uint8Array): Promise<Digest> {
  const hash = createHash("sha256");
  const slice = 1 << 20;
  for (let start = 0; start < bytes.byteLength; start += slice) {
    hash.update(bytes.subarray(start, start + slice));
    if (start + slice < bytes.byteLength) await new Promise(setImmediate);
  }
  return `sha256:${hash.digest("hex")}`;
}

function missingSource(error: unknown, source: string): unknown {
  if ((error as NodeJS.ErrnoException).code !== "ENOENT") return error;
  return new MillraceError("KERNEL_FILE_MISSING", {
    message: `There is no file ${source} to store.`,
    next: "Check the path of the file.",
    facts: { path: source },
    cause: error,
  });
}

/** Size of a file, or `null` when there is none. */
export async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
