import { stat } from "node:fs/promises";
import { diskFull } from "./file-errors.ts";
import { storedObjects } from "./layout.ts";

export interface Quota {
  /** Runs a put of at most this many bytes, or refuses it with KERNEL_DISK_FULL. */
  within<T>(bytes: number, put: () => Promise<{ result: T; addedBytes: number }>): Promise<T>;
  release(bytes: number): void;
}

export function openQuota(root: string, limitBytes: number | undefined): Quota {
  if (limitBytes === undefined)
    return { within: async (_bytes, put) => (await put()).result, release: () => undefined };
  let used: number | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const admit = async <T>(bytes: number, put: () => Promise<{ result: T; addedBytes: number }>): Promise<T> => {
    used ??= await usedBytes(root);
    // Other processes may have removed objects since: count again before refusing.
    if (used + bytes > limitBytes) used = await usedBytes(root);
    if (used + bytes > limitBytes)
      throw diskFull(
        `An object of ${bytes} bytes does not fit: ${used} of ${limitBytes} bytes of the quota of ${root} are used.`,
        root,
      );
    const { result, addedBytes } = await put();
    used += addedBytes;
    return result;
  };

  return {
    // One after the other: a put that runs could otherwise be counted twice, or not at all.
    within(bytes, put) {
      const admitted = last.then(() => admit(bytes, put));
      last = admitted.catch(() => undefined);
      return admitted;
    },
    release(bytes) {
      if (used !== undefined) used = Math.max(0, used - bytes);
    },
  };
}

async function usedBytes(root: string): Promise<number> {
  let total = 0;
  for await (const { path } of storedObjects(root)) total += (await stat(path)).size;
  return total;
}
