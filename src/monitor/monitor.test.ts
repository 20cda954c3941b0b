import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Column, Frame } from "@millrace/program";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sqliteMetadata } from "#adapters/metadata-sql";
import { evaluate } from "#evaluate";
import { fakeClock, type MetadataStore, randomStream, silentLog } from "#kernel";
import type { OutcomeRecord, PredictionRecord, TrafficWindow } from "#traffic";
import {
  type ActionContext,
  acknowledgeAlert,
  answerRetrainRequest,
  applyActions,
  type CurrentWindow,
  evidenceFromTraffic,
  judgeTriggers,
  listAlerts,
  listRetrainRequests,
  type MonitorContext,
  type MonitorEvidence,
  type MonitorReport,
  monitorWindow,
  planActions,
  raiseAlerts,
  resolveAlert,
  retrainRequest,
  snoozeAlert,
  triggerPolicySchema,
  webhook,
} from "./index.ts";

const classes = ["stays", "leaves"];

/** Rows of an age and a plan; `shift` moves the age, `newPlans` is the share of a plan the reference never has. */
function frameOf(rows: number, seed: number, shift = 0, newPlans = 0): Frame {
  const random = randomStream(seed, "rows");
  const ages = Float64Array.from({ length: rows }, () => 40 + shift + 10 * (random.uniform() + random.uniform() - 1));
  const codes = Int32Array.from({ length: rows }, () => (random.uniform() < newPlans ? 2 : random.integer(2)));
  const columns = new Map<string, Column>([
    ["age", { type: "number", values: ages }],
    ["plan", { type: "string", codes, levels: ["basic", "plus", "gold"] }],
  ]);
  return { rows, columns };
}

/** Scores of which `honest` says how far they follow the labels. */
function scoredOf(rows: number, seed: number, honest: number): { scores: Float64Array; labels: Float64Array } {
  const random = randomStream(seed, "scores");
  const labels = Float64Array.from({ length: rows }, () => (random.uniform() < 0.3 ? 1 : 0));
  const scores = Float64Array.from(labels, (label) => 0.2 + 0.3 * random.uniform() + honest * label);
  return { scores, labels };
}

function currentOf(rows: number, seed: number, honest: number, frame = frameOf(rows, seed)): CurrentWindow {
  const { scores, labels } = scoredOf(rows, seed, honest);
  return {
    fromMs: seed * 1000,
    toMs: (seed + 1) * 1000,
    frame,
    scores,
    predicted: Int32Array.from(scores, (score) => (score >= 0.5 ? 1 : 0)),
    labels,
    medianDelayMs: 5,
    strangeOutcomes: 0,
    software: {
      requests: rows,
      latencyP50Micros: 90,
      latencyP99Micros: 400,
      lost: 0,
      torn: 0,
      unreadable: 0,
      dropped: 0,
      problem: null,
      versions: { "churn:1": rows },
    },
  };
}

const reference = (() => {
  const { scores, labels } = scoredOf(2000, 1, 0.25);
  const predicted = Int32Array.from(scores, (score) => (score >= 0.5 ? 1 : 0));
  const { metrics } = evaluate("binary", { scores, labels, predictions: predicted, classes }, { draws: 200 });
  return { frame: frameOf(2000, 1), scores, predicted, metrics };
})();

const evidence = (current: CurrentWindow, extra: Partial<MonitorEvidence> = {}): MonitorEvidence => ({
  factory: "churn",
  endpoint: "churn",
  task: "binary",
  classes,
  reference,
  current,
  ...extra,
});
const look = (current: CurrentWindow, extra: Partial<MonitorEvidence> = {}, options = {}): MonitorReport =>
  monitorWindow(evidence(current, extra), { draws: 200, ...options });

