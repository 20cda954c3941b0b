import { type FileHandle, open, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { type Clock, MillraceError } from "#kernel";
import type { TrafficRecord } from "./model.ts";
import { addToSeal, emptySeal, type SegmentSeal, sealName } from "./seal.ts";
import { listSegments, replaceFile, segmentName, syncFolder } from "./segment-files.ts";

export interface SegmentLimits {
  readonly segmentBytes: number;
  readonly segmentMs: number;
  /** What all segments of the folder may take; reaching it is a full disk. */
  readonly folderBytes: number;
}

/** A record as text, with what its segment's seal counts. */
export interface SegmentLine {
  readonly sequence: number;
  readonly kind: TrafficRecord["kind"];
  readonly endpoint: string;
  readonly atMs: number;
  readonly text: string;
  readonly bytes: number;
}

/** Appends batches to the newest segment of one writer; a batch is on disk when `append` resolves, or not at all. */
export interface SegmentWriter {
  append(batch: readonly SegmentLine[]): Promise<void>;
  close(): Promise<void>;
}

interface OpenSegment {
  readonly name: string;
  readonly handle: FileHandle;
  readonly openedMs: number;
  seal: SegmentSeal;
}

export async function openSegments(
  folder: string,
  writer: string,
  limits: SegmentLimits,
  clock: Clock,
): Promise<SegmentWriter> {
  let current: OpenSegment | undefined;
  let folderBytes = 0;
  for (const segment of await listSegments(folder)) folderBytes += (await stat(join(folder, segment.name))).size;

  const start = async (firstSequence: number): Promise<OpenSegment> => {
    const name = segmentName(writer, firstSequence);
    const handle = await createOrEmpty(join(folder, name));
    try {
      await syncFolder(folder);
    } catch (error) {
      await handle.close();
      await unlink(join(folder, name));
      throw error;
    }
    return { name, handle, openedMs: clock.nowMs(), seal: emptySeal };
  };
  const end = async () => {
    const closing = current;
    current = undefined;
    if (closing === undefined) return;
    await closing.handle.close();
    if (closing.seal.sizeBytes > 0)
      await replaceFile(join(folder, sealName(closing.name)), JSON.stringify(closing.seal));
  };
  const isFull = ({ seal, openedMs }: OpenSegment) =>
    seal.sizeBytes >= limits.segmentBytes || (seal.sizeBytes > 0 && clock.nowMs() - openedMs >= limits.segmentMs);

  return {
    append: async (batch) => {
      const bytes = Buffer.from(batch.map((line) => line.text).join(""));
      if (folderBytes + bytes.byteLength > limits.folderBytes) throw quotaReached(folder, limits.folderBytes);
      if (current !== undefined && isFull(current)) await end();
      current ??= await start(batch[0]!.sequence);
      const segment = current;
      try {
        await writeAll(segment.handle, bytes, segment.seal.sizeBytes);
        await segment.handle.datasync();
      } catch (error) {
        // The half that was written must not become the start of the next line.
        await segment.handle.truncate(segment.seal.sizeBytes).catch(end);
        throw error;
      }
      segment.seal = addToSeal(segment.seal, batch, bytes.byteLength);
      folderBytes += bytes.byteLength;
    },
    close: end,
  };
}

/** A segment of that name can only hold a batch that failed, or was cut off: nothing in it was promised. */
async function createOrEmpty(path: string): Promise<FileHandle> {
  try {
    return await open(path, "wx");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    const handle = await open(path, "r+");
    await handle.truncate(0);
    return handle;
  }
}

async function writeAll(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.byteLength; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.byteLength - done, position + done);
    done += bytesWritten;
  }
}

function quotaReached(folder: string, limit: number): MillraceError {
  return new MillraceError("KERNEL_DISK_FULL", {
    message: `The traffic log in ${folder} has reached its limit of ${limit} bytes.`,
    next: "Remove old segments with `millrace gc`, or raise the limit.",
    facts: { limitBytes: limit },
  });
}
