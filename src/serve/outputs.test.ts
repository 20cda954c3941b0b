import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeProgram, type JsonObject } from "@millrace/program";
import { fallbackPart, importRule, withFallback as joined } from "@millrace/program/import";
import { encodeProgram, writeModelFile } from "@millrace/program/write";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fakeClock, silentLog } from "#kernel";
import { openTrafficLog, readWindow, type TrafficLog } from "#traffic";
import { buildScoringApp } from "./create-scoring-app.ts";
import { binaryModel, binaryProgram, intervalProgram, modelOf, setProgram } from "./fixtures/small-models.ts";
import {
  type EndpointSource,
  fixedEndpoints,
  openEndpoints,
  type ServedModel,
  servedModel,
  servedModelFile,
} from "./index.ts";
import { withFallback } from "./with-fallback.ts";

let folder: string;
let traffic: TrafficLog;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "millrace-outputs-"));
  traffic = await openTrafficLog({ folder, writer: "serve", clock: fakeClock(1_000) });
});
afterEach(async () => {
  await traffic.close();
  await rm(folder, { recursive: true });
});

/** An application over some endpoints, and a way to call it. */
async function serving(source: EndpointSource) {
  const endpoints = openEndpoints(source, silentLog);
  await endpoints.refresh();
  const { app, settled } = buildScoringApp({ endpoints, traffic, clock: fakeClock(1_000) });
  const call = async (path: string, body?: unknown) => {
    const reply = await app.request(path, body === undefined ? {} : { method: "POST", body: JSON.stringify(body) });
    const text = await reply.text();
    return { status: reply.status, text, json: (text.startsWith("{") ? JSON.parse(text) : {}) as JsonObject };
  };
  const recorded = async (endpoint: string) => {
    await settled();
    await traffic.flush();
    return (await readWindow({ folder, endpoint })).predictions;
  };
  return { call, recorded };
}
const predictionsOf = ({ json }: { json: JsonObject }) => json.predictions as JsonObject[];

describe("outputs beside the score, over HTTP", () => {
  test("are an interval, how far out of domain a row is, and why it has no prediction", async () => {
    const { call, recorded } = await serving(fixedEndpoints([modelOf("line", intervalProgram())]));
    const reply = await call("/v1/endpoints/line/score", { rows: [{ x: 3 }, { x: 11 }, { x: "three" }] });
    const [inside, outside, unread] = predictionsOf(reply) as [JsonObject, JsonObject, JsonObject];
    expect(inside).toMatchObject({
      score: 3,
      prediction: 3,
      intervalLow: 1,
      intervalHigh: 5,
      outOfDomain: 9,
      abstain: null,
    });
    expect(outside).toMatchObject({
      score: 11,
      prediction: null,
      intervalLow: 9,
      intervalHigh: 13,
      abstain: "outOfDomain",
    });
    expect(unread).toMatchObject({ score: null, prediction: null, intervalLow: null, imputed: ["x"] });
    expect(
      (await recorded("line")).map(({ prediction, abstain, outOfDomain, imputed }) => [
        prediction,
        abstain,
        outOfDomain,
        imputed,
      ]),
    ).toEqual([
      [3, undefined, 9, undefined],
      [null, "outOfDomain", 121, undefined],
      [null, undefined, null, ["x"]],
    ]);
    const { text } = await call("/metrics");
    expect(text).toContain('millrace_abstained_total{endpoint="line",reason="outOfDomain"} 1');
    expect(text).toContain('millrace_imputed_values_total{endpoint="line"} 1');
    const described = (await call("/v1/endpoints/line")).json.routes as JsonObject[];
    expect(described[0]!.outputs).toEqual(["intervalLow", "intervalHigh", "outOfDomain", "abstain"]);
  });

  test("are a set of classes", async () => {
    const { call } = await serving(fixedEndpoints([modelOf("set", setProgram())]));
    const rows = [{ x: 5 }, { x: 0.1 }, { x: -5 }];
    expect(predictionsOf(await call("/v1/endpoints/set/score", { rows }))).toMatchObject([
      { prediction: "leaves", set: ["leaves"], abstain: null },
      { prediction: null, set: ["stays", "leaves"], abstain: "unsure" },
      { prediction: "stays", set: ["stays"], abstain: null },
    ]);
  });

  test("stand in the Open Inference Protocol by their columns, and MLflow's protocol gives null where the model abstains", async () => {
    const { call } = await serving(fixedEndpoints([modelOf("set", setProgram())]));
    const body = { inputs: [{ name: "x", datatype: "FP64", shape: [2], data: [5, 0.1] }] };
    const outputs = (await call("/v2/models/set/infer", body)).json.outputs as JsonObject[];
    expect(outputs.map(({ name, datatype, data }) => [name, datatype, data]).slice(1)).toEqual([
      ["prediction", "BYTES", ["leaves", null]],
      ["set", "BYTES", ['["leaves"]', '["stays","leaves"]']],
      ["abstain", "BYTES", [null, "unsure"]],
    ]);
    expect((await call("/invocations", { instances: [{ x: 5 }, { x: 0.1 }] })).json.predictions).toEqual([
      "leaves",
      null,
    ]);
  });

  test("are recorded of canary and shadow alike, each by its own policy", async () => {
    const source: EndpointSource = {
      wanted: async () => [
        {
          endpoint: "set",
          model: "set",
          routes: [
            { version: 1, weight: 1 },
            { version: 2, weight: 1 },
          ],
          shadow: 3,
          revision: "r",
        },
      ],
      load: async (name, version) =>
        version === 3 ? binaryAs(name, 3) : modelOf(name, setProgram(version === 1 ? 0.3 : 0.01), version),
    };
    const { call, recorded } = await serving(source);
    for (let k = 0; k < 30; k++) await call("/v1/endpoints/set/score", { row: { x: 0.1, age: 30 }, id: `k${k}` });
    const found = await recorded("set");
    const live = found.filter(({ route }) => route === "live");
    expect(new Set(live.map(({ version }) => version))).toEqual(new Set([1, 2]));
    expect(
      live.every(({ prediction, abstain, score }) => prediction === null && abstain === "unsure" && score !== null),
    ).toBe(true);
    const shadows = found.filter(({ route }) => route === "shadow");
    expect(shadows).toHaveLength(30);
    // The shadow knows no policy, so it always decides.
    expect(shadows.every(({ prediction, abstain }) => prediction === "leaves" && abstain === undefined)).toBe(true);
  });
});

