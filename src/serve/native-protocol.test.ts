import type { JsonObject } from "@millrace/program";
import { describe, expect, test } from "vitest";
import { opened, servedForTests } from "./fixtures/served-for-tests.ts";
import { binaryModel, modelOf, multiclassProgram, regressionProgram } from "./fixtures/small-models.ts";
import { fixedEndpoints, startEndpointServer } from "./index.ts";

const served = servedForTests();
/** sigmoid(age / 10 + [plan is plus] − 2) */
const expected = (age: number, plus = 0) => 1 / (1 + Math.exp(-(age / 10 + plus - 2)));

describe("the native protocol", () => {
  test("scores rows, says which version did, and records each", async () => {
    await served.serveChurn();
    const reply = await served.score({
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
    const { predictions } = await served.window();
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
    await served.serveChurn();
    const reply = await served.score(body, { "x-request-id": "mine" });
    expect((reply.json.predictions as JsonObject[])[0]).toMatchObject({ id: "mine", prediction: "leaves" });
  });

  test("names rows of a request by its id, and makes ids where there are none", async () => {
    await served.serveChurn();
    const ids = async (body: object) =>
      ((await served.score(body)).json.predictions as JsonObject[]).map((one) => String(one.id));
    expect(await ids({ id: "b", rows: [{ age: 1 }, { age: 2 }] })).toEqual(["b/0", "b/1"]);
    expect((await ids({ age: 1 }))[0]).toMatch(/^req_/);
  });

  test("refuses rows that the model cannot take, value by value", async () => {
    await served.serveChurn();
    const reply = await served.score({ rows: [{ age: 1 }, { age: "secret-cell", plan: { a: 1 } }, { plan: "plus" }] });
    expect(reply.status).toBe(422);
    expect(reply.headers.get("content-type")).toBe("application/problem+json");
    expect(reply.json).toMatchObject({ status: 422, code: "SERVE_ROWS_INVALID" });
    expect(reply.json.errors).toMatchObject([
      { row: 1, column: "age", kind: "unreadable" },
      { row: 1, column: "plan", kind: "unreadable" },
      { row: 2, column: "age", kind: "missing" },
    ]);
    expect(reply.text).not.toContain("secret-cell");
    expect((await served.window()).predictions).toEqual([]);
  });

  test("says of each row what is unusual where that is asked for, and scores it all the same", async () => {
    await served.serveChurn();
    const reply = await served.score({
      check: true,
      rows: [
        { age: 30, plan: "gold", site: "x" },
        { age: 1, plan: "plus", since: null },
      ],
    });
    const problems = (reply.json.predictions as JsonObject[]).map((one) => one.problems as JsonObject[]);
    expect(problems[0]!.map(({ column, kind, severity }) => [column, kind, severity])).toEqual([
      ["plan", "unseenLevel", "warning"],
      ["since", "absent", "warning"],
      ["site", "unknownColumn", "warning"],
    ]);
    expect(problems[0]![1]!.problem).toBe('"since" (timestamp) is absent; it counts as missing.');
    expect(problems[1]).toEqual([]);
    expect((await served.score({ check: 1, row: { age: 1 } })).json.code).toBe("SERVE_REQUEST_INVALID");
  });

  test("passes over columns that no input reads, and counts them and values that training did not see", async () => {
    await served.serveChurn({ keptColumns: ["site"] });
    await served.score({ rows: [{ age: 300, plan: "gold", site: "x", other: 1 }] });
    expect((await served.window()).predictions[0]!.row).toEqual({ age: 300, plan: "gold", since: null, site: "x" });
    const { text } = await served.call("/metrics");
    expect(text).toContain('millrace_unknown_columns_total{endpoint="churn"} 2');
    expect(text).toContain('millrace_unusual_values_total{endpoint="churn",kind="unseenLevel"} 1');
    expect(text).toContain('millrace_predictions_total{endpoint="churn",model="churn",version="1",route="live"} 1');
    expect(text).toContain('millrace_request_seconds_count{endpoint="churn",protocol="native"} 1');
  });

  test("names that a row shares with objects' own change nothing", async () => {
    await served.serveChurn({ keptColumns: "all" });
    const reply = await served.score('{"rows":[{"age":30,"__proto__":{"plan":"plus"},"constructor":1,"toString":2}]}');
    expect((reply.json.predictions as JsonObject[])[0]!.score).toBeCloseTo(expected(30), 12);
    expect(({} as Record<string, unknown>).plan).toBeUndefined();
    expect((await served.window()).predictions).toHaveLength(1);
  });

  test("multiclass and regression models answer with their own scores", async () => {
    await served.serve(fixedEndpoints([modelOf("three", multiclassProgram()), modelOf("line", regressionProgram())]));
    const three = (await served.call("/v1/endpoints/three/score", { x: 0, y: 2 })).json.predictions as JsonObject[];
    expect(three[0]).toMatchObject({ prediction: "middle" });
    expect(Object.keys(three[0]!.scores as JsonObject)).toEqual(["low", "middle", "high"]);
    const line = (await served.call("/v1/endpoints/line/score", { x: 2.5 })).json.predictions as JsonObject[];
    expect(line[0]).toMatchObject({ score: 2.5, prediction: 2.5 });
  });

  test("takes outcomes and decisions, or none of them", async () => {
    await served.serveChurn();
    await served.score({ age: 30, id: 1 });
    const outcomes = {
      outcomes: [
        { id: "a", outcome: "leaves", at: 5000 },
        { id: "b", outcome: null },
      ],
    };
    await served.score({ row: { age: 1 }, id: "a" });
    expect(await served.call("/v1/endpoints/churn/outcomes", outcomes)).toMatchObject({
      status: 202,
      json: { accepted: 2 },
    });
    expect((await served.call("/v1/endpoints/churn/decisions", { id: "a", decision: "call", by: "ada" })).status).toBe(
      202,
    );
    const bad = { outcomes: [{ id: "a", outcome: "stays" }, { id: "b" }] };
    expect((await served.call("/v1/endpoints/churn/outcomes", bad)).status).toBe(400);
    const found = await served.window();
    expect(found.outcomes).toMatchObject([{ requestId: "a", outcome: "leaves", atMs: 5000 }]);
    expect(found.decisions).toMatchObject([{ decision: "call", by: "ada", atMs: 1000 }]);
  });
});

describe("the server", () => {
  test("says that a port is taken, or takes another when it may", async () => {
    const { port } = await served.serveChurn();
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
    await served.serveChurn();
    const rows = Array.from({ length: 3000 }, (_, age) => ({ age: age % 90 }));
    const running = served.score({ rows });
    // A moment in time would not do: the connection may not be taken yet on a busy machine.
    while (served.traffic.health().written + served.traffic.health().pending === 0) await new Promise(setImmediate);
    const [reply] = await Promise.all([running, served.server.close()]);
    expect(reply.json.predictions).toHaveLength(3000);
    const health = served.traffic.health();
    expect([health.written, health.pending]).toEqual([3000, 0]);
    await expect(fetch(`${served.server.address}/healthz`)).rejects.toThrow();
    await served.server.close();
  });
});
