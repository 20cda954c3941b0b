import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { errorOf, project } from "../reading/shared-data.fixture.ts";
import { inspectSource } from "../snapshots/inspect-source.ts";
import { download } from "./download.ts";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.url} ${request.headers["if-none-match"] ?? ""}`.trim());
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}
const cache = () => mkdtempSync(join(tmpdir(), "millrace-cache-"));
const limits = { maxBytes: 1000 };

describe("download", () => {
  it("keeps a copy and asks whether it still stands", async () => {
    let etag = '"1"';
    const { address, asked } = await serve((request, response) => {
      if (request.headers["if-none-match"] === etag) response.writeHead(304).end();
      else response.writeHead(200, { etag }).end(`a,b\n1,${etag.replaceAll('"', "")}\n`);
    });
    const folder = cache();
    const first = await download(`${address}/data.csv`, folder, limits);
    expect(readFileSync(first.path, "utf8")).toBe("a,b\n1,1\n");
    expect(await download(`${address}/data.csv`, folder, limits)).toEqual(first);
    etag = '"2"';
    const second = await download(`${address}/data.csv`, folder, limits);
    expect(readFileSync(second.path, "utf8")).toBe("a,b\n1,2\n");
    expect(asked).toEqual(["/data.csv", '/data.csv "1"', '/data.csv "1"']);
    expect(readdirSync(join(second.path, "..")).length).toBe(2);
  });

  it("is a source like any other", async () => {
    const { address } = await serve((request, response) => {
      if (request.url === "/old") response.writeHead(302, { location: "/new/strikes.csv" }).end();
      else response.end("a,b\n1,x\n");
    });
    const found = await inspectSource({ kind: "file", path: `${address}/old`, format: "csv" }, project());
    expect([found.rows, found.files[0]!.path]).toEqual([1, `${address}/old`]);
  });

  it("refuses what is too large, announced or not", async () => {
    const { address } = await serve((request, response) => {
      if (request.url === "/told") response.writeHead(200, { "content-length": "5000" }).end("x".repeat(5000));
      else {
        for (let k = 0; k < 10; k++) response.write("x".repeat(500));
        response.end();
      }
    });
    expect((await errorOf(() => download(`${address}/told`, cache(), limits))).code).toBe("DATASET_SIZE_TOO_LARGE");
    expect((await errorOf(() => download(`${address}/untold`, cache(), limits))).code).toBe("DATASET_SIZE_TOO_LARGE");
  });

  it("follows redirects to http(s) only, and not for ever", async () => {
    const { address } = await serve((request, response) => {
      response.writeHead(302, { location: request.url === "/file" ? "file:///etc/passwd" : "/round" }).end();
    });
    const other = await errorOf(() => download(`${address}/file`, cache(), limits));
    expect([other.code, other.message.includes("redirects to file:///etc/passwd")]).toEqual([
      "DATASET_ADDRESS_REFUSED",
      true,
    ]);
    expect((await errorOf(() => download(`${address}/round`, cache(), limits))).message).toContain("more than 5 times");
    expect((await errorOf(() => download("ftp://host/x.csv", cache(), limits))).code).toBe("DATASET_ADDRESS_REFUSED");
    expect((await errorOf(() => download("https://me:word@host/x.csv", cache(), limits))).code).toBe(
      "KERNEL_SECRET_LITERAL",
    );
  });

  it("tells a refusal, a failure, a stall and a broken transfer apart", async () => {
    const { address } = await serve((request, response) => {
      if (request.url === "/404") response.writeHead(404).end();
      else if (request.url === "/500") response.writeHead(503).end();
      else if (request.url === "/cut") {
        response.writeHead(200, { "content-length": "900" });
        response.write("a,b\n");
        setTimeout(() => response.destroy(), 20);
      }
    });
    const code = async (path: string) =>
      (await errorOf(() => download(`${address}${path}`, cache(), { ...limits, timeoutMs: 200 }))).code;
    expect(await code("/404")).toBe("DATASET_ADDRESS_REFUSED");
    expect(await code("/500")).toBe("DATASET_ADDRESS_UNREACHABLE");
    expect(await code("/stall")).toBe("DATASET_ADDRESS_TIMEOUT");
    expect(await code("/cut")).toBe("DATASET_ADDRESS_UNREACHABLE");
    expect((await errorOf(() => download("http://127.0.0.1:1/x.csv", cache(), limits))).spec.retryable).toBe(true);
  });
});
