import type { Schemas } from "../../api/client.ts";
import { utcDay } from "../../format/times.ts";

export type MonitoredWindow = Schemas["MonitoredWindow"];

/** `1997`, `1997-03` or `1997-03-05 – 1997-03-12`: a window as briefly as its bounds allow. */
export function windowName(window: { readonly fromMs: number; readonly toMs: number }): string {
  const from = utcDay(window.fromMs);
  const to = utcDay(window.toMs);
  const [fromYear, fromMonth, fromDay] = from.split("-").map(Number) as [number, number, number];
  const [toYear, toMonth, toDay] = to.split("-").map(Number) as [number, number, number];
  if (fromMonth === 1 && fromDay === 1 && toMonth === 1 && toDay === 1 && toYear === fromYear + 1)
    return String(fromYear);
  const months = (toYear - fromYear) * 12 + toMonth - fromMonth;
  if (fromDay === 1 && toDay === 1 && months === 1) return from.slice(0, 7);
  if (fromDay === 1 && toDay === 1 && months === 3 && fromMonth % 3 === 1) return `${fromYear} Q${(fromMonth + 2) / 3}`;
  if (window.toMs - window.fromMs <= 86_400_000) return from;
  return `${from} – ${to}`;
}

/** Names of the drift tests that any window holds, those over most columns first. */
export function testNames(windows: readonly MonitoredWindow[]): string[] {
  const counts = new Map<string, number>();
  for (const window of windows)
    for (const column of window.columns)
      for (const { test } of column.tests) counts.set(test, (counts.get(test) ?? 0) + 1);
  return [...counts]
    .sort((a, b) => Number(b[0] === "psi") - Number(a[0] === "psi") || b[1] - a[1])
    .map(([test]) => test);
}

/** Columns by how far they drifted, worst first: those that drifted in most windows, then by their last value. */
export function columnsByDrift(windows: readonly MonitoredWindow[], test: string): string[] {
  const facts = new Map<string, { drifted: number; last: number }>();
  for (const window of windows)
    for (const column of window.columns) {
      const found = column.tests.find((one) => one.test === test);
      if (found === undefined) continue;
      const before = facts.get(column.name) ?? { drifted: 0, last: 0 };
      facts.set(column.name, { drifted: before.drifted + Number(found.drifted), last: found.value ?? before.last });
    }
  return [...facts].sort(([, a], [, b]) => b.drifted - a.drifted || b.last - a.last).map(([name]) => name);
}

export function cellOf(window: MonitoredWindow, column: string, test: string) {
  return window.columns.find((one) => one.name === column)?.tests.find((one) => one.test === test);
}
