import { parentPort, workerData } from "node:worker_threads";
import { isMillraceError, MillraceError, systemClock } from "#kernel";
import { sqliteDialect } from "../dialects/sqlite/sqlite-dialect.ts";
import { sqlStore } from "../sql-store.ts";
import type { Reply, Request, ThreadStart } from "./messages.ts";

const port = parentPort!;
const store = sqlStore(sqliteDialect(workerData as ThreadStart), systemClock);

/** Calls under way. */
const running = new Set<Promise<void>>();

port.on("message", (request: Request) => {
  const before = [...running];
  const answered = (request.verb === "close" ? Promise.all(before).then(() => store.close()) : answer(request))
    .then(
      (value) => port.postMessage({ call: request.call, value } satisfies Reply),
      (error: unknown) => port.postMessage({ call: request.call, error: crossing(error).toJSON() } satisfies Reply),
    )
    .finally(() => {
      running.delete(answered);
      // Without its port the thread has nothing more to wait for, and ends.
      if (request.verb === "close") port.close();
    });
  running.add(answered);
});

function answer(request: Exclude<Request, { verb: "close" }>): Promise<unknown> {
  switch (request.verb) {
    case "open":
      return store.open();
    case "migrate":
      return store.migrate();
    case "write":
      return store.write(request.batch);
    case "read":
      return store.read(request.query);
  }
}

function crossing(error: unknown): MillraceError {
  if (isMillraceError(error)) return error;
  return new MillraceError("KERNEL_INVARIANT_BROKEN", {
    message: `The metadata thread failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    next: "This is a fault in Millrace: report it with the output of `millrace doctor`.",
  });
}
