import type { Digest } from "@millrace/program";
import type { Clock } from "./clock.ts";
import type { ObjectStore } from "./ports.ts";

export interface GarbageOptions {
  readonly objects: ObjectStore;
  /** Every object that something still refers to. It is read to its end before any object is looked at. */
  readonly live: AsyncIterable<Digest> | Iterable<Digest>;
  /** Objects younger than this are spared: a writer stores an object first and records it afterwards. */
  readonly olderThanMs: number;
  /** Only says what would go. */
  readonly dryRun: boolean;
  readonly clock: Clock;
}

export interface GarbageReport {
  /** Digests that were removed (or would be), in the store's order. */
  readonly removed: readonly Digest[];
  readonly freedBytes: number;
  /** How many objects stay. */
  readonly kept: number;
}

/**
 * Removes the objects that nothing refers to, and says which.
 *
 * ```ts
 * const report = await collectGarbage({ objects, live: [], olderThanMs: 3_600_000, dryRun: true, clock: systemClock });
 * report.removed.length; // how many would go
 * ```
 *
 * Errors: those of the store; an object that was removed before the error stays removed, and running again goes on.
 */
export async function collectGarbage(options: GarbageOptions): Promise<GarbageReport> {
  const { objects, olderThanMs, dryRun, clock } = options;
  const live = new Set<Digest>();
  for await (const digest of options.live) live.add(digest);
  const removed: Digest[] = [];
  let freedBytes = 0;
  let kept = 0;
  for await (const object of objects.list()) {
    if (live.has(object.digest) || clock.nowMs() - object.modifiedMs < olderThanMs) {
      kept += 1;
      continue;
    }
    if (!dryRun) await objects.remove(object.digest);
    removed.push(object.digest);
    freedBytes += object.sizeBytes;
  }
  return { removed, freedBytes, kept };
}
