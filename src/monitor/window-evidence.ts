import type { Frame } from "@millrace/program";
import type { Task } from "#evaluate";
import {
  type JoinedPrediction,
  joinOutcomes,
  type TrafficHealth,
  type TrafficWindow,
  type WindowColumn,
  windowAsFrame,
} from "#traffic";
import type { SoftwareReport } from "./model.ts";

/** A window as monitoring looks at it: inputs, scores, what came true, and how the software did. */
export interface CurrentWindow {
  readonly fromMs: number;
  readonly toMs: number;
  readonly frame: Frame;
  /** One a row: positive class's score, regression value, or the greatest of a multiclass model; NaN where missing. */
  readonly scores: Float64Array;
  /** Multiclass: one score a class, row-major. */
  readonly classScores?: Float64Array;
  /** Index of the predicted class, −1 where missing; not for regressions. */
  readonly predicted?: Int32Array;
  /** Index of the class that came true, or the value; NaN while unknown. */
  readonly labels: Float64Array;
  readonly medianDelayMs: number | null;
  /** Outcomes that are none of the classes, or no number. */
  readonly strangeOutcomes: number;
  readonly software: SoftwareReport;
}

export interface EvidenceOptions {
  readonly task: Task;
  /** Binary: negative, positive. */
  readonly classes?: readonly string[];
  /** The model's inputs; other columns that are kept may be named too. */
  readonly columns: readonly WindowColumn[];
  /** Only rows that this version scored. */
  readonly version?: number;
  readonly health?: TrafficHealth;
}

/**
 * What a window of recorded traffic says, ready for `monitorWindow`. Only rows that were answered count, not a shadow's.
 *
 * Shapes: one row a joined prediction, by time. Missing: scores and labels are NaN, classes −1.
 */
export function evidenceFromTraffic(traffic: TrafficWindow, options: EvidenceOptions): CurrentWindow {
  const { task, classes = [], columns, version, health } = options;
  const live = traffic.predictions.filter(
    (one) => one.route === "live" && (version === undefined || one.version === version),
  );
  const joined = joinOutcomes(live, traffic.outcomes);
  // where the model gave no prediction, there is none to be right or wrong
  const labels = Float64Array.from(joined.rows, (row) =>
    row.prediction.abstain === undefined ? labelOf(row, task, classes) : Number.NaN,
  );
  const known = joined.rows.filter(
    (row) => row.outcome !== undefined && row.outcome !== null && row.prediction.abstain === undefined,
  ).length;
  const places = new Map(classes.map((name, index) => [name, index]));
  return {
    fromMs: traffic.fromMs,
    toMs: traffic.toMs,
    frame: windowAsFrame(joined.rows, columns).frame,
    scores: Float64Array.from(joined.rows, (row) => row.prediction.score ?? Number.NaN),
    ...(task === "multiclass" && { classScores: classScoresOf(joined.rows, classes) }),
    ...(task !== "regression" && {
      predicted: Int32Array.from(joined.rows, (row) => places.get(String(row.prediction.prediction)) ?? -1),
    }),
    labels,
    medianDelayMs: joined.medianDelayMs,
    strangeOutcomes: known - labels.reduce((count, label) => count + (Number.isNaN(label) ? 0 : 1), 0),
    software: softwareOf(traffic, joined.rows, health),
  };
}

function labelOf(row: JoinedPrediction, task: Task, classes: readonly string[]): number {
  const { outcome } = row;
  if (outcome === undefined || outcome === null) return Number.NaN;
  if (task === "regression") return typeof outcome === "number" ? outcome : Number.NaN;
  const index = classes.indexOf(String(outcome));
  if (index >= 0) return index;
  // A yes or no by another name: true and 1 are the positive class of two.
  if (task === "binary" && (outcome === true || outcome === 1)) return 1;
  if (task === "binary" && (outcome === false || outcome === 0)) return 0;
  return Number.NaN;
}

function classScoresOf(rows: readonly JoinedPrediction[], classes: readonly string[]): Float64Array {
  const scores = new Float64Array(rows.length * classes.length);
  for (const [row, { prediction }] of rows.entries())
    for (const [index, name] of classes.entries())
      scores[row * classes.length + index] = prediction.scores?.[name] ?? Number.NaN;
  return scores;
}

function softwareOf(
  traffic: TrafficWindow,
  rows: readonly JoinedPrediction[],
  health: TrafficHealth | undefined,
): SoftwareReport {
  const latencies = Float64Array.from(rows, (row) => row.prediction.latencyMicros).sort();
  const quantile = (q: number) =>
    latencies.length === 0 ? null : latencies[Math.min(latencies.length - 1, Math.ceil(q * latencies.length) - 1)]!;
  const versions = new Map<string, number>();
  for (const { prediction } of rows) {
    const name = `${prediction.model}:${prediction.version}`;
    versions.set(name, (versions.get(name) ?? 0) + 1);
  }
  const abstained = rows.filter(({ prediction }) => prediction.abstain !== undefined).length;
  return {
    requests: rows.length,
    ...(abstained === 0 ? {} : { abstained }),
    latencyP50Micros: quantile(0.5),
    latencyP99Micros: quantile(0.99),
    lost: traffic.lost,
    torn: traffic.torn,
    unreadable: traffic.unreadable,
    dropped: health?.dropped ?? null,
    problem: health?.problem ?? null,
    versions: Object.fromEntries([...versions].sort()),
  };
}
