import { digestJson } from "#kernel";
import { appendDecided, type NewEntry } from "../append-decided.ts";
import type { Alert, MonitorContext, MonitorReport } from "../model.ts";
import { foldAlerts } from "./fold-alerts.ts";

/**
 * Opens an alert for each finding of a report that asks for attention, once a finding: one that stands is only seen again,
 * and one that a window with enough rows no longer shows is resolved. Raising the same report twice changes nothing.
 *
 * Shapes: gives all alerts of the factory, newest change first. Errors: MONITOR_WRITE_CONTENDED.
 */
export async function raiseAlerts(context: MonitorContext, report: MonitorReport): Promise<readonly Alert[]> {
  const found = new Map(
    report.findings
      .filter((finding) => finding.severity !== "info")
      .map((finding) => [keyOf(report, finding.key), finding]),
  );
  const window = { ...report.window };
  const once = digestJson({ window, endpoint: report.endpoint }).slice("sha256:".length, "sha256:".length + 16);
  const nowMs = context.clock.nowMs();
  const entries = await appendDecided(context, `alert/${report.factory}`, (before) => {
    const done = new Set(before.map((entry) => entry.key));
    const standing = new Map(foldAlerts(before, nowMs).map((alert) => [alert.key, alert]));
    const next: NewEntry[] = [];
    for (const [key, { severity, sentence }] of found) {
      const type = (standing.get(key)?.state ?? "resolved") === "resolved" ? "opened" : "seen";
      const entryKey = `found/${key}/${once}`;
      if (!done.has(entryKey)) next.push({ type, data: { key, severity, sentence, window }, key: entryKey });
    }
    if (report.enoughRows)
      for (const [key, alert] of standing) {
        if (alert.state === "resolved" || found.has(key) || !key.startsWith(`${report.endpoint}/`)) continue;
        const entryKey = `gone/${key}/${once}`;
        const reason = "The newest window no longer shows it.";
        if (!done.has(entryKey)) next.push({ type: "resolved", data: { key, reason, window }, key: entryKey });
      }
    return next;
  });
  return foldAlerts(entries, nowMs);
}

function keyOf(report: MonitorReport, finding: string): string {
  return `${report.endpoint}/${finding}`;
}
