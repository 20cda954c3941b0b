import { Worker } from "node:worker_threads";
import { type MetadataAnswers, type MetadataQuery, type MetadataStore, MillraceError } from "#kernel";
import { notOpen } from "../closed.ts";
import type { SqliteFile } from "../dialects/sqlite/open-database.ts";
import type { Reply, Request, ThreadStart } from "./messages.ts";

type Call = Request extends infer R ? (R extends { call: number } ? Omit<R, "call"> : never) : never;

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

interface Thread {
  readonly worker: Worker;
  readonly exited: Promise<void>;
  /** Calls that wait for their answer. */
  readonly pending: Map<number, Pending>;
  /** What ends it, once that was begun. */
  ending?: Promise<void>;
}

/** How long a thread that has answered "close" may take to run out of work. */
const endsWithinMs = 5_000;

/** The store in a thread of its own: calls are messages, so neither a wait for a lock nor one for the disk holds the event loop. */
export function threadStore(file: SqliteFile): MetadataStore {
  let thread: Thread | undefined;
  let lastEnd: Promise<void> | undefined;
  let calls = 0;

  const start = (): Thread => {
    // Built, this file and the worker are JavaScript; in a checkout both are TypeScript.
    const script = new URL(import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js", import.meta.url);
    const worker = new Worker(script, {
      workerData: file satisfies ThreadStart,
      name: "millrace-metadata",
      // The one flag of a parent's that a file cannot be started with.
      execArgv: process.execArgv.filter((flag) => !flag.startsWith("--input-type")),
    });
    const exited = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
    const pending = new Map<number, Pending>();
    const started: Thread = { worker, exited, pending };
    worker.unref();
    worker.on("message", (reply: Reply) => {
      const call = pending.get(reply.call);
      pending.delete(reply.call);
      if (pending.size === 0 && started.ending === undefined) worker.unref();
      if (call === undefined) return;
      if ("error" in reply) call.reject(MillraceError.fromJSON(reply.error));
      else call.resolve(reply.value);
    });
    worker.on("error", (error) => fail(started, error));
    worker.on("exit", () => fail(started, undefined));
    return started;
  };

  const fail = (which: Thread, cause: unknown): void => {
    if (thread === which) thread = undefined;
    for (const { reject } of which.pending.values()) reject(notOpen(cause));
    which.pending.clear();
  };

  const ask = (call: Call, target: Thread | undefined = thread): Promise<unknown> => {
    if (target === undefined) return Promise.reject(notOpen());
    return new Promise((resolve, reject) => {
      calls += 1;
      target.worker.postMessage({ call: calls, ...call } as Request);
      target.pending.set(calls, { resolve, reject });
      // A process must not end while an answer is awaited; an idle store must not keep it alive.
      target.worker.ref();
    });
  };

  /** The thread ends by itself: one that is stopped in the middle of its own end can take the process with it. */
  const end = (which: Thread): Promise<void> => {
    if (thread === which) thread = undefined;
    which.ending ??= (async () => {
      try {
        await Promise.race([ask({ verb: "close" }, which), which.exited]);
      } finally {
        const late = setTimeout(() => void which.worker.terminate(), endsWithinMs);
        await which.exited;
        clearTimeout(late);
      }
    })();
    return which.ending;
  };

  return {
    kind: "metadata-store",
    name: "sqlite",
    version: "1",
    traits: { transactions: true, concurrentWriters: true, notify: false },
    async open() {
      thread ??= start();
      const opening = thread;
      try {
        await ask({ verb: "open" });
      } catch (error) {
        await Promise.allSettled([end(opening)]);
        throw error;
      }
    },
    async write(batch) {
      if (batch.length > 0) await ask({ verb: "write", batch });
    },
    read: <Q extends MetadataQuery>(query: Q) => ask({ verb: "read", query }) as Promise<MetadataAnswers[Q["find"]]>,
    migrate: () => ask({ verb: "migrate" }) as Promise<number>,
    async close() {
      if (thread !== undefined) lastEnd = end(thread);
      await lastEnd;
    },
  };
}
