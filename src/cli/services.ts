import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Project } from "#factory";
import { openLog } from "#kernel";
import { type RunningServer, startServer } from "#server";
import { type EndpointProcess, startEndpointProcess } from "./endpoint-process.ts";
import type { Terminal } from "./terminal.ts";

/** The console's server and the endpoints' process of one project. */
export interface Services {
  readonly server: RunningServer;
  readonly endpoints: EndpointProcess;
  close(): Promise<void>;
}

/** Starts both, on other free ports where the ones asked for are taken, and says so. */
export async function startServices(
  project: Project,
  ports: { readonly server: number; readonly endpoints: number },
  terminal: Terminal,
): Promise<Services> {
  const [server, endpoints] = await bothOrNeither(
    startConsole(project, ports.server, terminal),
    startEndpointProcess(project.folder, ports.endpoints),
  );
  if (endpoints.moved) terminal.warn(`Port ${ports.endpoints} is taken; the endpoints listen on ${endpoints.port}.`);
  return {
    server,
    endpoints,
    async close() {
      await Promise.all([endpoints.close(), server.close()]);
    },
  };
}

async function startConsole(project: Project, port: number, terminal: Terminal): Promise<RunningServer> {
  const consoleFolder = join(import.meta.dirname, "..", "..", "console", "dist");
  const server = await startServer({
    metadata: project.metadata,
    objects: project.objects,
    port,
    anyPort: true,
    version: "0.1.0",
    log: openLog(join(project.home, "logs", "server.log")),
    ...(existsSync(join(consoleFolder, "index.html")) ? { consoleFolder } : {}),
  });
  if (port !== 0 && server.port !== port)
    terminal.warn(`Port ${port} is taken; the console listens on ${server.port}.`);
  return server;
}

/** Both services, or the error of one after the other was stopped. */
async function bothOrNeither<A extends { close(): Promise<void> }, B extends { close(): Promise<void> }>(
  first: Promise<A>,
  second: Promise<B>,
): Promise<[A, B]> {
  const [a, b] = await Promise.allSettled([first, second]);
  if (a.status === "fulfilled" && b.status === "fulfilled") return [a.value, b.value];
  for (const started of [a, b]) if (started.status === "fulfilled") await started.value.close();
  throw a.status === "rejected" ? a.reason : (b as PromiseRejectedResult).reason;
}
