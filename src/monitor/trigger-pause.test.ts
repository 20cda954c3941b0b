import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sqliteMetadata } from "#adapters/metadata-sql";
import { fakeClock, type MetadataStore } from "#kernel";
import type { MonitorContext } from "./model.ts";
import { answerRetrainRequest, listRetrainRequests, requestRetrain } from "./retrain-requests.ts";
import { pauseTriggers, resumeTriggers, triggerPause } from "./trigger-pause.ts";

let folder: string;
let metadata: MetadataStore;
let context: MonitorContext;
const clock = fakeClock(1_000);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "millrace-monitor-"));
  metadata = sqliteMetadata({ path: join(folder, "metadata.db") });
  await metadata.open();
  context = { metadata, clock, by: "ana" };
});
afterEach(async () => {
  await metadata.close();
  await rm(folder, { recursive: true });
});

test("a pause holds until its time, or until it is lifted; the last word counts", async () => {
  expect(await triggerPause(context, "churn")).toBeNull();
  await pauseTriggers(context, { factory: "churn", reason: "sensors", untilMs: clock.nowMs() + 500 });
  expect(await triggerPause(context, "churn")).toMatchObject({ by: "ana", reason: "sensors" });
  expect(await triggerPause(context, "other")).toBeNull();
  clock.advance(500);
  expect(await triggerPause(context, "churn")).toBeNull();
  await pauseTriggers(context, { factory: "churn", reason: "audit", untilMs: null });
  clock.advance(1_000_000);
  expect(await triggerPause(context, "churn")).toMatchObject({ reason: "audit", untilMs: null });
  expect(await resumeTriggers(context, { factory: "churn", reason: "" })).toMatchObject({ reason: "audit" });
  expect(await resumeTriggers(context, { factory: "churn", reason: "" })).toBeNull();
  expect(await triggerPause(context, "churn")).toBeNull();
});

test("asking by hand is one request until a run answers it", async () => {
  const ask = () => requestRetrain(context, { factory: "churn", reason: "new sensors" });
  const first = await ask();
  clock.advance(10);
  expect((await ask()).key).toBe(first.key);
  await answerRetrainRequest(context, { factory: "churn", request: first.key, runId: "run_1" });
  clock.advance(10);
  expect((await ask()).key).not.toBe(first.key);
  expect((await listRetrainRequests(context, "churn")).map(({ runId }) => runId)).toEqual(["run_1", null]);
});
