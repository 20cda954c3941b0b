import type { Column, Frame } from "@millrace/program";
import { evaluate } from "#evaluate";
import { randomStream } from "#kernel";
import { type CurrentWindow, type MonitorEvidence, type MonitorReport, monitorWindow } from "../index.ts";

export const classes = ["stays", "leaves"];

/** Rows of an age and a plan; `shift` moves the age, `newPlans` is the share of a plan the reference never has. */
export function frameOf(rows: number, seed: number, shift = 0, newPlans = 0): Frame {
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
export function scoredOf(rows: number, seed: number, honest: number): { scores: Float64Array; labels: Float64Array } {
  const random = randomStream(seed, "scores");
  const labels = Float64Array.from({ length: rows }, () => (random.uniform() < 0.3 ? 1 : 0));
  const scores = Float64Array.from(labels, (label) => 0.2 + 0.3 * random.uniform() + honest * label);
  return { scores, labels };
}

export function currentOf(rows: number, seed: number, honest: number, frame = frameOf(rows, seed)): CurrentWindow {
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

export const reference = (() => {
  const { scores, labels } = scoredOf(2000, 1, 0.25);
  const predicted = Int32Array.from(scores, (score) => (score >= 0.5 ? 1 : 0));
  const { metrics } = evaluate("binary", { scores, labels, predictions: predicted, classes }, { draws: 200 });
  return { frame: frameOf(2000, 1), scores, predicted, metrics };
})();

export const evidence = (current: CurrentWindow, extra: Partial<MonitorEvidence> = {}): MonitorEvidence => ({
  factory: "churn",
  endpoint: "churn",
  task: "binary",
  classes,
  reference,
  current,
  ...extra,
});
export const look = (current: CurrentWindow, extra: Partial<MonitorEvidence> = {}, options = {}): MonitorReport =>
  monitorWindow(evidence(current, extra), { draws: 200, ...options });
