import type { JsonObject } from "@millrace/program";
import type { StreamEntry } from "#kernel";
import type { MonitorReport, RealisedMetric, TestResult } from "#monitor";
import type { WindowView } from "../schemas/monitoring.ts";
import { flag, isObject, text, texts } from "./json-fields.ts";

/** The reports of a factory's stream `monitor/<factory>`, one a window, oldest window first. */
export function windowsOf(entries: readonly StreamEntry[]): WindowView[] {
  const byWindow = new Map<string, WindowView>();
  for (const entry of entries) {
    const report = reportOf(entry);
    if (report === null) continue;
    // A window whose outcomes arrived late is judged again: the last word counts.
    byWindow.set(`${report.endpoint}\n${report.window.fromMs}\n${report.window.toMs}`, windowView(entry, report));
  }
  return [...byWindow.values()].sort((a, b) => a.fromMs - b.fromMs || a.toMs - b.toMs);
}

/** The report that an entry holds; null for entries of other kinds. */
export function reportOf(entry: StreamEntry): MonitorReport | null {
  const held = isObject(entry.data.report) ? entry.data.report : entry.data;
  return isObject(held.window) && isObject(held.inputs) ? (held as unknown as MonitorReport) : null;
}

function windowView(entry: StreamEntry, report: MonitorReport): WindowView {
  return {
    sequence: entry.sequence,
    recordedMs: entry.atMs,
    champion: text(entry.data, "champion"),
    trigger: triggerOf(entry),
    fromMs: report.window.fromMs,
    toMs: report.window.toMs,
    rows: report.rows,
    referenceRows: report.referenceRows,
    enoughRows: report.enoughRows,
    verdict: report.verdict,
    share: report.inputs.share,
    columns: report.inputs.columns.map(({ name, important, drifted, tests }) => ({
      name,
      important,
      drifted,
      tests: tests.map(testView),
    })),
    prediction: {
      drifted: report.predictions.drifted,
      tests: report.predictions.tests.map(testView),
      positiveRate: report.predictions.positiveRate,
    },
    labels: { ...report.labels, metrics: report.labels.metrics.map(realisedView) },
    software: report.software as unknown as JsonObject,
    findings: report.findings.map(({ key, severity, importance, sentence }) => ({
      key,
      severity,
      importance,
      sentence,
    })),
  };
}

function triggerOf(entry: StreamEntry): WindowView["trigger"] {
  const fire = flag(entry.data, "judgement", "fire");
  if (fire === null) return null;
  return {
    fire,
    reasons: texts(entry.data, "judgement", "reasons"),
    heldBack: text(entry.data, "judgement", "heldBack"),
  };
}

function testView({ test, value, threshold, drifted }: TestResult) {
  return { test, value, threshold, drifted };
}

function realisedView(metric: RealisedMetric) {
  const { name, value, low, high, reference, drop, verdict } = metric;
  return { name, value, low, high, reference, drop, verdict, reason: metric.reason ?? null };
}
