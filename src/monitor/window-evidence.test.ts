import { expect, test } from "vitest";
import type { OutcomeRecord, PredictionRecord, TrafficWindow } from "#traffic";
import { evidenceFromTraffic, monitorWindow } from "./index.ts";
import { classes, frameOf } from "./testing/churn-windows.ts";

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
