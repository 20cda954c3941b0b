import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sqliteMetadata } from "#adapters/metadata-sql";
import { digestJson, fakeClock, type MetadataStore } from "#kernel";
import {
  approve,
  desiredDeployment,
  desiredDeployments,
  listModels,
  modelHistory,
  type RegistryContext,
  readAudit,
  recordDeployment,
  registerVersion,
  reject,
  removeAlias,
  removeDeployment,
  requiredApprovals,
  resolveModel,
  rollbackAlias,
  setAlias,
  setStage,
  verifyAudit,
} from "./index.ts";

let folder: string;
let metadata: MetadataStore;
let context: RegistryContext;
const clock = fakeClock(1_000);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "millrace-registry-"));
  metadata = sqliteMetadata({ path: join(folder, "metadata.db") });
  await metadata.open();
  context = { metadata, clock, by: "ada" };
});
afterEach(async () => {
  await metadata.close();
  await rm(folder, { recursive: true });
});

const register = (content: string, extra: object = {}, who = context) =>
  registerVersion(who, { model: "churn", artifactId: `art_${content}`, content: digestJson(content), ...extra });
const promote = (version: number, extra: object = {}) =>
  setAlias(context, { model: "churn", alias: "champion", version, reason: "better", ...extra });

describe("versions", () => {
  test("are numbered in order, and the same content is the same version", async () => {
    const first = await register("a");
    const again = await register("a", { artifactId: "art_other" });
    const second = await register("b");
    expect([first.hit, again.hit, second.hit]).toEqual([false, true, false]);
    expect([first.value.version, again.value.version, second.value.version]).toEqual([1, 1, 2]);
    expect(again.value.artifactId).toBe("art_a");
  });

  test("record the champion they were compared with, the owner and who registered", async () => {
    await register("a", { owner: "grace" });
    await promote(1);
    const { value } = await register("b");
    expect(value.champion).toBe(digestJson("a"));
    expect((await resolveModel(context, "churn:1")).version).toMatchObject({ owner: "grace", registeredBy: "ada" });
  });

  test("keep their metrics with intervals; a bare number of an early record has none", async () => {
    const metrics = { aucScore: { value: 0.8, low: 0.75, high: 0.84 }, logLoss: 0.3 };
    await register("a", { metrics });
    const { version } = await resolveModel(context, "churn:1");
    expect(version.metrics).toEqual({
      aucScore: { value: 0.8, low: 0.75, high: 0.84 },
      logLoss: { value: 0.3, low: null, high: null },
    });
  });

  test("from two handles at once get distinct numbers without a gap, each content once", async () => {
    const other = sqliteMetadata({ path: join(folder, "metadata.db") });
    await other.open();
    const contents = Array.from({ length: 12 }, (_, i) => `content ${i % 8}`);
    await Promise.all(contents.map((one, i) => register(one, {}, i % 2 ? context : { ...context, metadata: other })));
    const [model] = await listModels(context);
    expect(model!.versions.map((one) => one.version)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(new Set(model!.versions.map((one) => one.content)).size).toBe(8);
    expect(await verifyAudit({ metadata: other })).toMatchObject({ ok: true, entries: 8 });
    await other.close();
  });
});

describe("references", () => {
  test("name a version, an alias, or the champion and else the newest", async () => {
    await register("a");
    await register("b");
    expect((await resolveModel(context, "churn")).version.version).toBe(2);
    await promote(1);
    expect((await resolveModel(context, "churn")).alias).toBe("champion");
    expect((await resolveModel(context, "churn@champion")).version.version).toBe(1);
    expect((await resolveModel(context, "churn:2")).version.version).toBe(2);
  });

  test.each([
    ["chrun", "REGISTRY_MODEL_UNKNOWN", "did you mean churn?"],
    ["churn:9", "REGISTRY_VERSION_UNKNOWN", "known are 1 to 1"],
    ["churn@champoin", "REGISTRY_ALIAS_UNKNOWN", "did you mean champion?"],
    ["churn:", "REGISTRY_REFERENCE_INVALID", "not a model reference"],
    ["churn:0", "REGISTRY_REFERENCE_INVALID", "not a model reference"],
  ])("%s is refused with what is known", async (reference, code, said) => {
    await register("a");
    await promote(1);
    await expect(resolveModel(context, reference)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(said),
    });
  });

  test.each(["Churn", "churn_1", "-churn", "a--b", "", "x".repeat(65), "__proto__"])(
    "the name %j is not taken",
    async (model) => {
      const attempt = registerVersion(context, { model, artifactId: "art_a", content: digestJson("a") });
      await expect(attempt).rejects.toMatchObject({ code: "REGISTRY_NAME_INVALID" });
    },
  );

  test("nobody acts without a name", async () => {
    await expect(register("a", {}, { ...context, by: " " })).rejects.toMatchObject({ code: "REGISTRY_ACTOR_MISSING" });
  });
});

