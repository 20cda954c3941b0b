import { createHash } from "node:crypto";
import { closeSync, futimesSync } from "node:fs";
import { rm } from "node:fs/promises";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Digest } from "@millrace/program";
import { createFile, readAt, syncBytes, writeAt } from "./file-calls.ts";

/** Bytes that are digested in one turn of the event loop: a quarter of a millisecond, or less. */
const sliceBytes = 256 << 10;
/** Bytes that are read and written by one call. */
const pieceBytes = 1 << 20;
/** So many bytes are on their way to the disk while others are still digested. */
const syncEveryBytes = 16 << 20;
/** Buffers that wait for the next file: a new one costs as much as reading into it does. */
const spare: Buffer[] = [];
const mostSpare = 12;

/** Pieces of an object, by their position. A piece stays as it is until the fourth after it is asked for. */
export type Pieces = (position: number) => Promise<Uint8Array>;

/** A piece is digested while the one after it is read; the two before it may still be on their way into the file, in order. */
const piecesAtOnce = 4;

/** An object whose bytes are written and not yet durable. */
export interface WrittenObject {
  readonly path: string;
  readonly digest: Digest;
  readonly sizeBytes: number;
  /** Makes it durable. */
  finish(): Promise<void>;
  /** Takes it away again. */
  abandon(): Promise<void>;
}

export function piecesOf(bytes: Uint8Array): Pieces {
  return async (position) => bytes.subarray(position, position + pieceBytes);
}

/** Runs with the pieces of an open file, read into a ring of buffers. */
export async function withPiecesOf<T>(file: number, use: (pieces: Pieces) => Promise<T>): Promise<T> {
  const buffers = Array.from({ length: piecesAtOnce }, () => spare.pop() ?? Buffer.allocUnsafeSlow(pieceBytes));
  let turn = 0;
  try {
    return await use(async (position) => {
      turn = (turn + 1) % piecesAtOnce;
      const buffer = buffers[turn]!;
      return buffer.subarray(0, await readAt(file, buffer, position));
    });
  } finally {
    spare.push(...buffers.slice(0, mostSpare - spare.length));
  }
}

/**
 * Writes an object into a new file. Digesting is what takes longest and never waits: the next piece is read, and those before
 * are written, meanwhile; and what was written goes to the disk, so that little is left to wait for at the end.
 */
export async function writeStream(
  path: string,
  expectedBytes: number,
  pieces: Pieces,
  atMs: number | null,
): Promise<WrittenObject> {
  const file = await createFile(path);
  const hash = createHash("sha256");
  let sizeBytes = 0;
  let unsynced = 0;
  let syncing: Promise<void> | undefined;
  let fault: { readonly error: unknown } | undefined;
  const writing: Promise<void>[] = [];
  let following: Promise<Uint8Array> | undefined;

  const sync = (): void => {
    unsynced = 0;
    syncing = syncBytes(file)
      .catch((error: unknown) => {
        fault ??= { error };
      })
      .finally(() => {
        syncing = undefined;
      });
  };
  const writePiece = async (piece: Uint8Array, position: number): Promise<void> => {
    await writeAt(file, piece, position);
    const end = position + piece.byteLength;
    unsynced += piece.byteLength;
    if (end === expectedBytes && atMs !== null) futimesSync(file, atMs / 1000, atMs / 1000);
    if (syncing === undefined && (unsynced >= syncEveryBytes || end === expectedBytes)) sync();
  };
  const abandon = async (): Promise<void> => {
    // Only when nothing is under way any more may the files be closed.
    await Promise.allSettled([...writing, following]);
    await syncing;
    closeSync(file);
    await rm(path, { force: true });
  };

  try {
    let piece = await pieces(0);
    while (piece.byteLength > 0) {
      const [now, position, before] = [piece, sizeBytes, writing.at(-1)];
      writing.push(awaited(Promise.resolve(before).then(() => writePiece(now, position))));
      sizeBytes += piece.byteLength;
      if (writing.length === piecesAtOnce) await writing.shift();
      following = awaited(pieces(sizeBytes));
      await digestPiece(hash, piece);
      piece = await following;
    }
    await Promise.all(writing);
    if (sizeBytes !== expectedBytes && atMs !== null) futimesSync(file, atMs / 1000, atMs / 1000);
  } catch (error) {
    await abandon();
    throw error;
  }
  return {
    path,
    digest: `sha256:${hash.digest("hex")}`,
    sizeBytes,
    abandon,
    async finish() {
      try {
        await syncing;
        if (unsynced > 0) await syncBytes(file);
        if (fault !== undefined) throw fault.error;
      } catch (error) {
        await abandon();
        throw error;
      }
      closeSync(file);
    },
  };
}

/** A promise that is waited for later: until then, its fault is no unhandled one. */
function awaited<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

async function digestPiece(hash: ReturnType<typeof createHash>, piece: Uint8Array): Promise<void> {
  for (let start = 0; start < piece.byteLength; start += sliceBytes) {
    // The piece's write begins first, and what is waiting gets its turn.
    if (start > 0) await nextTurn();
    hash.update(piece.subarray(start, start + sliceBytes));
  }
}
