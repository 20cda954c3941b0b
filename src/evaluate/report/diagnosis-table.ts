import { escapeHtml } from "#validate";
import type { FitDiagnosis, MeasuredValue } from "../diagnosis/diagnose-fit.ts";
import { metricNamed } from "../metrics/metric.ts";
import { htmlTable } from "./figure.ts";
import { interval, percent, shownMetric } from "./shown.ts";

/** Training, validation and test side by side, what that means, and what to do. */
export function diagnosisTable({ metric, findings, trainProgress, testProgress, ...figures }: FitDiagnosis): string {
  const { title } = metricNamed(metric).traits;
  const row = (name: string, one: MeasuredValue | undefined, progress: number | null | undefined) =>
    one === undefined
      ? []
      : [
          [
            name,
            shownMetric(one.value),
            interval(one.low ?? null, one.high ?? null),
            progress === undefined ? "" : percent(progress),
          ],
        ];
  const items = findings.map(
    ({ name, message, next }) =>
      `<li class="${name === "sound" ? "note" : "warn"}"><strong>${escapeHtml(message)}</strong><p>${escapeHtml(next)}</p></li>`,
  );
  const table = htmlTable({
    caption: "Training, validation and test",
    header: ["rows", title, "interval", "way from baseline to perfect"],
    rows: [
      ...row("training", figures.train, trainProgress),
      ...row("validation", figures.validation, undefined),
      ...row("test", figures.test, testProgress),
      ...row("baseline", figures.baseline, 0),
    ],
  });
  return `<div class="card"><ul class="anomalies">${items.join("")}</ul>${table}</div>`;
}
