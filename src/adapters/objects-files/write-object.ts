import { randomBytes } from "node:crypto";
import { closeSync, constants, fstatSync, futimesSync, openSync } from "node:fs";
import { chmod, copyFile, open, rename, rm, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import { MillraceError } from "#kernel";
import { createFile, renameFile, syncBytes, syncFolder, writeAt, writesCanBeDurable } from "./file-calls.ts";
import { temporaryFolder } from "./layout.ts";
import { piecesOf, type WrittenObject, withPiecesOf, writeStream } from "./stage-stream.ts";
import { digestOpenFile } from "./verify-object.ts";

const session = `${process.pid}-${randomBytes(8).toString("hex")}`;
let started = 0;

export function temporaryPath(root: string): string {
  started += 1;
  return join(temporaryFolder(root), `${session}-${started}`);
}

/** A durable, read-only file of a few bytes in the temporary folder. The file's time is the machine's, or `atMs` under another clock. */
export async function stageSmall(root: string, bytes: Uint8Array, atMs: number | null): Promise<string> {
  const path = temporaryPath(root);
  const file = await createFile(path, writesCanBeDurable);
  try {
    await writeAt(file, bytes, 0);
    if (atMs !== null) futimesSync(file, atMs / 1000, atMs / 1000);
    if (!writesCanBeDurable || bytes.byteLength === 0) await syncBytes(file);
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
  return path;
}

export function stageBytes(root: string, bytes: Uint8Array, atMs: number | null): Promise<WrittenObject> {
  return writeStream(temporaryPath(root), bytes.byteLength, piecesOf(bytes), atMs);
}

/**
 * Stages the caller's file: moved when it is given away and lies on the same file system, else copied (by reference where
 * the file system can). A file that was moved goes back to the caller when storing it fails.
 */
export async function stageFile(
  root: string,
  source: string,
  take: boolean,
  nowMs: number,
  atMs: number | null,
): Promise<WrittenObject> {
  const path = temporaryPath(root);
  if (take && (await moveWithin(source, path, nowMs))) return stageInPlace(path, nowMs, () => rename(path, source));
  if (await cloneWithin(root, source, path)) return stageInPlace(path, nowMs, () => rm(path, { force: true }));
  const file = openSource(source);
  try {
    const sizeBytes = fstatSync(file).size;
    return await withPiecesOf(file, (pieces) => writeStream(path, sizeBytes, pieces, atMs));
  } finally {
    closeSync(file);
  }
}

/** A file that is whole already: it is digested while it goes to the disk. */
async function stageInPlace(path: string, nowMs: number, undo: () => Promise<void>): Promise<WrittenObject> {
  try {
    const file = await open(path, "r");
    try {
      await file.chmod(0o444);
      await file.utimes(nowMs / 1000, nowMs / 1000);
      // The staged file is digested, not the source: the source may change meanwhile.
      const [digest] = await Promise.all([digestOpenFile(file), file.sync()]);
      const { size } = await file.stat();
      return { path, digest, sizeBytes: size, finish: async () => undefined, abandon: () => rm(path, { force: true }) };
    } finally {
      await file.close();
    }
  } catch (error) {
    await undo();
    throw error;
  }
}

/** Gives a staged file its name, and makes the name durable. */
export async function publish(staged: string, target: string): Promise<void> {
  await renameFile(staged, target);
  await syncFolder(dirname(target));
}

/** Marks an object as wanted now, so that a collection that runs at the same time spares it. */
export async function touch(path: string, nowMs: number): Promise<void> {
  await utimes(path, nowMs / 1000, nowMs / 1000);
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

/** Roots whose file system is known to make no copies by reference. */
const withoutClones = new Set<string>();
const noClone = new Set(["ENOTSUP", "EOPNOTSUPP", "ENOSYS", "ENOTTY", "EINVAL", "EXDEV"]);

async function cloneWithin(root: string, source: string, target: string): Promise<boolean> {
  if (withoutClones.has(root)) return false;
  try {
    await copyFile(source, target, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE);
  } catch (error) {
    await rm(target, { force: true });
    const { code } = error as NodeJS.ErrnoException;
    if (!noClone.has(code ?? "")) throw missingSource(error, source);
    // A source elsewhere says nothing of the next one.
    if (code !== "EXDEV") withoutClones.add(root);
    return false;
  }
  await chmod(target, 0o600);
  return true;
}

/** Errors: KERNEL_FILE_MISSING: when there is no such file. */
export function openSource(path: string): number {
  try {
    return openSync(path, "r");
  } catch (error) {
    throw missingSource(error, path);
  }
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
