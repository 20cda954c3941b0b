import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { MillraceError } from "#kernel";
import { createApi } from "./create-api.ts";
import type { RunningServer, ServerOptions } from "./model.ts";
import { isLoopback } from "./security.ts";

const defaultPort = 4700;

/**
 * Starts the API and the console, on this machine's own address unless told otherwise.
 *
 * ```ts
 * const server = await startServer({ metadata, objects, port: 0 });
 * server.url; // "http://localhost:53121"
 * await server.close();
 * ```
 *
 * Errors: SERVER_PORT_TAKEN: when the port is in use and `anyPort` is not set. SERVER_ADDRESS_OPEN: when `host` is not a
 * loopback address and no `allowedHosts` are given. SERVER_LISTEN_FAILED: when the system refuses for another reason.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const host = options.host ?? "127.0.0.1";
  if (!isLoopback(host) && (options.allowedHosts ?? []).length === 0)
    throw new MillraceError("SERVER_ADDRESS_OPEN", {
      message: `The server would listen on ${host}, beyond this machine, and nobody has to log in.`,
      next: "Listen on 127.0.0.1, or name the hosts it answers for with `allowedHosts` behind a proxy that asks for a login.",
      facts: { host },
    });
  const app = createApi(options);
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false }) as Server;
  const wanted = options.port ?? defaultPort;
  await listen(server, host, wanted).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "EADDRINUSE" && options.anyPort) return listen(server, host, 0);
    throw listenError(error, host, wanted);
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://${isLoopback(host) ? "localhost" : host.includes(":") ? `[${host}]` : host}:${port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port }, () => {
      server.removeListener("error", reject);
      resolve();
    });
  });
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): MillraceError {
  const facts = { host, port, reason: error.code ?? "unknown" };
  if (error.code === "EADDRINUSE")
    return new MillraceError("SERVER_PORT_TAKEN", {
      message: `Port ${port} on ${host} is taken by another program.`,
      next: "Choose another port with `--port`.",
      facts,
      cause: error,
    });
  return new MillraceError("SERVER_LISTEN_FAILED", {
    message: `The system refuses to let the server listen on ${host}:${port} (${error.code ?? error.message}).`,
    next: "Choose another address or a port above 1023.",
    facts,
    cause: error,
  });
}