describe("aliases", () => {
  test("set where they point are hits; a repeated command is a hit even after the alias moved on", async () => {
    await register("a");
    await register("b");
    expect((await promote(1, { key: "run_1" })).hit).toBe(false);
    expect((await promote(1)).hit).toBe(true);
    await promote(2);
    expect(await promote(1, { key: "run_1" })).toMatchObject({ hit: true, value: { version: 2 } });
  });

  test("rollback undoes set, one step at a time", async () => {
    for (const content of ["a", "b", "c"]) await register(content);
    for (const version of [1, 2, 3]) await promote(version);
    const back = () => rollbackAlias(context, { model: "churn", alias: "champion", reason: "worse" });
    expect((await back()).value.version).toBe(2);
    expect((await back()).value.version).toBe(1);
    await expect(back()).rejects.toMatchObject({ code: "REGISTRY_ALIAS_NO_PREVIOUS" });
  });

  test("removed are gone, and removing again is a hit", async () => {
    await register("a");
    await promote(1);
    const remove = () => removeAlias(context, { model: "churn", alias: "champion", reason: "retired" });
    expect([(await remove()).hit, (await remove()).hit]).toEqual([false, true]);
    await expect(resolveModel(context, "churn@champion")).rejects.toMatchObject({ code: "REGISTRY_ALIAS_UNKNOWN" });
  });

  test("property: after any history, rollback ∘ set is the identity", async () => {
    for (const content of ["a", "b", "c", "d"]) await register(content);
    await promote(1);
    const back = () => rollbackAlias(context, { model: "churn", alias: "champion", reason: "worse" });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 }),
        fc.integer({ min: 1, max: 4 }),
        async (history, next) => {
          for (const version of history) await promote(version);
          const before = (await resolveModel(context, "churn@champion")).version;
          fc.pre(before.version !== next);
          await promote(next);
          await back();
          expect((await resolveModel(context, "churn@champion")).version.version).toBe(before.version);
        },
      ),
      { numRuns: 15, seed: 3 },
    );
    expect((await verifyAudit(context)).ok).toBe(true);
  });
});

test("two handles that give the same command write it once", async () => {
  await register("a");
  await register("b");
  const other = sqliteMetadata({ path: join(folder, "metadata.db") });
  await other.open();
  const both = [context, { ...context, metadata: other }];
  const alias = { model: "churn", alias: "champion", version: 2, reason: "better", key: "run_1" };
  await Promise.all(both.map((one) => setAlias(one, alias)));
  const deployment = { endpoint: "churn", model: "churn", alias: "champion", reason: "go", key: "run_1" };
  await Promise.all(both.map((one) => recordDeployment(one, deployment)));
  await Promise.all(both.map((one) => approve(one, { model: "churn", version: 2, reason: "checked" })));
  const types = (await readAudit({ metadata: other })).map((link) => link.type);
  expect(types.toSorted()).toEqual([
    "alias-set",
    "approved",
    "deployment-set",
    "version-registered",
    "version-registered",
  ]);
  expect((await verifyAudit(context)).ok).toBe(true);
  await other.close();
});

describe("approvals", () => {
  test("a tier asks for its number of people before champion", async () => {
    expect(["minimal", "limited", "high"].map((tier) => requiredApprovals(tier as "high"))).toEqual([0, 1, 2]);
    await register("a", { riskTier: "high" });
    const say = (verb: typeof approve, by: string) =>
      verb({ ...context, by }, { model: "churn", version: 1, reason: "checked" });
    await expect(promote(1)).rejects.toMatchObject({ code: "REGISTRY_APPROVAL_MISSING" });
    await say(approve, "ada");
    await say(approve, "grace");
    expect((await say(approve, "grace")).hit).toBe(true);
    await expect(promote(1)).rejects.toMatchObject({ facts: { state: "pending" } });
    await say(approve, "alan");
    await say(reject, "edsger");
    await expect(promote(1)).rejects.toMatchObject({ message: expect.stringContaining("rejected by edsger") });
    await say(approve, "edsger");
    expect((await promote(1)).value.version).toBe(1);
  });

  test("a stage is set once", async () => {
    await register("a");
    const stage = () => setStage(context, { model: "churn", version: 1, stage: "production", reason: "live" });
    expect([(await stage()).hit, (await stage()).hit]).toEqual([false, true]);
    expect((await modelHistory(context, "churn")).map((entry) => entry.type)).toEqual([
      "version-registered",
      "stage-set",
    ]);
  });
});

