import { parentPort, workerData } from "node:worker_threads";
import { isMillraceError, MillraceError, systemClock } from "#kernel";
import { sqliteDialect } from "../dialects/sqlite/sqlite-dialect.ts";
import { sqlStore } from "../sql-store.ts";
import type { Reply, Request, ThreadStart } from "./messages.ts";

const port = parentPort!;
const store = sqlStore(sqliteDialect(workerData as ThreadStart), systemClock);

port.on("message", (request: Request) => {
  answer(request).then(
    (value) => port.postMessage({ call: request.call, value } satisfies Reply),
    (error: unknown) => port.postMessage({ call: request.call, error: crossing(error).toJSON() } satisfies Reply),
  );
});

function answer(request: Request): Promise<unknown> {
  switch (request.verb) {
    case "open":
      return store.open();
    case "migrate":
      return store.migrate();
    case "write":
      return store.write(request.batch);
    case "read":
      return store.read(request.query);
    case "close":
      return store.close();
  }
}

function crossing(error: unknown): MillraceError {
  if (isMillraceError(error)) return error;
  return new MillraceError("KERNEL_INVARIANT_BROKEN", {
    message: `The metadata thread failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    next: "This is a fault in Millrace: report it with the output of `millrace doctor`.",
  });
}
