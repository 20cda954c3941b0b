import type { Frame } from "@millrace/program";
import { z } from "zod";
import type { MetricResult, Task } from "#evaluate";
import { MillraceError, parseOptions } from "#kernel";
import { compareInputs } from "./compare-inputs.ts";
import { comparePredictions } from "./compare-predictions.ts";
import { findingsOf } from "./findings.ts";
import type { MonitorReport } from "./model.ts";
import { realisedMetrics } from "./realised-metrics.ts";
import type { CurrentWindow } from "./window-evidence.ts";

/** What the model learned from and how it did when it was evaluated. */
export interface ReferenceWindow {
  readonly frame: Frame;
  /** Scores of the model on the reference, as `CurrentWindow.scores`; without them predictions are not compared. */
  readonly scores?: Float64Array;
  readonly predicted?: ArrayLike<number>;
  /** Metrics of the evaluation before it was served, by name. */
  readonly metrics?: Readonly<Record<string, MetricResult>>;
}

export interface MonitorEvidence {
  readonly factory: string;
  readonly endpoint: string;
  readonly task: Task;
  /** Binary: negative, positive. */
  readonly classes?: readonly string[];
  readonly reference: ReferenceWindow;
  readonly current: CurrentWindow;
  /** Columns whose drift matters most; absent: all of them. */
  readonly important?: readonly string[];
}

export const monitorOptionsSchema = z.object({
  minimumRows: z.int().min(1).default(100).describe("Least rows of a window before anything is concluded."),
  minimumLabels: z.int().min(2).default(30).describe("Least labelled rows before a metric is judged."),
  columns: z.array(z.string()).optional().describe("Input columns to compare; default all of the reference."),
  alpha: z.number().gt(0).lt(1).default(0.01).describe("Share of false discoveries of drift to accept."),
  thresholds: z.record(z.string(), z.number().min(0)).default({}).describe("Practical threshold by drift test."),
  driftShare: z.number().min(0).max(1).default(0.5).describe("Share of drifted columns that asks for attention."),
  metrics: z
    .array(z.string())
    .optional()
    .describe("Metrics to judge; default the task's ranking and probability ones."),
  latencyP99Micros: z.number().positive().nullable().default(null).describe("Slowest acceptable 99th percentile."),
  lateLabels: z.number().min(0).max(1).default(0).describe("Least share of rows whose outcome must be known."),
  draws: z.int().min(0).max(100_000).default(500).describe("Draws of the bootstrap intervals."),
  seed: z.int().default(0).describe("Seed of draws and shuffles."),
});
export type MonitorOptions = z.input<typeof monitorOptionsSchema>;
export type ResolvedMonitorOptions = z.output<typeof monitorOptionsSchema>;

/**
 * What a window shows beside the reference: drift of inputs and predictions, realised metrics, and how the software did,
 * with findings in plain words, the most important first.
 *
 * Every threshold knows the sample sizes (`#validate`); a metric is worse only where the interval of the difference leaves
 * out zero. A window with fewer than `minimumRows` rows gives a report that concludes nothing.
 *
 * Units: milliseconds, micros where named so. Missing: figures that the rows do not define are null. Random: keyed by seed.
 * Errors: MONITOR_WINDOW_MISMATCHED: when scores or labels are not one a row; those of compareWindows and evaluate.
 */
export function monitorWindow(evidence: MonitorEvidence, options: MonitorOptions = {}): MonitorReport {
  const resolved = parseOptions(monitorOptionsSchema, options, "monitoring");
  const { factory, endpoint, task, reference, current } = evidence;
  const classes = evidence.classes ?? [];
  checkLengths(current, task, classes.length);
  const rows = current.frame.rows;
  const enoughRows = rows >= resolved.minimumRows;
  const labelled = current.labels.reduce((count, label) => count + (Number.isNaN(label) ? 0 : 1), 0);
  const measured = {
    factory,
    endpoint,
    window: { fromMs: current.fromMs, toMs: current.toMs },
    rows,
    referenceRows: reference.frame.rows,
    enoughRows,
    inputs: compareInputs(reference.frame, current.frame, evidence.important, resolved),
    predictions: comparePredictions(task, reference, current, resolved),
    labels: {
      labelled,
      unlabelled: rows - labelled,
      coverage: rows === 0 ? 0 : labelled / rows,
      medianDelayMs: current.medianDelayMs,
      metrics: realisedMetrics(task, classes, reference.metrics ?? {}, current, resolved),
    },
    software: current.software,
  };
  const findings = findingsOf(measured, current.strangeOutcomes, resolved);
  const isWorse = measured.labels.metrics.some((metric) => metric.verdict === "worse");
  const hasDrifted = measured.inputs.drifted.length > 0 || measured.predictions.drifted;
  const verdict = !enoughRows ? "too few rows" : isWorse ? "worse" : hasDrifted ? "drifted" : "steady";
  return { format: 1, ...measured, findings, verdict };
}

function checkLengths(current: CurrentWindow, task: Task, classes: number): void {
  const rows = current.frame.rows;
  const lengths: Record<string, [number, number]> = {
    scores: [current.scores.length, rows],
    labels: [current.labels.length, rows],
    ...(current.predicted !== undefined && { predicted: [current.predicted.length, rows] }),
    ...(task === "multiclass" && { classScores: [current.classScores?.length ?? 0, rows * classes] }),
  };
  for (const [name, [length, expected]] of Object.entries(lengths))
    if (length !== expected)
      throw new MillraceError("MONITOR_WINDOW_MISMATCHED", {
        message: `The window has ${rows} rows; its ${name} are ${length}, not ${expected}.`,
        next: "Give each row of the window its score and its label (NaN where unknown).",
        facts: { rows, name, length, expected },
      });
}
