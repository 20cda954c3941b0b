import type { JsonObject } from "@millrace/program";
import { describe, expect, test } from "vitest";
import { servedForTests } from "./fixtures/served-for-tests.ts";
import { binaryModel, modelOf, multiclassProgram } from "./fixtures/small-models.ts";
import { fixedEndpoints } from "./index.ts";

const served = servedForTests();
/** sigmoid(age / 10 + [plan is plus] − 2) */
const expected = (age: number, plus = 0) => 1 / (1 + Math.exp(-(age / 10 + plus - 2)));

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
    await served.serveChurn();
    const headers = { "content-type": name === "text/csv" ? "text/csv; charset=utf-8" : "application/json" };
    const reply = await served.call("/invocations", body, headers);
    expect(reply.json).toEqual({ predictions: ["leaves", "stays"] });
    expect((await served.call("/v1/endpoints/churn/invocations", body, headers)).json).toEqual(reply.json);
  });

  test("says what is wrong, and asks for a name where several endpoints are served", async () => {
    await served.serve(fixedEndpoints([binaryModel(), binaryModel("other")]));
    expect((await served.call("/invocations", { instances: [] })).json.code).toBe("SERVE_ENDPOINT_UNNAMED");
    expect((await served.call("/v1/endpoints/other/invocations", {})).json.code).toBe("SERVE_REQUEST_INVALID");
    expect((await served.call("/v1/endpoints/other/invocations", { instances: [[1]] })).status).toBe(400);
    expect((await served.call("/ping")).status).toBe(200);
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
    await served.serveChurn();
    expect((await served.call("/v2")).json).toMatchObject({ name: "millrace" });
    expect((await served.call("/v2/health/live")).json).toEqual({ live: true });
    expect((await served.call("/v2/health/ready")).json).toEqual({ ready: true });
    expect((await served.call("/v2/models/churn/ready")).json).toEqual({ name: "churn", ready: true });
    expect((await served.call("/v2/models/churn")).json).toMatchObject({
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
    const reply = await served.call("/v2/models/churn/versions/1/infer", tensors([[30], [10]], [2, 1]));
    expect(reply.json).toMatchObject({ model_name: "churn", model_version: "1", id: "q" });
    const [scores, predictions] = reply.json.outputs as [JsonObject, JsonObject];
    expect(scores).toMatchObject({ name: "score", datatype: "FP64", shape: [2] });
    expect((scores.data as number[])[0]).toBeCloseTo(expected(30, 1), 12);
    expect(predictions).toEqual({ name: "prediction", datatype: "BYTES", shape: [2], data: ["leaves", "stays"] });
    const one = await served.call("/v2/models/churn/infer", {
      ...tensors([30, 10]),
      outputs: [{ name: "prediction" }],
    });
    expect(one.json.outputs).toHaveLength(1);
  });

  test("takes one matrix where all inputs are numbers", async () => {
    await served.serve(fixedEndpoints([modelOf("three", multiclassProgram())]));
    const body = { inputs: [{ name: "x", datatype: "FP32", shape: [2, 2], data: [0, 2, 3, 0] }] };
    const reply = await served.call("/v2/models/three/infer", body);
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
    await served.serveChurn();
    const reply = await served.call(path, body);
    expect([reply.status, typeof reply.json.error]).toEqual([status, "string"]);
  });
});
