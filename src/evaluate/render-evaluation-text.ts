import { inReadingOrder, metricNamed } from "./metrics/metric.ts";
import type { Confusion, Evaluation } from "./model.ts";
import { countedOf } from "./report/shown.ts";

/**
 * An evaluation as a table for a terminal: every metric with its interval, the confusion, and what to be wary of.
 *
 * Shapes: lines without colour, at most 80 columns wide for up to four classes.
 */
export function renderEvaluationText(evaluation: Evaluation): string {
  const { rows, positiveShare, threshold, confidence, metrics, confusion, alarms } = evaluation;
  const facts = [
    countedOf(rows, "row"),
    ...(positiveShare === undefined ? [] : [`${(positiveShare * 100).toFixed(1)} % positive`]),
    ...(threshold === undefined ? [] : [`threshold ${Number(threshold.toPrecision(4))}`]),
  ];
  const lines = [
    `Evaluation (${kindOf(evaluation)}): ${facts.join(", ")}`,
    "",
    `  ${"metric".padEnd(20)}${"value".padStart(9)}   ${percent(confidence)} interval`,
  ];
  for (const [name, { value, low, high, direction, reason }] of inReadingOrder(metrics)) {
    const { title } = metricNamed(name).traits;
    const interval = low === null || high === null ? "" : `${digits(low)} – ${digits(high)}`;
    const shown =
      value === null
        ? `${"–".padStart(9)}   ${reason}`
        : `${digits(value).padStart(9)}   ${interval.padEnd(18)} ${direction === "up" ? "↑" : "↓"}`;
    lines.push(`  ${title.padEnd(20)}${shown.trimEnd()}`);
  }
  if (confusion !== undefined && confusion.classes.length <= 12) lines.push("", ...confusionLines(confusion));
  for (const { message } of alarms) lines.push("", `  ! ${message}`);
  return `${lines.join("\n")}\n`;
}

function confusionLines({ classes, counts }: Confusion): string[] {
  const short = classes.map((name) => (name.length > 12 ? `${name.slice(0, 11)}…` : name));
  const header = `  ${"actual \\ predicted".padEnd(20)}${short.map((name) => name.padStart(13)).join("")}`;
  return [
    header,
    ...counts.map(
      (row, k) =>
        `  ${short[k]!.padEnd(20)}${row.map((count) => String(Number(count.toFixed(2))).padStart(13)).join("")}`,
    ),
  ];
}

function digits(value: number): string {
  const size = Math.abs(value);
  return size !== 0 && (size >= 10_000 || size < 0.0001) ? value.toExponential(3) : value.toFixed(size >= 100 ? 2 : 4);
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(1))} %`;
}

/** What people call the task: scores that order rows are no regression to them. */
function kindOf({ task, metrics }: Evaluation): string {
  const names = Object.keys(metrics);
  if (names.length > 0 && names.every((name) => metricNamed(name).traits.needs === "queries")) return "ranking";
  return metrics.maseError === undefined ? task : "forecast";
}
