import { createHash } from "node:crypto";
import { type BigIntStats, statSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import type { Digest } from "@millrace/program";
import { MillraceError } from "#kernel";
import { explainFileError } from "./file-errors.ts";

const chunkBytes = 1 << 20;

/** Remembers which files this process has verified, by what changes when their bytes do. */
export interface VerifiedFiles {
  /** The whole object, verified. */
  read(digest: Digest, path: string): Promise<Uint8Array>;
  /** Verifies the object without keeping it. */
  check(digest: Digest, path: string): Promise<void>;
  /** Records a file whose bytes were digested while it was written. */
  trust(path: string): void;
  forget(path: string): void;
  knows(path: string): boolean;
}

export function verifiedFiles(): VerifiedFiles {
  const verified = new Map<string, string>();

  const withFile = async <T>(digest: Digest, path: string, use: (file: FileHandle) => Promise<T>): Promise<T> => {
    let file: FileHandle;
    try {
      file = await open(path, "r");
    } catch (error) {
      verified.delete(path);
      if ((error as NodeJS.ErrnoException).code === "ENOENT") throw missing(digest, path);
      throw explainFileError(error, path);
    }
    try {
      return await use(file);
    } finally {
      await file.close();
    }
  };

  return {
    read: (digest, path) =>
      withFile(digest, path, async (file) => {
        const mark = markOf(await file.stat({ bigint: true }));
        const known = verified.get(path) === mark;
        const { bytes, hash } = await readWhole(file, !known);
        if (!known) {
          compare(digest, path, hash);
          verified.set(path, mark);
        }
        return bytes;
      }),
    check: (digest, path) =>
      withFile(digest, path, async (file) => {
        const mark = markOf(await file.stat({ bigint: true }));
        if (verified.get(path) === mark) return;
        compare(digest, path, await digestOpenFile(file));
        verified.set(path, mark);
      }),
    trust: (path) => {
      verified.set(path, markOf(statSync(path, { bigint: true })));
    },
    knows: (path) => verified.has(path),
    forget: (path) => {
      verified.delete(path);
    },
  };
}

/** The sha-256 of an open file in chunks, so that a large one does not hold the event loop. */
export async function digestOpenFile(file: FileHandle): Promise<Digest> {
  const hash = createHash("sha256");
  let position = 0;
  let filled = Buffer.allocUnsafe(chunkBytes);
  let spare = Buffer.allocUnsafe(chunkBytes);
  let { bytesRead } = await file.read(filled, 0, chunkBytes, position);
  while (bytesRead > 0) {
    position += bytesRead;
    // The next chunk is read while this one is digested.
    const following = file.read(spare, 0, chunkBytes, position);
    hash.update(filled.subarray(0, bytesRead));
    [filled, spare] = [spare, filled];
    ({ bytesRead } = await following);
  }
  return `sha256:${hash.digest("hex")}`;
}

async function readWhole(file: FileHandle, withHash: boolean): Promise<{ bytes: Uint8Array; hash: Digest | null }> {
  const { size } = await file.stat();
  const bytes = new Uint8Array(size);
  const hash = withHash ? createHash("sha256") : null;
  let position = 0;
  let digested = 0;
  while (position < size) {
    const reading = file.read(bytes, position, Math.min(4 * chunkBytes, size - position), position);
    if (hash !== null) hash.update(bytes.subarray(digested, position));
    digested = position;
    const { bytesRead } = await reading;
    if (bytesRead === 0) break;
    position += bytesRead;
  }
  hash?.update(bytes.subarray(digested, position));
  return { bytes: bytes.subarray(0, position), hash: hash === null ? null : `sha256:${hash.digest("hex")}` };
}

function markOf({ ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return `${ino}:${size}:${mtimeNs}:${ctimeNs}`;
}

function compare(digest: Digest, path: string, actual: Digest | null): void {
  if (actual === digest) return;
  throw new MillraceError("ADAPTERS_OBJECT_CORRUPT", {
    message: `The stored object ${digest} is damaged: its bytes have the digest ${actual}.`,
    next: `Restore ${path} from a backup, or delete it and run the step that made it again.`,
    facts: { digest, actual, path },
  });
}

function missing(digest: Digest, path: string): MillraceError {
  return new MillraceError("ADAPTERS_OBJECT_MISSING", {
    message: `There is no object ${digest} in the store.`,
    next: "Restore it from a backup, or run the step that made it again (`millrace run --from STEP`).",
    facts: { digest, path },
  });
}
