import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sqliteMetadata } from "#adapters/metadata-sql";
import { fileObjects } from "#adapters/objects-files";
import type { MetadataStore } from "#kernel";
import { createApi } from "./create-api.ts";

let folder: string;
let metadata: MetadataStore;
let api: ReturnType<typeof createApi>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "millrace-api-"));
  metadata = sqliteMetadata({ path: join(folder, "metadata.db") });
  await metadata.open();
  const consoleFolder = join(folder, "console");
  await mkdir(join(consoleFolder, "assets"), { recursive: true });
  await writeFile(join(consoleFolder, "index.html"), "<!doctype html><title>console</title>");
  await writeFile(join(consoleFolder, "assets", "index-abc.js"), "export {};");
  await writeFile(join(folder, "secret.txt"), "secret");
  api = createApi({
    metadata,
    objects: fileObjects({ root: join(folder, "objects") }),
    consoleFolder,
    version: "1.2.3",
  });
});
afterAll(async () => {
  await metadata.close();
  await rm(folder, { recursive: true });
});

const ask = (path: string, headers: Record<string, string> = {}, method = "GET") =>
  api.request(path, { method, headers: { host: "localhost:4700", ...headers } });

describe("the API over an empty store", () => {
  it("answers every list with nothing in it", async () => {
    expect(await (await ask("/api/v1/runs")).json()).toEqual({ runs: [], next: null });
    expect(await (await ask("/api/v1/models")).json()).toEqual({ models: [] });
    expect(await (await ask("/api/v1/monitoring")).json()).toEqual({ factories: [] });
    expect(await (await ask("/api/v1/endpoints")).json()).toEqual({ endpoints: [] });
    expect(await (await ask("/api/v1/overview")).json()).toMatchObject({ version: "1.2.3", lastRuns: [], alerts: [] });
  });

  it.each([
    ["/api/v1/runs/run_none", 404, "SERVER_RUN_MISSING"],
    ["/api/v1/runs/run_none/events", 404, "SERVER_RUN_MISSING"],
    ["/api/v1/artifacts/art_none", 404, "SERVER_ARTIFACT_MISSING"],
    ["/api/v1/models/none", 404, "REGISTRY_MODEL_UNKNOWN"],
    ["/api/v1/monitoring/none", 404, "SERVER_FACTORY_MISSING"],
    ["/api/v1/runs?limit=0", 400, "SERVER_REQUEST_INVALID"],
    ["/api/v1/runs?cursor=made-up", 400, "SERVER_REQUEST_INVALID"],
    ["/api/v1/models/none/versions/one", 400, "SERVER_REQUEST_INVALID"],
    ["/api/v1/nothing", 404, "SERVER_ROUTE_MISSING"],
    ["/api", 404, "SERVER_ROUTE_MISSING"],
  ])("answers %s with a problem that says what to do", async (path, status, code) => {
    const answer = await ask(path);
    expect(answer.status).toBe(status);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(await answer.json()).toMatchObject({
      status,
      code,
      title: expect.any(String),
      detail: expect.any(String),
      next: expect.stringMatching(/\.$/),
    });
  });

  it("refuses what would write", async () => {
    for (const method of ["POST", "PUT", "PATCH", "DELETE"])
      expect((await ask("/api/v1/runs", {}, method)).status, method).toBe(404);
  });

  it("gives an answer again only when it changed", async () => {
    const first = await ask("/api/v1/models");
    expect(first.headers.get("cache-control")).toBe("no-cache");
    const again = await ask("/api/v1/models", { "if-none-match": first.headers.get("etag") ?? "" });
    expect(again.status).toBe(304);
  });

  it("counts requests by route, not by what was asked for", async () => {
    await ask("/api/v1/runs/run_one");
    await ask("/api/v1/runs/run_two");
    const text = await (await ask("/metrics")).text();
    expect(text).toMatch(
      /millrace_http_requests_total\{method="GET",route="\/api\/v1\/runs\/:id",status="404"\} [2-9]/,
    );
    expect(text).not.toContain("run_one");
  });
});

describe("the console's files", () => {
  it("are found by their names, and any place of the console gets its page", async () => {
    expect((await ask("/assets/index-abc.js")).headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    for (const path of ["/", "/runs", "/models/bird-strikes/2"])
      expect(await (await ask(path)).text(), path).toContain("<title>console</title>");
    expect((await ask("/assets/none.js")).status).toBe(404);
  });

  it("are never from outside the folder", async () => {
    for (const path of [
      "/../secret.txt",
      "/..%2fsecret.txt",
      "/%2e%2e/secret.txt",
      "/assets/..%2f..%2fsecret.txt",
      "/..\\secret.txt",
    ])
      expect(await (await ask(path)).text(), path).not.toBe("secret");
  });

  it("carry tags; those with a digest in their name are kept for good", async () => {
    const page = await ask("/");
    expect(page.headers.get("cache-control")).toBe("no-cache");
    expect((await ask("/", { "if-none-match": page.headers.get("etag") ?? "" })).status).toBe(304);
    expect((await ask("/assets/index-abc.js")).headers.get("cache-control")).toContain("immutable");
  });
});

describe("every answer", () => {
  it.each(["/", "/api/v1/runs", "/api/v1/nothing", "/healthz"])("to %s carries the content policy", async (path) => {
    const { headers } = await ask(path);
    expect(headers.get("content-security-policy")).toContain("script-src 'self';");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("access-control-allow-origin")).toBeNull();
  });

  it.each(["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:4700", ""])(
    "is refused where the request names the host %j",
    async (host) => {
      const answer = await ask("/api/v1/runs", { host });
      expect(answer.status).toBe(403);
      expect(await answer.json()).toMatchObject({ code: "SERVER_HOST_REFUSED" });
    },
  );

  it.each(["localhost", "LOCALHOST:1", "127.0.0.1:4700", "[::1]:4700"])(
    "is given to this machine as %s",
    async (host) => {
      expect((await ask("/healthz", { host })).status).toBe(200);
    },
  );
});
