import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { MillraceError } from "#kernel";
import { buildScoringApp, type ScoringAppOptions } from "./create-scoring-app.ts";

export interface EndpointServerOptions extends ScoringAppOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 8080; 0 takes any free one. */
  readonly port?: number;
  /** Take any free port when the one asked for is in use; default false. */
  readonly anyPort?: boolean;
  /** How often deployments are looked at; default 1000. */
  readonly watchMs?: number;
  /** How long `close` waits for requests that are being answered; default 10,000. */
  readonly drainMs?: number;
}

export interface EndpointServer {
  readonly host: string;
  readonly port: number;
  readonly address: string;
  /** Takes no new requests, lets the running ones and the shadows end, and sees the traffic log to the disk. */
  close(): Promise<void>;
}

/**
 * Serves the endpoints over HTTP and follows their deployments.
 *
 * ```ts
 * const server = await startEndpointServer({ endpoints, traffic, port: 0 });
 * server.port; // 49152, or whichever was free
 * await server.close();
 * ```
 *
 * Errors: SERVE_PORT_TAKEN: when the port is in use and `anyPort` is not set; SERVE_LISTEN_FAILED.
 */
export async function startEndpointServer(options: EndpointServerOptions): Promise<EndpointServer> {
  const host = options.host ?? "127.0.0.1";
  const wanted = options.port ?? 8080;
  const { app, settled } = buildScoringApp(options);
  await options.endpoints.refresh();
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false }) as Server;
  server.keepAliveTimeout = 65_000;
  try {
    await listen(server, host, wanted);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE" || options.anyPort !== true)
      throw listenError(error, host, wanted);
    await listen(server, host, 0);
  }
  options.endpoints.watch(options.watchMs ?? 1000);
  const { port } = server.address() as AddressInfo;
  let closing: Promise<void> | undefined;
  const close = async () => {
    options.endpoints.stop();
    const ended = new Promise<void>((resolve) => server.close(() => resolve()));
    // A connection becomes idle when its last reply is out; nothing else closes it then.
    const idle = setInterval(() => server.closeIdleConnections(), 10);
    const deadline = setTimeout(() => server.closeAllConnections(), options.drainMs ?? 10_000);
    await ended;
    clearInterval(idle);
    clearTimeout(deadline);
    await settled();
    await options.traffic?.flush();
  };
  return {
    host,
    port,
    address: `http://${host.includes(":") ? `[${host}]` : host}:${port}`,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (error: Error) => reject(error);
    server.once("error", refuse);
    server.listen({ host, port }, () => {
      server.off("error", refuse);
      resolve();
    });
  });
}

function listenError(error: unknown, host: string, port: number): MillraceError {
  const code = (error as NodeJS.ErrnoException).code ?? "unknown";
  if (code === "EADDRINUSE")
    return new MillraceError("SERVE_PORT_TAKEN", {
      message: `Port ${port} on ${host} is in use.`,
      next: `Stop what uses it, or choose another with --port, for example --port ${port + 1}.`,
      facts: { host, port },
      cause: error,
    });
  return new MillraceError("SERVE_LISTEN_FAILED", {
    message: `The system refuses port ${port} on ${host}: ${code}.`,
    next: "Choose another port, above 1024, or another host.",
    facts: { host, port, code },
    cause: error,
  });
}