describe("deployments", () => {
  const deploy = (request: object) =>
    recordDeployment(context, { endpoint: "churn-eu", model: "churn", reason: "go", ...request });

  test("that follow an alias change their revision with it, and only then", async () => {
    await register("a");
    await register("b");
    await promote(1);
    expect((await deploy({ alias: "champion" })).hit).toBe(false);
    expect((await deploy({ alias: "champion" })).hit).toBe(true);
    const before = await desiredDeployment(context, "churn-eu");
    expect(before.routes).toEqual([{ version: 1, weight: 1 }]);
    await setStage(context, { model: "churn", version: 1, stage: "production", reason: "live" });
    expect((await desiredDeployment(context, "churn-eu")).revision).toBe(before.revision);
    await promote(2);
    expect((await desiredDeployment(context, "churn-eu")).routes).toEqual([{ version: 2, weight: 1 }]);
    await removeAlias(context, { model: "churn", alias: "champion", reason: "gone" });
    expect((await desiredDeployment(context, "churn-eu")).routes).toEqual([]);
  });

  test("state routes and a shadow, and can be taken away", async () => {
    for (const content of ["a", "b", "c"]) await register(content);
    const routes = [
      { version: 1, weight: 9 },
      { version: 2, weight: 1 },
    ];
    await deploy({ routes, shadow: 3 });
    expect(await desiredDeployment(context, "churn-eu")).toMatchObject({ routes, shadow: 3, by: "ada" });
    await removeDeployment(context, { endpoint: "churn-eu", reason: "closed" });
    expect(await desiredDeployments(context)).toEqual([]);
    await expect(desiredDeployment(context, "churn-eu")).rejects.toMatchObject({ code: "REGISTRY_ENDPOINT_UNKNOWN" });
  });

  test.each([
    [{}],
    [{ alias: "champion", routes: [{ version: 1, weight: 1 }] }],
    [{ routes: [{ version: 1, weight: 0 }] }],
    [
      {
        routes: [
          { version: 1, weight: 1 },
          { version: 1, weight: 1 },
        ],
      },
    ],
    [{ routes: [{ version: 1, weight: 1 }], shadow: 1 }],
  ])("%j are refused", async (request) => {
    await register("a");
    await promote(1);
    await expect(deploy(request)).rejects.toMatchObject({ code: "REGISTRY_ROUTES_INVALID" });
  });
});

describe("the audit chain", () => {
  test("links every entry and names who acted", async () => {
    await register("a");
    await promote(1);
    await recordDeployment(
      { ...context, by: "ops" },
      { endpoint: "churn", model: "churn", alias: "champion", reason: "go" },
    );
    const links = await readAudit(context);
    expect(links.map((link) => [link.stream, link.type, link.by])).toEqual([
      ["model/churn", "version-registered", "ada"],
      ["model/churn", "alias-set", "ada"],
      ["deployment/churn", "deployment-set", "ops"],
    ]);
    const verdict = await verifyAudit(context);
    expect(verdict).toEqual({ ok: true, entries: 3, head: links[2]!.head });
    expect((await verifyAudit(context, { expectedHead: links[1]!.head })).ok).toBe(true);
    expect((await verifyAudit(context, { expectedHead: digestJson("other") })).ok).toBe(false);
  });

  test("shows an entry that was changed, removed, or slipped in", async () => {
    for (const content of ["a", "b", "c"]) await register(content);
    const entries = await metadata.read({ find: "entries", streamPrefix: "" });
    const altered = (change: (all: typeof entries) => typeof entries): Pick<RegistryContext, "metadata"> => ({
      metadata: {
        ...metadata,
        read: (async (query: { stream?: string; streamPrefix?: string }) =>
          change(entries).filter(
            (entry) =>
              entry.stream === query.stream || (query.streamPrefix && entry.stream.startsWith(query.streamPrefix)),
          )) as MetadataStore["read"],
      },
    });
    const isSecond = (entry: (typeof entries)[0]) => entry.stream === "model/churn" && entry.sequence === 2;
    const changed = altered((all) =>
      all.map((one) => (isSecond(one) ? { ...one, data: { ...one.data, by: "eve" } } : one)),
    );
    expect((await verifyAudit(changed)).brokenAt).toMatchObject({
      sequence: 2,
      reason: expect.stringContaining("changed"),
    });
    const removed = altered((all) => all.filter((one) => !isSecond(one)));
    expect((await verifyAudit(removed)).brokenAt).toMatchObject({
      sequence: 2,
      reason: expect.stringContaining("gone"),
    });
    const linkRemoved = altered((all) => all.filter((one) => one.stream !== "audit/registry" || one.sequence !== 2));
    expect((await verifyAudit(linkRemoved)).ok).toBe(false);
    const slipped = altered((all) => [...all, { ...all[0]!, stream: "model/churn", sequence: 4 }]);
    expect((await verifyAudit(slipped)).brokenAt).toMatchObject({ reason: expect.stringContaining("no link") });
  });
});
