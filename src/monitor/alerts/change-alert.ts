import { isoTime, knownNames, MillraceError } from "#kernel";
import { appendDecided } from "../append-decided.ts";
import type { Alert, AlertState, MonitorContext } from "../model.ts";
import { foldAlerts } from "./fold-alerts.ts";

export interface AlertRequest {
  readonly factory: string;
  readonly key: string;
  readonly reason: string;
}

/** The factory's alerts, newest change first. */
export async function listAlerts(
  context: Pick<MonitorContext, "metadata" | "clock">,
  factory: string,
): Promise<readonly Alert[]> {
  const entries = await context.metadata.read({ find: "entries", stream: `alert/${factory}` });
  return foldAlerts(entries, context.clock.nowMs());
}

/** Records that somebody has seen an alert and takes care of it. Errors: MONITOR_ALERT_UNKNOWN. */
export function acknowledgeAlert(context: MonitorContext, request: AlertRequest): Promise<Alert> {
  return change(context, request, "acknowledged", null);
}

/** Silences an alert until a time. Errors: MONITOR_ALERT_UNKNOWN; MONITOR_SNOOZE_INVALID: when that time has passed. */
export async function snoozeAlert(
  context: MonitorContext,
  request: AlertRequest & { untilMs: number },
): Promise<Alert> {
  const nowMs = context.clock.nowMs();
  if (!(request.untilMs > nowMs))
    throw new MillraceError("MONITOR_SNOOZE_INVALID", {
      message: `An alert cannot be snoozed until ${request.untilMs}; it is ${isoTime(nowMs)} (${nowMs}).`,
      next: "Give a time that lies ahead.",
    });
  return await change(context, request, "snoozed", request.untilMs);
}

/** Records that an alert is dealt with; the same finding opens it again. Errors: MONITOR_ALERT_UNKNOWN. */
export function resolveAlert(context: MonitorContext, request: AlertRequest): Promise<Alert> {
  return change(context, request, "resolved", null);
}

async function change(
  context: MonitorContext,
  request: AlertRequest,
  state: Exclude<AlertState, "open">,
  untilMs: number | null,
): Promise<Alert> {
  const { factory, key, reason } = request;
  const nowMs = context.clock.nowMs();
  const entries = await appendDecided(context, `alert/${factory}`, (before) => {
    const alerts = foldAlerts(before, nowMs);
    const alert = alerts.find((one) => one.key === key);
    if (alert === undefined) throw unknown(factory, key, alerts);
    if (alert.state === state && alert.snoozedUntilMs === untilMs) return [];
    return [{ type: state, data: { key, reason, ...(untilMs === null ? {} : { untilMs }) } }];
  });
  return foldAlerts(entries, nowMs).find((one) => one.key === key)!;
}

function unknown(factory: string, key: string, alerts: readonly Alert[]): MillraceError {
  const known = alerts.map((alert) => alert.key);
  return new MillraceError("MONITOR_ALERT_UNKNOWN", {
    message: `The factory ${factory} has no alert "${key.slice(0, 120)}": ${knownNames(key.slice(0, 120), known)}.`,
    next: "List the alerts with `millrace monitor status`.",
    facts: { factory, known: known.slice(0, 50) },
  });
}
