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

/** The store in a thread of its own: calls are messages, so neither a wait for a lock nor one for the disk holds the event loop. */
export function threadStore(file: SqliteFile): MetadataStore {
  let worker: Worker | undefined;
  let calls = 0;
  const pending = new Map<number, Pending>();

  const start = (): Worker => {
    // Built, this file and the worker are JavaScript; in a checkout both are TypeScript.
    const script = new URL(import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js", import.meta.url);
    const started = new Worker(script, {
      workerData: file satisfies ThreadStart,
      name: "millrace-metadata",
      // The one flag of a parent's that a file cannot be started with.
      execArgv: process.execArgv.filter((flag) => !flag.startsWith("--input-type")),
    });
    started.unref();
    started.on("message", (reply: Reply) => {
      const call = pending.get(reply.call);
      pending.delete(reply.call);
      if (pending.size === 0) started.unref();
      if (call === undefined) return;
      if ("error" in reply) call.reject(MillraceError.fromJSON(reply.error));
      else call.resolve(reply.value);
    });
    started.on("error", (error) => fail(started, error));
    started.on("exit", () => fail(started, undefined));
    return started;
  };

  const fail = (which: Worker, cause: unknown): void => {
    if (worker === which) worker = undefined;
    for (const { reject } of pending.values()) reject(notOpen(cause));
    pending.clear();
  };

  const ask = (call: Call): Promise<unknown> => {
    const target = worker;
    if (target === undefined) return Promise.reject(notOpen());
    return new Promise((resolve, reject) => {
      calls += 1;
      target.postMessage({ call: calls, ...call } as Request);
      pending.set(calls, { resolve, reject });
      // A process must not end while an answer is awaited; an idle store must not keep it alive.
      target.ref();
    });
  };

  return {
    kind: "metadata-store",
    name: "sqlite",
    version: "1",
    traits: { transactions: true, concurrentWriters: true, notify: false },
    async open() {
      worker ??= start();
      const opening = worker;
      try {
        await ask({ verb: "open" });
      } catch (error) {
        if (worker === opening) worker = undefined;
        await opening.terminate();
        throw error;
      }
    },
    async write(batch) {
      if (batch.length > 0) await ask({ verb: "write", batch });
    },
    read: <Q extends MetadataQuery>(query: Q) => ask({ verb: "read", query }) as Promise<MetadataAnswers[Q["find"]]>,
    migrate: () => ask({ verb: "migrate" }) as Promise<number>,
    async close() {
      const closing = worker;
      if (closing === undefined) return;
      const answered = ask({ verb: "close" });
      worker = undefined;
      await answered;
      await closing.terminate();
    },
  };
}
