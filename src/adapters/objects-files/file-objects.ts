import { mkdir, readFile, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Digest } from "@millrace/program";
import { z } from "zod";
import { type Clock, digestBytes, type ObjectSource, type ObjectStore, parseOptions, systemClock } from "#kernel";
import { explainFileError } from "./file-errors.ts";
import { namesIn, objectFolders, objectPath, storedObjects, temporaryFolder } from "./layout.ts";
import { openQuota } from "./quota.ts";
import { verifiedFiles } from "./verify-object.ts";
import { publish, type StagedFile, sizeOf, stageBytes, stageFile, syncFolder, touch } from "./write-object.ts";

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
    if ((await sizeOf(path)) !== sizeBytes) return false;
    try {
      await verified.check(digest, path);
      await touch(path, clock.nowMs());
      await verified.trust(path);
      return true;
    } catch (error) {
      if (replaceable.has((error as { code?: string }).code ?? "")) return false;
      throw error;
    }
  };

  const keep = async (staging: StagedFile): Promise<Stored> => {
    const { digest, sizeBytes } = staging;
    const path = objectPath(root, digest);
    try {
      await publish(staging, path);
    } catch (error) {
      await rm(staging.path, { force: true });
      throw error;
    }
    await verified.trust(path);
    return { digest, sizeBytes };
  };

  /** For objects that fit well into memory: what is stored already is found before anything is written. */
  const putSmall = async (bytes: Uint8Array): Promise<Stored> => {
    const digest = digestBytes(bytes);
    const sizeBytes = bytes.byteLength;
    if (await alreadyStored(digest, objectPath(root, digest), sizeBytes)) return { digest, sizeBytes };
    return quota.within(sizeBytes, async () => ({
      result: await keep(await stageBytes(root, bytes, fileTime())),
      addedBytes: sizeBytes,
    }));
  };

  /** For larger ones, digesting goes on while the bytes are written. */
  const putLarge = (sizeBytes: number, stage: () => Promise<StagedFile>): Promise<Stored> =>
    quota.within(sizeBytes, async () => {
      const staging = await stage();
      if (!(await alreadyStored(staging.digest, objectPath(root, staging.digest), staging.sizeBytes)))
        return { result: await keep(staging), addedBytes: staging.sizeBytes };
      await rm(staging.path, { force: true });
      return { result: { digest: staging.digest, sizeBytes: staging.sizeBytes }, addedBytes: 0 };
    });

  const put = async (source: ObjectSource): Promise<Stored> => {
    if (source instanceof Uint8Array)
      return source.byteLength <= smallBytes
        ? putSmall(source)
        : putLarge(source.byteLength, () => stageBytes(root, source, fileTime()));
    const path = resolve(source.path);
    const take = source.take ?? false;
    const sizeBytes = await sizeOf(path);
    if (sizeBytes === null || sizeBytes > smallBytes)
      return putLarge(sizeBytes ?? 0, () => stageFile(root, path, take, clock.nowMs()));
    const stored = await putSmall(await readFile(path));
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
    has: async (digest) => (await sizeOf(objectPath(root, digest))) !== null,
    async *list() {
      for await (const { digest, path } of storedObjects(root)) {
        const found = await statOrNull(path);
        if (found !== null) yield { digest, sizeBytes: found.size, modifiedMs: found.mtimeMs };
      }
    },
    async remove(digest) {
      const path = objectPath(root, digest);
      try {
        const size = await sizeOf(path);
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

const smallBytes = 1 << 20;

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

async function statOrNull(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
