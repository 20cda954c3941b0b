import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sqliteMetadata } from "#adapters/metadata-sql";
import { fakeClock, type MetadataStore, silentLog } from "#kernel";
import {
  type ActionContext,
  acknowledgeAlert,
  answerRetrainRequest,
  applyActions,
  judgeTriggers,
  listAlerts,
  listRetrainRequests,
  type MonitorContext,
  planActions,
  raiseAlerts,
  resolveAlert,
  retrainRequest,
  snoozeAlert,
  triggerPolicySchema,
  webhook,
} from "./index.ts";
import { currentOf, frameOf, look } from "./testing/churn-windows.ts";

describe("what is recorded", () => {
  let folder: string;
  let metadata: MetadataStore;
  let context: MonitorContext;
  const clock = fakeClock(1_000_000);
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "millrace-monitor-"));
    metadata = sqliteMetadata({ path: join(folder, "metadata.db") });
    await metadata.open();
    context = { metadata, clock, by: "factory/churn" };
  });
  afterEach(async () => {
    await metadata.close();
    await rm(folder, { recursive: true });
  });
  const drifted = (seed: number) => look(currentOf(600, seed, 0.25, frameOf(600, seed, 30)));
  const key = "churn/input/age";
  const stateOf = async () => (await listAlerts(context, "churn")).find((alert) => alert.key === key)?.state;

  test("alerts open once a finding, are seen again, and end when a window no longer shows it", async () => {
    await raiseAlerts(context, drifted(30));
    const again = await raiseAlerts(context, drifted(30));
    expect(again.find((alert) => alert.key === key)).toMatchObject({ state: "open", seen: 1 });
    const next = await raiseAlerts(context, drifted(31));
    expect(next.find((alert) => alert.key === key)).toMatchObject({ state: "open", seen: 2 });
    await raiseAlerts(context, look(currentOf(40, 32, 0.25)));
    expect(await stateOf()).toBe("open");
    await raiseAlerts(context, look(currentOf(600, 33, 0.25)));
    expect(await stateOf()).toBe("resolved");
    await raiseAlerts(context, drifted(34));
    expect(await stateOf()).toBe("open");
  });

  test("people acknowledge, snooze and resolve alerts", async () => {
    await raiseAlerts(context, drifted(30));
    const request = { factory: "churn", key, reason: "known" };
    const ada = { ...context, by: "ada" };
    expect(await acknowledgeAlert(ada, request)).toMatchObject({ state: "acknowledged", by: "ada", reason: "known" });
    await raiseAlerts(context, drifted(31));
    expect(await stateOf()).toBe("acknowledged");
    await snoozeAlert(ada, { ...request, untilMs: clock.nowMs() + 1000 });
    expect(await stateOf()).toBe("snoozed");
    clock.advance(1000);
    expect(await stateOf()).toBe("open");
    await expect(snoozeAlert(ada, { ...request, untilMs: 5 })).rejects.toMatchObject({
      code: "MONITOR_SNOOZE_INVALID",
    });
    expect((await resolveAlert(ada, request)).state).toBe("resolved");
    await expect(resolveAlert(ada, { ...request, key: "churn/input/agee" })).rejects.toMatchObject({
      code: "MONITOR_ALERT_UNKNOWN",
    });
  });

  test("two handles that raise one report open each alert once", async () => {
    const other = sqliteMetadata({ path: join(folder, "metadata.db") });
    await other.open();
    const report = drifted(30);
    await Promise.all([raiseAlerts(context, report), raiseAlerts({ ...context, metadata: other }, report)]);
    const entries = await metadata.read({ find: "entries", stream: "alert/churn" });
    expect(entries.filter((entry) => entry.data.key === key).map((entry) => entry.type)).toEqual(["opened"]);
    await other.close();
  });

  test("actions are planned as values, applied once, and tell what went wrong outside", async () => {
    const received: string[] = [];
    let status = 500;
    const listener = createServer((request, response) => {
      let text = "";
      request.on("data", (chunk) => {
        text += chunk;
      });
      request.on("end", () => {
        received.push(text);
        response.writeHead(status).end();
      });
    });
    await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
    const { port } = listener.address() as AddressInfo;
    const actions = [retrainRequest, webhook({ address: `http://127.0.0.1:${port}/hook` })];
    const report = drifted(30);
    const judgement = judgeTriggers(triggerPolicySchema.parse({}), report, { nowMs: 0 });
    const plans = planActions(actions, report, judgement);
    expect(plans.map((plan) => plan.action)).toEqual(["retrain", "webhook"]);
    const where: ActionContext = { ...context, factory: "churn", log: silentLog, signal: new AbortController().signal };
    const outcome = async () => (await applyActions(actions, plans, where)).map((one) => [one.ok, one.hit]);
    expect(await outcome()).toEqual([
      [true, false],
      [false, false],
    ]);
    status = 204;
    expect(await outcome()).toEqual([
      [true, true],
      [true, false],
    ]);
    expect(await outcome()).toEqual([
      [true, true],
      [true, true],
    ]);
    expect(received).toHaveLength(2);
    expect(JSON.parse(received[1]!)).toMatchObject({ factory: "churn", sentences: expect.any(Array) });
    const entries = await metadata.read({ find: "entries", stream: "trigger/churn" });
    expect(entries.map((entry) => entry.type)).toEqual([
      "retrain-requested",
      "action-applied",
      "action-failed",
      "action-applied",
    ]);
    const [request] = await listRetrainRequests(context, "churn");
    expect(request).toMatchObject({ by: "factory/churn", runId: null, payload: { window: report.window } });
    for (const runId of ["run_1", "run_2"])
      await answerRetrainRequest(context, { factory: "churn", request: request!.key, runId });
    expect(await listRetrainRequests(context, "churn")).toMatchObject([{ runId: "run_1" }]);
    const nothing = look(currentOf(600, 40, 0.25));
    expect(planActions(actions, nothing, judgeTriggers(triggerPolicySchema.parse({}), nothing, { nowMs: 0 }))).toEqual(
      [],
    );
    await expect(applyActions([], plans, where)).rejects.toMatchObject({ code: "MONITOR_ACTION_UNKNOWN" });
    listener.closeAllConnections();
    await new Promise((resolve) => listener.close(resolve));
    const [failed] = await applyActions(actions, [{ ...plans[1]!, key: "other" }], where);
    expect(failed).toMatchObject({ ok: false, hit: false });
  });
});
