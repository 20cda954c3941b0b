import { isObject, list, number, text } from "./json-fields.ts";

export interface Metric {
  readonly name: string;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly direction: "up" | "down" | "none";
  readonly reason?: string;
}

/** Metrics as evaluations hold them: by name, each a number or `{ value, low, high, direction, reason }`. */
export function metricsOf(from: unknown): Metric[] {
  if (!isObject(from)) return [];
  return Object.entries(from).flatMap(([name, given]): Metric[] => {
    if (typeof given === "number")
      return [{ name, value: given, low: null, high: null, direction: directionOf(name, null) }];
    if (!isObject(given)) return [];
    const reason = text(given, "reason");
    const interval = list(given, "interval");
    return [
      {
        name,
        value: number(given, "value"),
        low: number(given, "low") ?? finite(interval[0]),
        high: number(given, "high") ?? finite(interval[1]),
        direction: directionOf(name, text(given, "direction")),
        ...(reason === null ? {} : { reason }),
      },
    ];
  });
}

/** What each task is judged by unless its factory says otherwise. */
const usual = ["rocAucScore", "logLoss", "rmseError"];

/** The metric that a list shows: the named one, else the task's usual one, else the first that has a value. */
export function mainMetric(metrics: readonly Metric[], name: string | null = null): Metric | null {
  const names = name === null ? usual : [name, ...usual];
  const named = names.map((one) => metrics.find((metric) => metric.name === one)).find((one) => one !== undefined);
  return named ?? metrics.find((metric) => metric.value !== null) ?? null;
}

/** Names say it too: `…Score` up is good, `…Loss` and `…Error` down is good. */
function directionOf(name: string, stated: string | null): Metric["direction"] {
  if (stated === "up" || stated === "higher" || stated === "maximize") return "up";
  if (stated === "down" || stated === "lower" || stated === "minimize") return "down";
  if (/Score$/.test(name)) return "up";
  return /(Loss|Error)$/.test(name) ? "down" : "none";
}

function finite(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}
