import { closeSync, statSync } from "node:fs";
import { mkdir, rm, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Digest } from "@millrace/program";
import { z } from "zod";
import { type Clock, digestBytes, type ObjectSource, type ObjectStore, parseOptions, systemClock } from "#kernel";
import { readAt, sizeOf, syncFolder } from "./file-calls.ts";
import { explainFileError } from "./file-errors.ts";
import { namesIn, objectFolders, objectPath, storedObjects, temporaryFolder } from "./layout.ts";
import { openQuota } from "./quota.ts";
import type { WrittenObject } from "./stage-stream.ts";
import { verifiedFiles } from "./verify-object.ts";
import { openSource, publish, stageBytes, stageFile, stageSmall, touch } from "./write-object.ts";

const optionsSchema = z.object({
  root: z.string().min(1).describe("Folder of the objects; made when it is not there."),
  quotaBytes: z
    .number()
    .int()
    .nonnegative()
    .optional()
    .describe("Most bytes the store may hold; a put beyond is refused."),
});

export type FileObjectsOptions = z.input<typeof optionsSchema> & { readonly clock?: Clock };

const abandonedAfterMs = 3_600_000;
const youngMs = 60_000;

/**
 * An object store on files: content-addressed, atomic, durable once `put` resolves, verified on read.
 *
 * ```ts
 * const objects = fileObjects({ root: ".millrace/objects" });
 * const { digest } = await objects.put(new TextEncoder().encode("hello"));
 * new TextDecoder().decode(await objects.get(digest)); // "hello"
 * ```
 *
 * Units: `quotaBytes` counts the objects' bytes; it is a limit of this process's puts, counted again from the disk before one is refused.
 * Errors: ADAPTERS_OBJECT_MISSING, ADAPTERS_OBJECT_CORRUPT, ADAPTERS_OBJECT_DIGEST_INVALID on reads;
 * KERNEL_FILE_MISSING, KERNEL_DISK_FULL, KERNEL_FOLDER_READ_ONLY on puts, with nothing half-written.
 */
