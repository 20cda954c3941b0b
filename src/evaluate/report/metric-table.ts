import { inReadingOrder, metricNamed } from "../metrics/metric.ts";
import type { Evaluation } from "../model.ts";
import { htmlTable } from "./figure.ts";
import { interval, percent, shownMetric } from "./shown.ts";

/** Every metric with its interval, its direction, and what it means. */
export function metricTable({ metrics, confidence }: Evaluation): string {
  return `<div class="card">${htmlTable({
    caption: "All metrics",
    header: ["metric", "value", `${percent(confidence)} interval`, "better is", "meaning"],
    rows: inReadingOrder(metrics).map(([name, { value, low, high, direction, reason }]) => {
      const { traits, meaning } = metricNamed(name);
      return [
        traits.title,
        value === null ? `– (${reason})` : { html: `<b>${shownMetric(value)}</b>` },
        interval(low, high),
        direction === "up" ? "higher" : "lower",
        meaning,
      ];
    }),
  })}</div>`;
}
