import type { Digest } from "@millrace/program";
import { fileObjects } from "#adapters/objects-files";
import { invariant, type MetadataStore, type ObjectStore } from "#kernel";
import type { CopyProgress } from "./model.ts";

/** Every object that a recorded artifact names, once, with its size. */
export async function recordedObjects(metadata: MetadataStore): Promise<ReadonlyMap<Digest, number>> {
  const found = new Map<Digest, number>();
  for (const { files } of await metadata.read({ find: "artifacts" }))
    for (const { object, sizeBytes } of Object.values(files)) found.set(object, sizeBytes);
  return found;
}

/** How many files are copied side by side. */
const together = 8;

/** Copies objects into the object store of another folder; each is verified when it is read and when it is written. */
export async function copyObjects(
  from: ObjectStore,
  root: string,
  digests: readonly Digest[],
  onProgress: CopyProgress,
): Promise<void> {
  const into = fileObjects({ root });
  let done = 0;
  for (let at = 0; at < digests.length; at += together) {
    // All come to their end before a fault is told: whoever hears of it clears the folder away.
    const ended = await Promise.allSettled(
      digests.slice(at, at + together).map(async (digest) => {
        const copied = await into.put({ path: await from.locate(digest) });
        invariant(copied.digest === digest, `The object ${digest} was copied as ${copied.digest}.`);
        onProgress(++done, digests.length);
      }),
    );
    const fault = ended.find((one) => one.status === "rejected");
    if (fault !== undefined) throw fault.reason;
  }
}