describe("a report", () => {
  test("of the same source is steady, small window or large", () => {
    for (const [rows, seed] of [
      [150, 2],
      [600, 3],
      [3000, 4],
    ] as const) {
      const report = look(currentOf(rows, seed, 0.25));
      expect(report).toMatchObject({ verdict: "steady", enoughRows: true, inputs: { drifted: [], share: 0 } });
      expect(report.findings.filter((finding) => finding.severity !== "info")).toEqual([]);
    }
  });

  test("says which inputs moved, in words, the important first", () => {
    const report = look(currentOf(600, 5, 0.25, frameOf(600, 5, 30, 0.2)), { important: ["plan"] });
    expect(report.verdict).toBe("drifted");
    expect(report.inputs.drifted.toSorted()).toEqual(["age", "plan"]);
    const keys = report.findings.map((finding) => [finding.key, finding.severity]);
    expect(keys.slice(0, 3)).toEqual([
      ["inputs", "alert"],
      ["input/plan", "warning"],
      ["input/age", "info"],
    ]);
    const plan = report.findings.find((finding) => finding.key === "input/plan")!.sentence;
    expect(plan).toMatch(/of the values of plan are levels that the reference does not have \(gold\)/);
    expect(report.findings[0]!.sentence).toContain("2 of 2 input columns differ");
  });

  test("says that the predictions are worse only where chance does not explain it", () => {
    const worse = look(currentOf(1500, 6, 0.05));
    expect(worse.verdict).toBe("worse");
    expect(worse.findings[0]).toMatchObject({ key: "metric/rocAucScore", severity: "alert" });
    expect(worse.findings[0]!.sentence).toMatch(
      /rocAucScore is 0\.\d+ on 1500 known outcomes and was 0\.\d+ .* worse by/,
    );
    const auc = worse.labels.metrics[0]!;
    expect(auc.drop!.value).toBeCloseTo(auc.reference!.value! - auc.value!, 12);
    expect(look(currentOf(120, 7, 0.2)).labels.metrics[0]!.verdict).not.toBe("better");
  });

  test("concludes nothing from few rows, and nothing about metrics from few labels", () => {
    const few = look(currentOf(40, 8, 0, frameOf(40, 8, 30)));
    expect(few).toMatchObject({ verdict: "too few rows", enoughRows: false });
    expect(few.findings.every((finding) => finding.severity === "info")).toBe(true);
    const unlabelled = currentOf(600, 9, 0);
    unlabelled.labels.fill(Number.NaN, 10);
    const report = look(unlabelled);
    expect(report.labels).toMatchObject({ labelled: 10, coverage: 10 / 600 });
    expect(report.labels.metrics[0]).toMatchObject({
      verdict: "unknown",
      reason: expect.stringContaining("10 outcomes"),
    });
    const empty = look(currentOf(0, 10, 0));
    expect(empty).toMatchObject({ verdict: "too few rows", rows: 0, inputs: { columns: [] } });
  });

  test("is plain JSON, the same each time", () => {
    const report = look(currentOf(300, 11, 0.25));
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    expect(look(currentOf(300, 11, 0.25))).toEqual(report);
  });

  test("tells of the software", () => {
    const current = currentOf(300, 12, 0.25);
    const software = { ...current.software, lost: 4, dropped: 2, problem: "no space left", latencyP99Micros: 9000 };
    const report = look({ ...current, software }, {}, { latencyP99Micros: 5000 });
    const keys = report.findings.map((finding) => finding.key);
    expect(keys).toEqual(
      expect.arrayContaining(["software/log", "software/dropped", "software/lost", "software/latency"]),
    );
  });

  test("refuses labels that are not one a row", () => {
    const current = { ...currentOf(50, 13, 0), labels: new Float64Array(49) };
    expect(() => look(current)).toThrow(expect.objectContaining({ code: "MONITOR_WINDOW_MISMATCHED" }));
  });
});

