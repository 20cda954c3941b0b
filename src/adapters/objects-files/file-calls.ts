import { closeSync, constants, fdatasync, fsync, open, openSync, read, rename, statSync, write } from "node:fs";

/*
 * File calls by descriptor: cheaper than `node:fs/promises`, which counts where files are small. What may wait for the disk goes
 * through the thread pool; what only looks at an entry, or gives a descriptor back, does not.
 */

function called<T>(call: (done: (error: NodeJS.ErrnoException | null, value?: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) =>
    call((error, value) => (error === null ? resolve(value as T) : reject(error))),
  );
}

const { O_CREAT, O_DSYNC, O_EXCL, O_WRONLY } = constants;

/** On Linux a file can be opened so that what a write gives back is durable: as good as a sync after it, and one call less. */
export const writesCanBeDurable = process.platform === "linux";

/** A new, read-only file; under `durable` each write is on the disk when it resolves. */
export const createFile = (path: string, durable = false): Promise<number> =>
  called((done) => open(path, O_WRONLY | O_CREAT | O_EXCL | (durable ? O_DSYNC : 0), 0o444, done));

export const renameFile = (from: string, to: string): Promise<void> => called((done) => rename(from, to, done));

/** Makes the bytes durable, with what is needed to read them. */
export const syncBytes = (file: number): Promise<void> => called((done) => fdatasync(file, done));

/** Makes the names in a folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  const file = openSync(folder, "r");
  try {
    await called<void>((done) => fsync(file, done));
  } finally {
    closeSync(file);
  }
}

export async function writeAt(file: number, bytes: Uint8Array, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.byteLength) {
    const left = bytes.byteLength - written;
    written += await called<number>((done) => write(file, bytes, written, left, position + written, done));
  }
}

/** Fills the buffer from a position on; gives fewer bytes only at the file's end. */
export async function readAt(file: number, buffer: Uint8Array, position: number): Promise<number> {
  let filled = 0;
  while (filled < buffer.byteLength) {
    const left = buffer.byteLength - filled;
    const count = await called<number>((done) => read(file, buffer, filled, left, position + filled, done));
    if (count === 0) break;
    filled += count;
  }
  return filled;
}

/** Size of a file, or `null` when there is none. */
export function sizeOf(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.size ?? null;
}
