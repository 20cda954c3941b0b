import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { JsonObject } from "@millrace/program";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sqliteMetadata } from "#adapters/metadata-sql";
import { fileObjects } from "#adapters/objects-files";
import { fakeClock, type MetadataStore, newId, type ObjectStore, silentLog } from "#kernel";
import { type RegistryContext, recordDeployment, registerVersion, rollbackAlias, setAlias } from "#registry";
import { openTrafficLog, readWindow, type TrafficLog } from "#traffic";
import { binaryModel, binaryProgram, modelOf, multiclassProgram, regressionProgram } from "./fixtures/small-models.ts";
import {
  chooseRoute,
  createScoringApp,
  type Endpoint,
  type EndpointServer,
  type EndpointServerOptions,
  type EndpointSource,
  fixedEndpoints,
  openEndpoints,
  registryEndpoints,
  startEndpointServer,
} from "./index.ts";

let folder: string;
let traffic: TrafficLog;
let server: EndpointServer | undefined;
const clock = fakeClock(1_000);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "millrace-serve-"));
  traffic = await openTrafficLog({ folder: join(folder, "traffic"), writer: "serve", clock });
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  await traffic.close();
  await rm(folder, { recursive: true });
});

async function serve(source: EndpointSource, options: Partial<EndpointServerOptions> = {}): Promise<EndpointServer> {
  const endpoints = openEndpoints(source, silentLog);
  server = await startEndpointServer({ endpoints, traffic, clock, port: 0, watchMs: 60_000, ...options });
  return server;
}
const serveChurn = (options: Partial<EndpointServerOptions> = {}) => serve(fixedEndpoints([binaryModel()]), options);