test("a window of traffic becomes evidence: answered rows only, outcomes by class, value or truth", () => {
  const shared = { endpoint: "churn", model: "churn", writer: "w", loggedMs: 0 };
  const predictions = ["a", "b", "c", "d"].map(
    (requestId, index): PredictionRecord => ({
      ...shared,
      kind: "prediction",
      sequence: index + 1,
      requestId,
      version: index === 3 ? 2 : 1,
      atMs: index,
      row: { age: index, plan: "basic" },
      score: index / 10,
      prediction: index === 1 ? "leaves" : "stays",
      latencyMicros: 10 * (index + 1),
      route: index === 3 ? "shadow" : "live",
    }),
  );
  const outcomes = [
    ["a", true],
    ["b", "stays"],
    ["c", "moved"],
  ].map(
    ([requestId, outcome], index): OutcomeRecord => ({
      ...shared,
      kind: "outcome",
      sequence: 10 + index,
      requestId: String(requestId),
      atMs: 100,
      outcome: outcome!,
    }),
  );
  const traffic: TrafficWindow = {
    endpoint: "churn",
    fromMs: 0,
    toMs: 50,
    predictions,
    outcomes,
    decisions: [],
    strayOutcomes: 0,
    gaps: [],
    lost: 1,
    torn: 0,
    unreadable: 0,
  };
  const columns = [{ name: "age", type: "number" }] as const;
  const found = evidenceFromTraffic(traffic, { task: "binary", classes, columns });
  expect([...found.labels]).toEqual([1, 0, Number.NaN]);
  expect([...found.predicted!]).toEqual([0, 1, 0]);
  expect(found).toMatchObject({ strangeOutcomes: 1, medianDelayMs: 99, frame: { rows: 3 } });
  expect(found.software).toMatchObject({
    requests: 3,
    lost: 1,
    latencyP50Micros: 20,
    latencyP99Micros: 30,
    versions: { "churn:1": 3 },
  });
  expect(evidenceFromTraffic(traffic, { task: "binary", classes, columns, version: 2 }).frame.rows).toBe(0);
});

test("rows without a prediction are no decisions, fallbacks are told, and shadows are judged where both decide", () => {
  const record = (k: number, more: Partial<PredictionRecord>): PredictionRecord => ({
    endpoint: "churn",
    model: "churn",
    writer: "w",
    loggedMs: 0,
    kind: "prediction",
    sequence: k,
    requestId: `r${k % 4}`,
    version: 1,
    atMs: k,
    row: {},
    score: 0.5,
    prediction: "stays",
    latencyMicros: 10,
    route: "live",
    ...more,
  });
  const none = { prediction: null, abstain: "unsure" } as const;
  const shadow = { version: 2, route: "shadow" } as const;
  const predictions = [
    record(0, { prediction: "leaves", score: 0.9 }),
    record(1, none),
    record(2, { fallback: "failure" }),
    record(3, { fallback: "invalidInput" }),
    record(4, { ...shadow, score: 0.7 }),
    record(5, { ...shadow, ...none }),
    record(6, { ...shadow, ...none }),
    record(7, { ...shadow, score: null }),
  ];
  const outcome = (k: number, value: string): OutcomeRecord => ({
    endpoint: "churn",
    writer: "w",
    loggedMs: 0,
    kind: "outcome",
    sequence: 20 + k,
    requestId: `r${k}`,
    atMs: 9,
    outcome: value,
  });
  const traffic: TrafficWindow = {
    endpoint: "churn",
    fromMs: 0,
    toMs: 50,
    predictions,
    outcomes: [outcome(0, "leaves"), outcome(1, "leaves")],
    decisions: [],
    strayOutcomes: 0,
    gaps: [],
    lost: 0,
    torn: 0,
    unreadable: 0,
  };
  const current = evidenceFromTraffic(traffic, { task: "binary", classes, columns: [] });
  expect(current.software).toMatchObject({
    requests: 4,
    abstained: 1,
    fallbacks: { failure: 1, invalidInput: 1 },
    shadows: [
      {
        live: "churn:1",
        shadow: "churn:2",
        rows: 4,
        decided: 2,
        agree: 1,
        abstained: { live: 0, shadow: 1, both: 1 },
        // |0.9 − 0.7|, 0 and 0 of the rows with two scores
        meanScoreDifference: expect.closeTo(0.2 / 3, 12),
        // the row that both left open is judged of neither
        right: { rows: 1, live: 1, shadow: 0 },
      },
    ],
  });
  const reference = { frame: frameOf(4, 1), scores: Float64Array.of(0.1, 0.2, 0.9, 0.5), predicted: [0, 0, 1, -1] };
  const report = monitorWindow({ factory: "f", endpoint: "e", task: "binary", classes, reference, current });
  expect(report.predictions.positiveRate).toEqual({ reference: 1 / 3, current: 1 / 3 });
  const said = report.findings.map(({ severity, sentence }) => `${severity}: ${sentence}`);
  expect(said).toContain("alert: The fallback answered 2 of 4 rows: the model failed 1, not fit for the model 1.");
  expect(said).toContainEqual(expect.stringContaining("churn:2 in the shadow of churn:1 agrees on 1 of 2 rows"));
});

