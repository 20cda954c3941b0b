import { type Evaluation, evaluate, type MetricResult, metricNamed, type Task } from "#evaluate";
import { normalQuantile } from "#validate";
import type { RealisedMetric } from "./model.ts";
import type { ResolvedMonitorOptions } from "./monitor-window.ts";
import type { CurrentWindow } from "./window-evidence.ts";

const defaultMetrics: Readonly<Record<Task, readonly string[]>> = {
  binary: ["rocAucScore", "logLoss"],
  multiclass: ["accuracyScore", "logLoss"],
  regression: ["rmseError", "maeError"],
};

/**
 * The metrics on the rows whose outcome is known, each beside the evaluation's. Both windows are independent samples: the
 * difference's standard error is the root of the sum of the squares that the two 95 % intervals stand for.
 */
export function realisedMetrics(
  task: Task,
  classes: readonly string[],
  reference: Readonly<Record<string, MetricResult>>,
  current: CurrentWindow,
  options: ResolvedMonitorOptions,
): readonly RealisedMetric[] {
  const names = (options.metrics ?? defaultMetrics[task]).map((name) => metricNamed(name, task).name);
  const rows = labelledRows(task, classes.length, current);
  if (rows.length < options.minimumLabels)
    return names.map((name) =>
      unjudged(name, reference[name], `${rows.length} outcomes are known; ${options.minimumLabels} are needed`),
    );
  const evaluation = evaluateRows(task, classes, current, rows, options);
  return names.map((name) => judge(name, evaluation.metrics[name], reference[name]));
}

function labelledRows(task: Task, classes: number, current: CurrentWindow): readonly number[] {
  const rows: number[] = [];
  for (let row = 0; row < current.labels.length; row++) {
    if (Number.isNaN(current.labels[row]!)) continue;
    const score = task === "multiclass" ? current.classScores![row * classes]! : current.scores[row]!;
    if (!Number.isNaN(score)) rows.push(row);
  }
  return rows;
}

function evaluateRows(
  task: Task,
  classes: readonly string[],
  current: CurrentWindow,
  rows: readonly number[],
  { seed, draws }: ResolvedMonitorOptions,
): Evaluation {
  const width = task === "multiclass" ? classes.length : 1;
  const from = task === "multiclass" ? current.classScores! : current.scores;
  const scores = new Float64Array(rows.length * width);
  for (const [index, row] of rows.entries())
    for (let k = 0; k < width; k++) scores[index * width + k] = from[row * width + k]!;
  const labels = Float64Array.from(rows, (row) => current.labels[row]!);
  const predictions =
    task === "regression" || current.predicted === undefined
      ? {}
      : { predictions: Int32Array.from(rows, (row) => current.predicted![row]!) };
  return evaluate(task, { scores, labels, ...predictions, ...(classes.length > 0 && { classes }) }, { seed, draws });
}

function judge(name: string, now: MetricResult | undefined, before: MetricResult | undefined): RealisedMetric {
  if (now === undefined || now.value === null)
    return unjudged(name, before, now?.reason ?? "the rows do not define it");
  const { value, low, high } = now;
  const shown = { name, value, low, high, reference: before === undefined ? null : figures(before) };
  const drop = before === undefined ? null : dropOf(now, before);
  if (drop === null) return { ...shown, drop, verdict: "unknown", reason: "there is no reference with an interval" };
  return { ...shown, drop, verdict: drop.low > 0 ? "worse" : drop.high < 0 ? "better" : "same" };
}

function dropOf(now: MetricResult, before: MetricResult): RealisedMetric["drop"] {
  const error = standardError(now);
  const errorBefore = standardError(before);
  if (error === null || errorBefore === null) return null;
  const value = now.direction === "up" ? before.value! - now.value! : now.value! - before.value!;
  const half = normalQuantile(0.975) * Math.sqrt(error * error + errorBefore * errorBefore);
  return { value, low: value - half, high: value + half };
}

function standardError({ value, low, high }: MetricResult): number | null {
  return value === null || low === null || high === null ? null : (high - low) / (2 * normalQuantile(0.975));
}

function unjudged(name: string, before: MetricResult | undefined, reason: string): RealisedMetric {
  const reference = before === undefined ? null : figures(before);
  return { name, value: null, low: null, high: null, reference, drop: null, verdict: "unknown", reason };
}

function figures({ value, low, high }: MetricResult): NonNullable<RealisedMetric["reference"]> {
  return { value, low, high };
}