const binaryAs = (name: string, version: number) => binaryModel(name, version, 1);

describe("an explanation that is asked for", () => {
  test("adds up to the margin, and is not recorded", async () => {
    const { call, recorded } = await serving(fixedEndpoints([modelOf("line", intervalProgram())]));
    const [plain] = predictionsOf(await call("/v1/endpoints/line/score", { row: { x: 3 } }));
    expect(plain).not.toHaveProperty("explanation");
    const [told] = predictionsOf(await call("/v1/endpoints/line/score", { row: { x: 3 }, explain: true }));
    expect(told!.explanation).toEqual({ method: "linearShap", contributions: { x: [3] }, base: [0], margin: [3] });
    expect((await recorded("line")).every((one) => !("explanation" in one))).toBe(true);
  });

  test("of a model that is no sum is told beside the rows that it keeps, and names its method", async () => {
    const { program, tensors } = importRule({
      kind: "expression",
      expression: "CASE WHEN x > 1 THEN x * y ELSE 1 END",
    });
    const encoded = encodeProgram(program, tensors);
    const background = [{ x: 0, y: 5 }];
    const model = servedModel("rule", 1, encoded.json, encoded.tensors, background);
    const { call } = await serving(fixedEndpoints([model]));
    const [told] = predictionsOf(await call("/v1/endpoints/rule/score", { row: { x: 2, y: 4 }, explain: true }));
    // x first: 1 → 10 → 8, y first: 1 → 1 → 8
    expect(told!.explanation).toEqual({
      method: "exactShapley",
      contributions: { x: [8], y: [-1] },
      base: [1],
      margin: [8],
    });
  });

  test("is refused where the model cannot, where too many are asked for, and where the wish is unclear", async () => {
    const rule = importRule({ kind: "expression", expression: "CASE WHEN x > 1 THEN x / y ELSE 1 END" });
    const encoded = encodeProgram(rule.program, rule.tensors);
    const { call, recorded } = await serving(
      fixedEndpoints([modelOf("rule", { json: encoded.json, bytes: encoded.tensors })]),
    );
    const why = async (body: object) => {
      const { status, json } = await call("/v1/endpoints/rule/score", body);
      return [status, json.code];
    };
    expect(await why({ row: { x: 2, y: 1 }, explain: true })).toEqual([422, "SERVE_EXPLANATION_IMPOSSIBLE"]);
    expect(await why({ rows: Array(101).fill({ x: 2 }), explain: true })).toEqual([413, "SERVE_ROWS_TOO_MANY"]);
    expect(await why({ row: { x: 2 }, explain: "yes" })).toEqual([400, "SERVE_REQUEST_INVALID"]);
    expect(await recorded("rule")).toEqual([]);
  });
});

