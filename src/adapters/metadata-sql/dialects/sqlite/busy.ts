import { setTimeout as sleep } from "node:timers/promises";
import { MillraceError } from "#kernel";
import { sqliteCode } from "./sqlite-errors.ts";

const busyCodes = new Set([5, 6, 15]); // SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL (a lost race for the log's locks)
/** Between two tries. */
export const longestPauseMs = 4;

/**
 * Runs an operation again until the lock that it needs is free. Between tries the event loop goes on, so that a process
 * with two connections never waits for itself, and a busy database never stops a server.
 *
 * Errors: ADAPTERS_METADATA_BUSY: when the lock is not free within the limit.
 */
export async function retryWhileBusy<T>(operation: () => T, limitMs: number): Promise<T> {
  let waitedSince = 0;
  for (let attempt = 0; ; attempt++) {
    try {
      return operation();
    } catch (error) {
      if (!busyCodes.has((sqliteCode(error) ?? 0) & 0xff)) throw error;
      const now = performance.now();
      if (attempt === 0) waitedSince = now;
      if (now - waitedSince > limitMs) throw stillBusy(limitMs, error);
    }
    // Processes that began together must not knock together: their pauses differ by process.
    await sleep(1 + ((attempt + process.pid) % longestPauseMs));
  }
}

function stillBusy(limitMs: number, cause: unknown): MillraceError {
  return new MillraceError("ADAPTERS_METADATA_BUSY", {
    message: `Another process has held the metadata database for more than ${limitMs} ms.`,
    next: "Find the process that holds the database (`millrace doctor`), end it, and run again.",
    facts: { limitMs },
    cause,
  });
}
