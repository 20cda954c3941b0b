import { setImmediate } from "node:timers";
import type { ControlledTransaction, Kysely } from "kysely";
import type { MetadataWrite } from "#kernel";
import type { Statements } from "./records/statements.ts";
import type { Tables } from "./records/tables.ts";
import { writeBatch } from "./records/write-batch.ts";

export interface GroupCommit {
  write(batch: readonly MetadataWrite[]): Promise<void>;
  /** Resolves when nothing is waiting to be written. */
  settled(): Promise<void>;
}

interface Waiting {
  readonly batch: readonly MetadataWrite[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const largestGroup = 512;

/**
 * Writes batches through one connection. Those that wait together share one transaction, and so one wait for the disk;
 * each has a savepoint of its own, so that one that fails takes no other with it.
 */
export function groupCommit(
  writer: Kysely<Tables>,
  statements: Statements,
  explain: (error: unknown) => unknown,
): GroupCommit {
  const waiting: Waiting[] = [];
  let working: Promise<void> | undefined;

  const work = async (): Promise<void> => {
    // One turn of the event loop gathers what was written in the same tick, or reached a worker in the same burst.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (waiting.length > 0) await commitGroup();
    working = undefined;
  };

  const commitGroup = async (): Promise<void> => {
    const group: Waiting[] = [];
    const written: Waiting[] = [];
    try {
      const transaction = await writer.startTransaction().execute();
      try {
        while (waiting.length > 0 && group.length < largestGroup) {
          const next = waiting.shift()!;
          group.push(next);
          if (group.length === 1 && waiting.length === 0) {
            // Alone it needs no savepoint: where it fails, the transaction has nothing else to keep.
            await writeBatch(transaction, statements, next.batch);
            written.push(next);
            continue;
          }
          const point = await transaction.savepoint("batch").execute();
          try {
            await writeBatch(point, statements, next.batch);
            await point.releaseSavepoint("batch").execute();
            written.push(next);
          } catch (error) {
            await undo(point, error);
            next.reject(explain(error));
          }
        }
        await transaction.commit().execute();
      } catch (error) {
        await transaction.rollback().execute();
        throw error;
      }
      for (const { resolve } of written) resolve();
    } catch (error) {
      // The transaction as a whole could not begin or end: whoever was in it, or would have been, hears why.
      const reason = explain(error);
      for (const { reject } of group.length > 0 ? group : waiting.splice(0)) reject(reason);
    }
  };

  /** A full disk or a broken file ends the whole transaction, and its savepoints with it: then that error is everybody's. */
  const undo = async (point: ControlledTransaction<Tables, ["batch"]>, error: unknown): Promise<void> => {
    try {
      await point.rollbackToSavepoint("batch").execute();
    } catch {
      throw error;
    }
  };

  return {
    write(batch) {
      if (batch.length === 0) return Promise.resolve();
      return new Promise<void>((resolve, reject) => {
        waiting.push({ batch, resolve, reject });
        working ??= work();
      });
    },
    async settled() {
      while (working !== undefined) await working;
    },
  };
}
