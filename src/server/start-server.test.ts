import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sqliteMetadata } from "#adapters/metadata-sql";
import { fileObjects } from "#adapters/objects-files";
import type { MetadataStore, ObjectStore } from "#kernel";
import { startServer } from "./start-server.ts";

let folder: string;
let metadata: MetadataStore;
let objects: ObjectStore;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "millrace-server-"));
  metadata = sqliteMetadata({ path: join(folder, "metadata.db") });
  await metadata.open();
  objects = fileObjects({ root: join(folder, "objects") });
});
afterAll(async () => {
  await metadata.close();
  await rm(folder, { recursive: true });
});

describe("the server", () => {
  it("answers on a free port, and no more once it is closed, also with a stream open", async () => {
    const server = await startServer({ metadata, objects, port: 0 });
    expect(await (await fetch(`${server.url}/readyz`)).json()).toEqual({ status: "ready" });
    const idle = request({
      host: "127.0.0.1",
      port: server.port,
      path: "/healthz",
      headers: { connection: "keep-alive" },
    });
    idle.on("error", () => undefined);
    idle.flushHeaders();
    await server.close();
    await expect(fetch(`${server.url}/healthz`)).rejects.toThrow();
  });

  it("says that a port is taken, or takes another when it may", async () => {
    const first = await startServer({ metadata, objects, port: 0 });
    await expect(startServer({ metadata, objects, port: first.port })).rejects.toMatchObject({
      code: "SERVER_PORT_TAKEN",
    });
    const second = await startServer({ metadata, objects, port: first.port, anyPort: true });
    expect(second.port).not.toBe(first.port);
    await Promise.all([first.close(), second.close()]);
  });

  it("listens beyond this machine only for named hosts", async () => {
    await expect(startServer({ metadata, objects, host: "0.0.0.0", port: 0 })).rejects.toMatchObject({
      code: "SERVER_ADDRESS_OPEN",
    });
    const server = await startServer({
      metadata,
      objects,
      host: "0.0.0.0",
      port: 0,
      allowedHosts: ["models.example.org"],
    });
    const ask = (host: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        request({ host: "127.0.0.1", port: server.port, path: "/healthz", headers: { host } }, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        })
          .on("error", reject)
          .end();
      });
    expect(await ask("models.example.org")).toBe(200);
    expect(await ask("evil.example.org")).toBe(403);
    await server.close();
  });
});