export function fileObjects(options: FileObjectsOptions): ObjectStore {
  const { clock = systemClock, ...given } = options;
  const parsed = parseOptions(optionsSchema, given, "fileObjects");
  const root = resolve(parsed.root);
  const verified = verifiedFiles();
  const quota = openQuota(root, parsed.quotaBytes);
  let prepared: Promise<void> | undefined;
  /** New files have the machine's time of themselves. */
  const fileTime = (): number | null => (clock === systemClock ? null : clock.nowMs());

  const prepare = (): Promise<void> => {
    prepared ??= prepareFolders(root, clock).catch((error: unknown) => {
      prepared = undefined;
      throw error;
    });
    return prepared;
  };

  /** True when the object is already there, whole; it is then marked as wanted now. A damaged one is written anew. */
  const alreadyStored = async (digest: Digest, path: string, sizeBytes: number): Promise<boolean> => {
    if (sizeOf(path) !== sizeBytes) return false;
    const known = verified.knows(path);
    try {
      await verified.check(digest, path);
      if (!known && isYoung(path)) await syncFolder(dirname(path));
      await touch(path, clock.nowMs());
      verified.trust(path);
      return true;
    } catch (error) {
      if (replaceable.has((error as { code?: string }).code ?? "")) return false;
      throw error;
    }
  };

  const keep = async (digest: Digest, staged: string): Promise<void> => {
    const path = objectPath(root, digest);
    try {
      await publish(staged, path);
    } catch (error) {
      await rm(staged, { force: true });
      throw error;
    }
    verified.trust(path);
  };

  /** What is stored already is found before anything is written. */
  const putSmall = async (bytes: Uint8Array): Promise<Stored> => {
    const digest = digestBytes(bytes);
    const sizeBytes = bytes.byteLength;
    if (await alreadyStored(digest, objectPath(root, digest), sizeBytes)) return { digest, sizeBytes };
    return quota.within(sizeBytes, async () => {
      await keep(digest, await stageSmall(root, bytes, fileTime()));
      return { result: { digest, sizeBytes }, addedBytes: sizeBytes };
    });
  };

  /** Digesting goes on while the bytes are written. */
  const putLarge = (mostBytes: number, stage: () => Promise<WrittenObject>): Promise<Stored> =>
    quota.within(mostBytes, async () => {
      const written = await stage();
      const { digest, sizeBytes, path } = written;
      if (await alreadyStored(digest, objectPath(root, digest), sizeBytes)) {
        await written.abandon();
        return { result: { digest, sizeBytes }, addedBytes: 0 };
      }
      await written.finish();
      await keep(digest, path);
      return { result: { digest, sizeBytes }, addedBytes: sizeBytes };
    });

  const put = async (source: ObjectSource): Promise<Stored> => {
    if (source instanceof Uint8Array)
      return source.byteLength <= smallBytes
        ? putSmall(source)
        : putLarge(source.byteLength, () => stageBytes(root, source, fileTime()));
    const path = resolve(source.path);
    const take = source.take ?? false;
    const sizeBytes = sizeOf(path);
    const stored =
      sizeBytes === null || sizeBytes > smallBytes
        ? await putLarge(sizeBytes ?? 0, () => stageFile(root, path, take, clock.nowMs(), fileTime()))
        : await putSmall(await readSource(path, sizeBytes));
    if (take) await rm(path, { force: true });
    return stored;
  };

  return {
    kind: "object-store",
    name: "files",
    version: "1",
    traits: { atomicPut: true, rangeRead: false },
    async put(source: ObjectSource) {
      try {
        await prepare();
        return await put(source);
      } catch (error) {
        throw explainFileError(error, root);
      }
    },
    get: (digest) => verified.read(digest, objectPath(root, digest)),
    async locate(digest) {
      const path = objectPath(root, digest);
      await verified.check(digest, path);
      return path;
    },
    has: async (digest) => sizeOf(objectPath(root, digest)) !== null,
    async *list() {
      for await (const { digest, path } of storedObjects(root)) {
        const found = await statOrNull(path);
        if (found !== null) yield { digest, sizeBytes: found.size, modifiedMs: found.mtimeMs };
      }
    },
    async remove(digest) {
      const path = objectPath(root, digest);
      try {
        const size = sizeOf(path);
        await rm(path, { force: true });
        quota.release(size ?? 0);
      } catch (error) {
        throw explainFileError(error, root);
      }
      verified.forget(path);
    },
  };
}

interface Stored {
  readonly digest: Digest;
  readonly sizeBytes: number;
}

/** Up to here a digest takes less time than the calls that write the file. */
const smallBytes = 64 << 10;

/** What `alreadyStored` answers with "write it anew": damaged or gone meanwhile, or a file of another user that cannot be touched. */
const replaceable = new Set(["ADAPTERS_OBJECT_CORRUPT", "ADAPTERS_OBJECT_MISSING", "ENOENT", "EPERM", "EACCES"]);

async function prepareFolders(root: string, clock: Clock): Promise<void> {
  const folders = objectFolders(root);
  if ((await statOrNull(folders.at(-1)!)) === null) {
    await mkdir(join(root, "sha256"), { recursive: true });
    await Promise.all(folders.map((path) => mkdir(path, { recursive: true })));
    await syncFolder(join(root, "sha256"));
  }
  const folder = temporaryFolder(root);
  await mkdir(folder, { recursive: true });
  for (const name of await namesIn(folder)) {
    const path = join(folder, name);
    const found = await statOrNull(path);
    if (found !== null && clock.nowMs() - found.mtimeMs > abandonedAfterMs) await rm(path, { force: true });
  }
}

/** Another process may have named it a moment ago, and not yet made the name durable. */
function isYoung(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && systemClock.nowMs() - found.ctimeMs < youngMs;
}

/** A small file whole, also where it grew since it was looked at. */
async function readSource(path: string, sizeBytes: number): Promise<Uint8Array> {
  const file = openSource(path);
  try {
    for (let room = sizeBytes + 1; ; room *= 2) {
      const bytes = Buffer.allocUnsafe(room);
      const count = await readAt(file, bytes, 0);
      if (count < room) return bytes.subarray(0, count);
    }
  } finally {
    closeSync(file);
  }
}

async function statOrNull(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