describe("triggers", () => {
  const policy = (options: object = {}) => triggerPolicySchema.parse(options);
  const hour = 3_600_000;
  const steady = look(currentOf(300, 20, 0.25));
  const drifted = look(currentOf(600, 21, 0.25, frameOf(600, 21, 30)), { important: ["age"] });
  const worse = look(currentOf(1500, 22, 0.05));

  test("fire for drift of important columns, for a significant drop, and not otherwise", () => {
    expect(judgeTriggers(policy(), steady, { nowMs: 0 })).toEqual({ fire: false, reasons: [], heldBack: null });
    const byDrift = judgeTriggers(policy({ driftShare: null }), drifted, { nowMs: 0 });
    expect(byDrift).toMatchObject({ fire: true, reasons: ["Important input columns drifted: age."] });
    expect(judgeTriggers(policy({ importantColumns: false, driftShare: 0.6 }), drifted, { nowMs: 0 }).fire).toBe(false);
    expect(judgeTriggers(policy({ importantColumns: false }), worse, { nowMs: 0 }).reasons[0]).toContain(
      "rocAucScore is worse by",
    );
    expect(judgeTriggers(policy({ metricDrop: { atLeast: 0.9 } }), worse, { nowMs: 0 }).fire).toBe(false);
    expect(judgeTriggers(policy({ metricDrop: null }), worse, { nowMs: 0 }).fire).toBe(false);
  });

  test("fire on a schedule and on new labels, whatever the window's size", () => {
    const small = look(currentOf(5, 23, 0));
    expect(judgeTriggers(policy({ everyHours: 24 }), small, { nowMs: 30 * hour, lastTrainedMs: 0 }).fire).toBe(true);
    expect(judgeTriggers(policy({ everyHours: 24 }), small, { nowMs: 20 * hour, lastTrainedMs: 0 }).fire).toBe(false);
    expect(judgeTriggers(policy({ newLabels: 50 }), small, { nowMs: 0, labelledSinceTraining: 50 }).fire).toBe(true);
  });

  test("are held back by the cooldown and by small windows, and say so", () => {
    const history = { nowMs: 5 * hour, lastFiredMs: 0 };
    const resting = judgeTriggers(policy({ cooldownHours: 6 }), drifted, history);
    expect(resting).toMatchObject({ fire: false, heldBack: expect.stringContaining("rests for 6 h") });
    expect(judgeTriggers(policy({ cooldownHours: 5 }), drifted, history).fire).toBe(true);
    const small = judgeTriggers(policy({ minimumRows: 700 }), drifted, { nowMs: 0 });
    expect(small).toMatchObject({ fire: false, heldBack: expect.stringContaining("fewer than 700") });
    expect(() => policy({ driftshare: 1 })).toThrow();
  });
});

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
