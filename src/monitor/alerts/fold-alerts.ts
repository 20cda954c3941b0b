import type { StreamEntry } from "#kernel";
import type { Alert, AlertState, Severity } from "../model.ts";

/**
 * The alerts as their stream's entries make them, newest change first. A snooze ends by itself: after its time the alert is
 * open again.
 */
export function foldAlerts(entries: readonly StreamEntry[], nowMs: number): readonly Alert[] {
  const alerts = new Map<string, Alert>();
  for (const entry of entries) {
    const key = String(entry.data.key);
    const before = alerts.get(key);
    if (entry.type === "opened") alerts.set(key, opened(entry, key));
    else if (before === undefined) continue;
    else if (entry.type === "seen")
      alerts.set(key, {
        ...before,
        seen: before.seen + 1,
        sentence: String(entry.data.sentence),
        severity: entry.data.severity as Severity,
        changedMs: entry.atMs,
      });
    else
      alerts.set(key, {
        ...before,
        state: entry.type as AlertState,
        changedMs: entry.atMs,
        snoozedUntilMs: entry.type === "snoozed" ? Number(entry.data.untilMs) : null,
        by: String(entry.data.by),
        reason: String(entry.data.reason),
      });
  }
  return [...alerts.values()]
    .map((alert) =>
      alert.state === "snoozed" && (alert.snoozedUntilMs ?? 0) <= nowMs
        ? { ...alert, state: "open" as const, snoozedUntilMs: null }
        : alert,
    )
    .sort((a, b) => b.changedMs - a.changedMs || (a.key < b.key ? -1 : 1));
}

function opened(entry: StreamEntry, key: string): Alert {
  return {
    key,
    state: "open",
    severity: entry.data.severity as Severity,
    sentence: String(entry.data.sentence),
    openedMs: entry.atMs,
    changedMs: entry.atMs,
    snoozedUntilMs: null,
    seen: 1,
    by: String(entry.data.by),
    reason: null,
  };
}
