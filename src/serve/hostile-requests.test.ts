import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import type { JsonObject } from "@millrace/program";
import { describe, expect, test } from "vitest";
import { opened, servedForTests } from "./fixtures/served-for-tests.ts";
import { binaryModel } from "./fixtures/small-models.ts";
import { createScoringApp, fixedEndpoints } from "./index.ts";

const served = servedForTests();

describe("hostile and broken requests", () => {
  const limits = { bodyBytes: 2000, rows: 5, depth: 6 };
  test.each<[string, unknown, Record<string, string>, number, string]>([
    ["not JSON", "{age: 30", {}, 400, "SERVE_JSON_INVALID"],
    ["an empty body", "", {}, 400, "SERVE_JSON_INVALID"],
    ["a list", [1], {}, 400, "SERVE_REQUEST_INVALID"],
    ["a row that is no object", { rows: [1] }, {}, 400, "SERVE_REQUEST_INVALID"],
    ["ids of another number", { rows: [{ age: 1 }], ids: [] }, {}, 400, "SERVE_REQUEST_INVALID"],
    ["a time that is none", { rows: [{ age: 1 }], at: "soon" }, {}, 400, "SERVE_REQUEST_INVALID"],
    ["deep nesting", `${"[".repeat(700)}${"]".repeat(700)}`, {}, 400, "SERVE_JSON_INVALID"],
    ["a large body", { rows: [{ plan: "x".repeat(3000) }] }, {}, 413, "SERVE_BODY_TOO_LARGE"],
    ["many rows", { rows: Array(6).fill({ age: 1 }) }, {}, 413, "SERVE_ROWS_TOO_MANY"],
    ["a gzip bomb", gzipSync("x".repeat(100_000)), { "content-encoding": "gzip" }, 413, "SERVE_BODY_TOO_LARGE"],
    ["no gzip", "{}", { "content-encoding": "gzip" }, 415, "SERVE_ENCODING_UNKNOWN"],
    ["another encoding", "{}", { "content-encoding": "br" }, 415, "SERVE_ENCODING_UNKNOWN"],
    ["another site's page", { age: 1 }, { "sec-fetch-site": "cross-site" }, 403, "SERVE_ORIGIN_REFUSED"],
  ])("%s is refused", async (_, body, headers, status, code) => {
    const app = createScoringApp({
      endpoints: await opened(fixedEndpoints([binaryModel()])),
      limits,
      traffic: served.traffic,
    });
    const isRaw = typeof body === "string" || body instanceof Uint8Array;
    const response = await app.request("/v1/endpoints/churn/score", {
      method: "POST",
      headers,
      body: (isRaw ? body : JSON.stringify(body)) as string,
    });
    expect([response.status, ((await response.json()) as JsonObject).code]).toEqual([status, code]);
  });

  test("a stream without a length is cut at the limit, over a real connection", async () => {
    await served.serveChurn({ limits });
    const reply = await new Promise<string>((resolve, reject) => {
      const socket = connect(served.server.port, "127.0.0.1");
      let text = "";
      socket.on("data", (chunk) => {
        text += chunk;
        if (text.includes("SERVE_BODY_TOO_LARGE")) socket.destroy();
      });
      socket.on("close", () => resolve(text));
      socket.on("error", reject);
      socket.write("POST /v1/endpoints/churn/score HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n");
      for (let i = 0; i < 4; i++) socket.write(`400\r\n${"x".repeat(1024)}\r\n`);
    });
    expect(reply).toContain("413");
    expect((await served.score({ age: 1 })).status).toBe(200);
  });

  test("gzip and deflate are read", async () => {
    await served.serveChurn();
    const reply = await served.score(gzipSync(JSON.stringify({ age: 30 })), { "content-encoding": "gzip" });
    expect(reply.status).toBe(200);
  });

  test("unknown endpoints and addresses say what there is", async () => {
    await served.serveChurn();
    const reply = await served.call("/v1/endpoints/chrun/score", { age: 1 });
    expect(reply).toMatchObject({ status: 404, json: { code: "SERVE_ENDPOINT_UNKNOWN" } });
    expect(reply.json.detail).toContain("did you mean churn?");
    expect((await served.call("/v1/nothing")).status).toBe(404);
    expect((await served.call("/v1/endpoints/churn")).json).toMatchObject({
      endpoint: "churn",
      routes: [{ model: "churn:1" }],
    });
    expect((await served.call("/v1/endpoints/none")).status).toBe(404);
  });
});
