import { join } from "node:path";
import type { JsonObject } from "@millrace/program";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sqliteMetadata } from "#adapters/metadata-sql";
import { fileObjects } from "#adapters/objects-files";
import { type MetadataStore, newId, type ObjectStore } from "#kernel";
import { type RegistryContext, recordDeployment, registerVersion, rollbackAlias, setAlias } from "#registry";
import { servedForTests } from "./fixtures/served-for-tests.ts";
import { binaryModel, binaryProgram } from "./fixtures/small-models.ts";
import { chooseRoute, type Endpoint, type EndpointSource, registryEndpoints } from "./index.ts";

const served = servedForTests();

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
    await served.serve(source);
    expect((await served.score({ row: { age: 35 }, id: "a" })).json.model).toBe("churn:1");
    await served.server.close();
    const { predictions } = await served.window();
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
    metadata = sqliteMetadata({ path: join(served.folder, "metadata.db") });
    await metadata.open();
    objects = fileObjects({ root: join(served.folder, "objects") });
    context = { metadata, clock: served.clock, by: "ada" };
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
    await served.serve(registryEndpoints({ metadata, objects }), { watchMs: 20 });
    const serves = async () => (await served.score({ age: 30 })).json.model;
    const until = async (wanted: string) => {
      for (let i = 0; i < 200 && (await serves()) !== wanted; i++)
        await new Promise((resolve) => setTimeout(resolve, 10));
      expect(await serves()).toBe(wanted);
    };
    await until("churn:1");
    await promote(2);
    await until("churn:2");
    await promote(3);
    const problem = async () => ((await served.call("/readyz")).json.endpoints as JsonObject[])[0]!.problem;
    for (let i = 0; i < 200 && (await problem()) === null; i++) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await problem()).toContain("churn:3 cannot be loaded");
    expect(await serves()).toBe("churn:2");
    expect((await served.call("/readyz")).status).toBe(200);
    await rollbackAlias(context, { model: "churn", alias: "champion", reason: "broken" });
    await rollbackAlias(context, { model: "churn", alias: "champion", reason: "worse" });
    await until("churn:1");
    expect(await problem()).toBeNull();
  });

  test("that have nothing to serve yet are not ready, and say so", async () => {
    await register(1, true);
    await promote(1);
    await deploy();
    await served.serve(registryEndpoints({ metadata, objects }));
    expect((await served.call("/readyz")).status).toBe(503);
    expect((await served.call("/v2/health/ready")).status).toBe(503);
    expect((await served.call("/healthz")).status).toBe(200);
    expect(await served.score({ age: 1 })).toMatchObject({ status: 503, json: { code: "SERVE_ENDPOINT_NOT_READY" } });
  });
});