describe("a fallback", () => {
  const ruleModel = (expression: string) => {
    const { program, tensors } = importRule({ kind: "expression", expression, classes: ["stays", "leaves"] });
    const encoded = encodeProgram(program, tensors);
    return modelOf("churn", { json: encoded.json, bytes: encoded.tensors });
  };
  /** age is needed by the model; the rule reads plan alone. */
  const served = (own: ServedModel = binaryModel()) =>
    withFallback(binaryModel(), own, ruleModel("CASE WHEN plan = 'plus' THEN 0.25 WHEN plan = 'basic' THEN 0.75 END"));
  const score = async (model: ServedModel, rows: readonly object[]) => {
    const { call, recorded } = await serving(fixedEndpoints([model]));
    const reply = await call("/v1/endpoints/churn/score", { rows });
    return { reply, call, recorded };
  };

  test("answers rows that are not fit for the model, says so, and leaves the others to it", async () => {
    const { reply, call, recorded } = await score(served(), [
      { age: 30, plan: "plus" },
      { age: "?", plan: "plus" },
      { plan: "basic" },
    ]);
    expect(reply.status).toBe(200);
    const [own, unread, missing] = predictionsOf(reply) as [JsonObject, JsonObject, JsonObject];
    expect(own.prediction).toBe("leaves");
    expect(own).not.toHaveProperty("fallback");
    expect(unread).toMatchObject({ score: 0.25, prediction: "stays", fallback: true, fallbackReason: "invalidInput" });
    expect(missing).toMatchObject({
      score: 0.75,
      prediction: "leaves",
      fallback: true,
      fallbackReason: "invalidInput",
    });
    expect((await recorded("churn")).map(({ fallback }) => fallback)).toEqual([
      undefined,
      "invalidInput",
      "invalidInput",
    ]);
    expect((await call("/metrics")).text).toContain(
      'millrace_fallbacks_total{endpoint="churn",reason="invalidInput"} 2',
    );
    expect((await call("/metrics")).text).not.toContain("millrace_refused_values_total{");
    expect(((await call("/v1/endpoints/churn")).json.routes as JsonObject[])[0]).toMatchObject({ fallback: true });
    const body = { inputs: [{ name: "plan", datatype: "BYTES", shape: [1], data: ["plus"] }] };
    const outputs = (await call("/v2/models/churn/infer", body)).json.outputs as JsonObject[];
    expect(outputs.at(-1)).toMatchObject({ name: "fallback", data: ["invalidInput"] });
  });

  test("answers where the model fails at run time, and where it gives no score", async () => {
    const broken: ServedModel = {
      ...binaryModel(),
      score: () => {
        throw new Error("the runtime is out of memory");
      },
    };
    const failing = await score(served(broken), [{ age: 30, plan: "plus" }]);
    expect(predictionsOf(failing.reply)).toMatchObject([{ score: 0.25, fallback: true, fallbackReason: "failure" }]);
    expect((await failing.recorded("churn"))[0]).toMatchObject({ score: 0.25, fallback: "failure" });
    const silent = await score(served(ruleModel("CASE WHEN age > 90 THEN 1 END")), [{ age: 30, plan: "basic" }]);
    expect(predictionsOf(silent.reply)).toMatchObject([{ score: 0.75, fallbackReason: "noScore" }]);
  });

  test("does not speak where the model abstains: that is for a person", async () => {
    const own = modelOf("churn", setProgram());
    const model = withFallback(own, own, ruleModel("CASE WHEN x < 9 THEN 1 ELSE 0 END"));
    const { reply } = await score(model, [{ x: 0.1 }]);
    expect(predictionsOf(reply)[0]).toMatchObject({ prediction: null, abstain: "unsure" });
    expect(predictionsOf(reply)[0]).not.toHaveProperty("fallback");
  });

  test("of a model file answers and is marked as that of a registered version", async () => {
    const made = binaryProgram();
    const own = decodeProgram(made.json, made.bytes);
    const expression = "CASE WHEN plan = 'plus' THEN 0.25 ELSE 0.75 END";
    const rule = importRule({ kind: "expression", expression, classes: ["stays", "leaves"] });
    const file = writeModelFile({ ...joined(own, rule), fallback: fallbackPart(own, rule) });
    const { reply } = await score(await servedModelFile("churn", 0, file), [
      { age: 30, plan: "plus" },
      { age: "?", plan: "plus" },
      { plan: "basic" },
    ]);
    expect(predictionsOf(reply).map(({ fallbackReason = null }) => fallbackReason)).toEqual([
      null,
      "invalidInput",
      "invalidInput",
    ]);
    expect(predictionsOf(reply).map(({ score }) => score)).toEqual([
      binaryModel().score({ age: 30, plan: "plus" }).score,
      0.25,
      0.75,
    ]);
  });

  test("that cannot read a row either leaves it refused, with the model's reasons", async () => {
    const { reply, recorded } = await score(served(), [{ age: "?", plan: { a: 1 } }]);
    expect(reply).toMatchObject({ status: 422, json: { code: "SERVE_ROWS_INVALID" } });
    expect((reply.json.errors as JsonObject[]).map(({ column }) => column)).toEqual(["age", "plan"]);
    expect(await recorded("churn")).toEqual([]);
  });
});
