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
const syncEveryBytes = 32 << 20;
/** Buffers that wait for the next file: a new one costs as much as reading into it does. */
const spare: Buffer[] = [];
const mostSpare = 6;

/** Pieces of an object, in order. A piece stays as it is until the piece after the next one is asked for. */
export type Pieces = (position: number) => Promise<Uint8Array>;

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

/** Runs with the pieces of an open file, read into two buffers by turns. */
export async function withPiecesOf<T>(file: number, use: (pieces: Pieces) => Promise<T>): Promise<T> {
  const buffers = [0, 1].map(() => spare.pop() ?? Buffer.allocUnsafeSlow(pieceBytes));
  let turn = 0;
  try {
    return await use(async (position) => {
      turn = 1 - turn;
      return buffers[turn]!.subarray(0, await readAt(file, buffers[turn]!, position));
    });
  } finally {
    spare.push(...buffers.slice(0, mostSpare - spare.length));
  }
}

/**
 * Writes an object into a new file. While one piece is written, it is digested and the next one is read; and what was written
 * goes to the disk meanwhile, so that little is left to wait for at the end.
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
    await syncing;
    closeSync(file);
    await rm(path, { force: true });
  };

  try {
    let piece = await pieces(0);
    while (piece.byteLength > 0) {
      const [following, ...others] = await Promise.allSettled([
        pieces(sizeBytes + piece.byteLength),
        writePiece(piece, sizeBytes),
        digestPiece(hash, piece),
      ]);
      // Only now is nothing under way any more, so that the files can be closed.
      for (const part of [following, ...others]) if (part.status === "rejected") throw part.reason;
      sizeBytes += piece.byteLength;
      piece = (following as PromiseFulfilledResult<Uint8Array>).value;
    }
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

async function digestPiece(hash: ReturnType<typeof createHash>, piece: Uint8Array): Promise<void> {
  for (let start = 0; start < piece.byteLength; start += sliceBytes) {
    // The piece's write begins first, and what is waiting gets its turn.
    if (start > 0) await nextTurn();
    hash.update(piece.subarray(start, start + sliceBytes));
  }
}