async function call(path: string, body?: unknown, headers: Record<string, string> = {}) {
  const isRaw = typeof body === "string" || body instanceof Uint8Array;
  const response = await fetch(`${server!.address}${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers,
    ...(body === undefined ? {} : { body: (isRaw ? body : JSON.stringify(body)) as string }),
  });
  const text = await response.text();
  const isJson = (response.headers.get("content-type") ?? "").includes("json");
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: (isJson ? JSON.parse(text) : {}) as JsonObject,
  };
}
const score = (body: unknown, headers: Record<string, string> = {}) => call("/v1/endpoints/churn/score", body, headers);
const window = async () => {
  await traffic.flush();
  return await readWindow({ folder: join(folder, "traffic"), endpoint: "churn" });
};
/** sigmoid(age / 10 + [plan is plus] − 2) */
const expected = (age: number, plus = 0) => 1 / (1 + Math.exp(-(age / 10 + plus - 2)));

describe("the native protocol", () => {
  test("scores rows, says which version did, and records each", async () => {
    await serveChurn();
    const reply = await score({
      rows: [{ age: 30, plan: "plus" }, { age: 10 }],
      ids: ["a", 7],
      at: "2001-02-03T04:05:06Z",
    });
    expect(reply.status).toBe(200);
    expect(reply.headers.get("millrace-model")).toBe("churn:1");
    expect(reply.json.model).toBe("churn:1");
    const [first, second] = reply.json.predictions as [JsonObject, JsonObject];
    expect(first).toMatchObject({ id: "a", prediction: "leaves" });
    expect(first.score).toBeCloseTo(expected(30, 1), 12);
    expect(second).toMatchObject({ id: "7", prediction: "stays" });
    expect(second.score).toBeCloseTo(expected(10), 12);
    const { predictions } = await window();
    expect(predictions[1]).toMatchObject({
      requestId: "7",
      endpoint: "churn",
      model: "churn",
      version: 1,
      route: "live",
      atMs: Date.UTC(2001, 1, 3, 4, 5, 6),
      row: { age: 10, plan: null, since: null },
      prediction: "stays",
    });
    expect(predictions[1]!.latencyMicros).toBeGreaterThan(0);
  });

  test.each([
    [{ age: 30, plan: "plus" }],
    [{ row: { age: 30, plan: "plus" } }],
    [{ rows: [{ age: "30", plan: "plus" }] }],
  ])("takes %j", async (body) => {
    await serveChurn();
    const reply = await score(body, { "x-request-id": "mine" });
    expect((reply.json.predictions as JsonObject[])[0]).toMatchObject({ id: "mine", prediction: "leaves" });
  });

  test("names rows of a request by its id, and makes ids where there are none", async () => {
    await serveChurn();
    const ids = async (body: object) =>
      ((await score(body)).json.predictions as JsonObject[]).map((one) => String(one.id));
    expect(await ids({ id: "b", rows: [{ age: 1 }, { age: 2 }] })).toEqual(["b/0", "b/1"]);
    expect((await ids({ age: 1 }))[0]).toMatch(/^req_/);
  });

  test("refuses rows that the model cannot take, value by value", async () => {
    await serveChurn();
    const reply = await score({ rows: [{ age: 1 }, { age: "secret-cell", plan: { a: 1 } }, { plan: "plus" }] });
    expect(reply.status).toBe(422);
    expect(reply.headers.get("content-type")).toBe("application/problem+json");
    expect(reply.json).toMatchObject({ status: 422, code: "SERVE_ROWS_INVALID" });
    expect(reply.json.errors).toMatchObject([
      { row: 1, column: "age", kind: "unreadable" },
      { row: 1, column: "plan", kind: "unreadable" },
      { row: 2, column: "age", kind: "missing" },
    ]);
    expect(reply.text).not.toContain("secret-cell");
    expect((await window()).predictions).toEqual([]);
  });

  test("passes over columns that no input reads, and counts them and values that training did not see", async () => {
    await serveChurn({ keptColumns: ["site"] });
    await score({ rows: [{ age: 300, plan: "gold", site: "x", other: 1 }] });
    expect((await window()).predictions[0]!.row).toEqual({ age: 300, plan: "gold", since: null, site: "x" });
    const { text } = await call("/metrics");
    expect(text).toContain('millrace_unknown_columns_total{endpoint="churn"} 2');
    expect(text).toContain('millrace_unusual_values_total{endpoint="churn",kind="unseenLevel"} 1');
    expect(text).toContain('millrace_predictions_total{endpoint="churn",model="churn",version="1",route="live"} 1');
    expect(text).toContain('millrace_request_seconds_count{endpoint="churn",protocol="native"} 1');
  });

  test("names that a row shares with objects' own change nothing", async () => {
    await serveChurn({ keptColumns: "all" });
    const reply = await score('{"rows":[{"age":30,"__proto__":{"plan":"plus"},"constructor":1,"toString":2}]}');
    expect((reply.json.predictions as JsonObject[])[0]!.score).toBeCloseTo(expected(30), 12);
    expect(({} as Record<string, unknown>).plan).toBeUndefined();
    expect((await window()).predictions).toHaveLength(1);
  });

  test("multiclass and regression models answer with their own scores", async () => {
    await serve(fixedEndpoints([modelOf("three", multiclassProgram()), modelOf("line", regressionProgram())]));
    const three = (await call("/v1/endpoints/three/score", { x: 0, y: 2 })).json.predictions as JsonObject[];
    expect(three[0]).toMatchObject({ prediction: "middle" });
    expect(Object.keys(three[0]!.scores as JsonObject)).toEqual(["low", "middle", "high"]);
    const line = (await call("/v1/endpoints/line/score", { x: 2.5 })).json.predictions as JsonObject[];
    expect(line[0]).toMatchObject({ score: 2.5, prediction: 2.5 });
  });

  test("takes outcomes and decisions, or none of them", async () => {
    await serveChurn();
    await score({ age: 30, id: 1 });
    const outcomes = {
      outcomes: [
        { id: "a", outcome: "leaves", at: 5000 },
        { id: "b", outcome: null },
      ],
    };
    await score({ row: { age: 1 }, id: "a" });
    expect(await call("/v1/endpoints/churn/outcomes", outcomes)).toMatchObject({ status: 202, json: { accepted: 2 } });
    expect((await call("/v1/endpoints/churn/decisions", { id: "a", decision: "call", by: "ada" })).status).toBe(202);
    const bad = { outcomes: [{ id: "a", outcome: "stays" }, { id: "b" }] };
    expect((await call("/v1/endpoints/churn/outcomes", bad)).status).toBe(400);
    const found = await window();
    expect(found.outcomes).toMatchObject([{ requestId: "a", outcome: "leaves", atMs: 5000 }]);
    expect(found.decisions).toMatchObject([{ decision: "call", by: "ada", atMs: 1000 }]);
  });
});

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
    const app = createScoringApp({ endpoints: await opened(fixedEndpoints([binaryModel()])), limits, traffic });
    const isRaw = typeof body === "string" || body instanceof Uint8Array;
    const response = await app.request("/v1/endpoints/churn/score", {
      method: "POST",
      headers,
      body: (isRaw ? body : JSON.stringify(body)) as string,
    });
    expect([response.status, ((await response.json()) as JsonObject).code]).toEqual([status, code]);
  });

  test("a stream without a length is cut at the limit, over a real connection", async () => {
    await serveChurn({ limits });
    const reply = await new Promise<string>((resolve, reject) => {
      const socket = connect(server!.port, "127.0.0.1");
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
    expect((await score({ age: 1 })).status).toBe(200);
  });

  test("gzip and deflate are read", async () => {
    await serveChurn();
    const reply = await score(gzipSync(JSON.stringify({ age: 30 })), { "content-encoding": "gzip" });
    expect(reply.status).toBe(200);
  });

  test("unknown endpoints and addresses say what there is", async () => {
    await serveChurn();
    const reply = await call("/v1/endpoints/chrun/score", { age: 1 });
    expect(reply).toMatchObject({ status: 404, json: { code: "SERVE_ENDPOINT_UNKNOWN" } });
    expect(reply.json.detail).toContain("did you mean churn?");
    expect((await call("/v1/nothing")).status).toBe(404);
    expect((await call("/v1/endpoints/churn")).json).toMatchObject({
      endpoint: "churn",
      routes: [{ model: "churn:1" }],
    });
    expect((await call("/v1/endpoints/none")).status).toBe(404);
  });
});

describe("MLflow's scoring protocol", () => {
  const rows = [
    ["plus", 30],
    [null, 10],
  ] as const;
  test.each<[string, unknown]>([
    ["dataframe_split", { dataframe_split: { columns: ["plan", "age"], data: rows } }],
    ["dataframe_records", { dataframe_records: rows.map(([plan, age]) => ({ plan, age })) }],
    ["instances", { instances: rows.map(([plan, age]) => ({ plan, age })) }],
    ["instances in order", { instances: rows.map(([plan, age]) => [age, plan, null]) }],
    ["inputs by column", { inputs: { plan: ["plus", null], age: [30, 10] } }],
    ["text/csv", '"plan",age\r\nplus,30\r\n,10\r\n'],
  ])("%s", async (name, body) => {
    await serveChurn();
    const headers = { "content-type": name === "text/csv" ? "text/csv; charset=utf-8" : "application/json" };
    const reply = await call("/invocations", body, headers);
    expect(reply.json).toEqual({ predictions: ["leaves", "stays"] });
    expect((await call("/v1/endpoints/churn/invocations", body, headers)).json).toEqual(reply.json);
  });

  test("says what is wrong, and asks for a name where several endpoints are served", async () => {
    await serve(fixedEndpoints([binaryModel(), binaryModel("other")]));
    expect((await call("/invocations", { instances: [] })).json.code).toBe("SERVE_ENDPOINT_UNNAMED");
    expect((await call("/v1/endpoints/other/invocations", {})).json.code).toBe("SERVE_REQUEST_INVALID");
    expect((await call("/v1/endpoints/other/invocations", { instances: [[1]] })).status).toBe(400);
    expect((await call("/ping")).status).toBe(200);
  });
});

describe("the Open Inference Protocol", () => {
  const tensors = (age: unknown, shape: readonly number[] = [2]) => ({
    id: "q",
    inputs: [
      { name: "age", datatype: "FP64", shape, data: age },
      { name: "plan", datatype: "BYTES", shape: [2], data: ["plus", null] },
    ],
  });

  test("describes and scores", async () => {
    await serveChurn();
    expect((await call("/v2")).json).toMatchObject({ name: "millrace" });
    expect((await call("/v2/health/live")).json).toEqual({ live: true });
    expect((await call("/v2/health/ready")).json).toEqual({ ready: true });
    expect((await call("/v2/models/churn/ready")).json).toEqual({ name: "churn", ready: true });
    expect((await call("/v2/models/churn")).json).toMatchObject({
      name: "churn",
      versions: ["1"],
      inputs: [
        { name: "age", datatype: "FP64", shape: [-1] },
        { name: "plan", datatype: "BYTES", shape: [-1] },
        { name: "since", datatype: "BYTES", shape: [-1] },
      ],
      outputs: [
        { name: "score", datatype: "FP64", shape: [-1] },
        { name: "prediction", datatype: "BYTES", shape: [-1] },
      ],
    });
    const reply = await call("/v2/models/churn/versions/1/infer", tensors([[30], [10]], [2, 1]));
    expect(reply.json).toMatchObject({ model_name: "churn", model_version: "1", id: "q" });
    const [scores, predictions] = reply.json.outputs as [JsonObject, JsonObject];
    expect(scores).toMatchObject({ name: "score", datatype: "FP64", shape: [2] });
    expect((scores.data as number[])[0]).toBeCloseTo(expected(30, 1), 12);
    expect(predictions).toEqual({ name: "prediction", datatype: "BYTES", shape: [2], data: ["leaves", "stays"] });
    const one = await call("/v2/models/churn/infer", { ...tensors([30, 10]), outputs: [{ name: "prediction" }] });
    expect(one.json.outputs).toHaveLength(1);
  });

  test("takes one matrix where all inputs are numbers", async () => {
    await serve(fixedEndpoints([modelOf("three", multiclassProgram())]));
    const body = { inputs: [{ name: "x", datatype: "FP32", shape: [2, 2], data: [0, 2, 3, 0] }] };
    const reply = await call("/v2/models/three/infer", body);
    const [scores, predictions] = reply.json.outputs as [JsonObject, JsonObject];
    expect(scores.shape).toEqual([2, 3]);
    expect(predictions.data).toEqual(["middle", "high"]);
  });

  test.each<[string, string, unknown, number]>([
    ["an unknown model", "/v2/models/nope/infer", {}, 404],
    ["an unknown version", "/v2/models/churn/versions/9/infer", tensors([1, 2]), 404],
    ["no inputs", "/v2/models/churn/infer", {}, 400],
    ["not JSON", "/v2/models/churn/infer", "{", 400],
    ["a shape that is not the data's", "/v2/models/churn/infer", tensors([1, 2, 3]), 400],
    [
      "an unknown datatype",
      "/v2/models/churn/infer",
      { inputs: [{ name: "age", datatype: "X", shape: [1], data: [1] }] },
      400,
    ],
    [
      "a missing column",
      "/v2/models/churn/infer",
      { inputs: [{ name: "plan", datatype: "BYTES", shape: [1], data: ["a"] }] },
      400,
    ],
    ["an unknown output", "/v2/models/churn/infer", { ...tensors([1, 2]), outputs: [{ name: "zzz" }] }, 400],
  ])("%s is an error of the protocol's form", async (_, path, body, status) => {
    await serveChurn();
    const reply = await call(path, body);
    expect([reply.status, typeof reply.json.error]).toEqual([status, "string"]);
  });
});

describe("routes", () => {
  const endpoint = (weights: readonly number[]): Endpoint => ({
    name: "churn",
    revision: "r",
    routes: weights.map((weight, index) => ({ model: binaryModel("churn", index + 1), weight })),
    shadow: null,
  });

  test("property: shares converge to the weights, and a key always takes the same route", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 }),
        fc.string(),
        (weights, prefix) => {
          const split = endpoint(weights);
          const total = weights.reduce((sum, weight) => sum + weight, 0);
          const keys = Array.from({ length: 4000 }, (_, index) => `${prefix}${index}`);
          const chosen = keys.map((key) => chooseRoute(split, key).version);
          expect(keys.map((key) => chooseRoute(split, key).version)).toEqual(chosen);
          for (const [index, weight] of weights.entries()) {
            const share = weight / total;
            const count = chosen.filter((version) => version === index + 1).length;
            // Five standard deviations: one run in two million would fall outside by chance.
            expect(Math.abs(count / 4000 - share)).toBeLessThan(5 * Math.sqrt((share * (1 - share)) / 4000) + 1e-9);
          }
        },
      ),
      { numRuns: 25, seed: 5 },
    );
  });

  test("a growing canary takes keys over and gives none back", () => {
    const keys = Array.from({ length: 1000 }, (_, index) => `k${index}`);
    const canaryKeys = (share: number) => {
      const split = endpoint([1 - share, share]);
      return keys.filter((key) => chooseRoute(split, key).version === 2);
    };
    const later = new Set(canaryKeys(0.3));
    expect(canaryKeys(0.1).every((key) => later.has(key))).toBe(true);
  });

  test("a shadow is scored and recorded, and never answers", async () => {
    const source: EndpointSource = {
      wanted: async () => [
        { endpoint: "churn", model: "churn", routes: [{ version: 1, weight: 1 }], shadow: 2, revision: "r" },
      ],
      load: async (name, version) => binaryModel(name, version),
    };
    await serve(source);
    expect((await score({ row: { age: 35 }, id: "a" })).json.model).toBe("churn:1");
    await server!.close();
    const { predictions } = await window();
    expect(predictions.map((one) => [one.version, one.route, one.prediction])).toEqual([
      [1, "live", "leaves"],
      [2, "shadow", "stays"],
    ]);
    expect(predictions[0]!.requestId).toBe(predictions[1]!.requestId);
  });
});

describe("deployments from the registry", () => {
  let metadata: MetadataStore;
  let objects: ObjectStore;
  let context: RegistryContext;
  beforeEach(async () => {
    metadata = sqliteMetadata({ path: join(folder, "metadata.db") });
    await metadata.open();
    objects = fileObjects({ root: join(folder, "objects") });
    context = { metadata, clock, by: "ada" };
  });
  afterEach(() => metadata.close());

  async function register(scale: number, break_ = false): Promise<void> {
    const { json, bytes } = binaryProgram(scale);
    const files: Record<string, { object: `sha256:${string}`; sizeBytes: number }> = {};
    for (const [name, content] of [
      ["program.json", Buffer.from(json)],
      ["tensors.bin", bytes],
    ] as const) {
      const { digest, sizeBytes } = await objects.put(content);
      files[name] = { object: digest, sizeBytes };
    }
    const id = newId("art");
    const content = binaryModel("churn", scale).content;
    if (!break_)
      await metadata.write([
        { put: "artifact", value: { id, type: "model", content, files, properties: {}, createdMs: 0 } },
      ]);
    await registerVersion(context, { model: "churn", artifactId: id, content });
  }
  const promote = (version: number) =>
    setAlias(context, { model: "churn", alias: "champion", version, reason: "better" });
  const deploy = () =>
    recordDeployment(context, { endpoint: "churn", model: "churn", alias: "champion", reason: "go" });

  test("are followed without a restart; a version that cannot be loaded leaves the one before in place", async () => {
    await register(1);
    await register(2);
    await register(3, true);
    await promote(1);
    await deploy();
    await serve(registryEndpoints({ metadata, objects }), { watchMs: 20 });
    const serves = async () => (await score({ age: 30 })).json.model;
    const until = async (wanted: string) => {
      for (let i = 0; i < 200 && (await serves()) !== wanted; i++)
        await new Promise((resolve) => setTimeout(resolve, 10));
      expect(await serves()).toBe(wanted);
    };
    await until("churn:1");
    await promote(2);
    await until("churn:2");
    await promote(3);
    const problem = async () => ((await call("/readyz")).json.endpoints as JsonObject[])[0]!.problem;
    for (let i = 0; i < 200 && (await problem()) === null; i++) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await problem()).toContain("churn:3 cannot be loaded");
    expect(await serves()).toBe("churn:2");
    expect((await call("/readyz")).status).toBe(200);
    await rollbackAlias(context, { model: "churn", alias: "champion", reason: "broken" });
    await rollbackAlias(context, { model: "churn", alias: "champion", reason: "worse" });
    await until("churn:1");
    expect(await problem()).toBeNull();
  });

  test("that have nothing to serve yet are not ready, and say so", async () => {
    await register(1, true);
    await promote(1);
    await deploy();
    await serve(registryEndpoints({ metadata, objects }));
    expect((await call("/readyz")).status).toBe(503);
    expect((await call("/v2/health/ready")).status).toBe(503);
    expect((await call("/healthz")).status).toBe(200);
    expect(await score({ age: 1 })).toMatchObject({ status: 503, json: { code: "SERVE_ENDPOINT_NOT_READY" } });
  });
});

describe("the server", () => {
  test("says that a port is taken, or takes another when it may", async () => {
    const { port } = await serveChurn();
    const endpoints = await opened(fixedEndpoints([binaryModel()]));
    await expect(startEndpointServer({ endpoints, port })).rejects.toMatchObject({
      code: "SERVE_PORT_TAKEN",
      facts: { port },
    });
    const other = await startEndpointServer({ endpoints, port, anyPort: true });
    expect(other.port).not.toBe(port);
    await other.close();
  });

  test("answers what it has begun before it closes, and what it answered is on disk", async () => {
    await serveChurn();
    const rows = Array.from({ length: 3000 }, (_, age) => ({ age: age % 90 }));
    const running = score({ rows });
    // A moment in time would not do: the connection may not be taken yet on a busy machine.
    while (traffic.health().written + traffic.health().pending === 0) await new Promise(setImmediate);
    const [reply] = await Promise.all([running, server!.close()]);
    expect(reply.json.predictions).toHaveLength(3000);
    const health = traffic.health();
    expect([health.written, health.pending]).toEqual([3000, 0]);
    await expect(fetch(`${server!.address}/healthz`)).rejects.toThrow();
    await server!.close();
  });
});

async function opened(source: EndpointSource) {
  const endpoints = openEndpoints(source, silentLog);
  await endpoints.refresh();
  return endpoints;
}
