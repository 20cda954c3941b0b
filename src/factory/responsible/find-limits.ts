import { metricNamed } from "#evaluate";
import type { EvaluationReport } from "../steps/evaluate.ts";
import type { ProbeReport } from "../steps/probe.ts";

/** From this share of the metric on, a fault in the rows is worth a warning. */
const telling = 0.05;
const fewRows = 500;

/** When not to trust a model, as far as its record shows: bad slices, faults that it bears badly, few rows, its alarms. */
export function findLimits(report: EvaluationReport, probes: ProbeReport | undefined): string[] {
  const { name, traits } = metricNamed(report.metric, report.model.task);
  const short = (value: number) => String(Number(value.toPrecision(3)));
  const whole = report.model.metrics[name]?.value ?? null;
  return [
    ...report.slices
      .filter(({ clearlyWorse }) => clearlyWorse)
      .slice(0, 8)
      .map(({ name: slice, rows, metrics }) => {
        const own = metrics[name]?.value ?? null;
        return `… ${slice}: ${traits.title} is ${own === null ? "not defined" : short(own)} there (${rows} rows), and ${whole === null ? "not defined" : short(whole)} over all.`;
      }),
    ...(probes?.robustness ?? [])
      .filter(({ loss, before, low }) => (low ?? 0) > 0 && loss > telling * Math.abs(before))
      .map(
        ({ fault, before, after }) =>
          `… the rows come with ${fault}: ${traits.title} goes from ${short(before)} to ${short(after)}.`,
      ),
    ...(probes?.behaviours ?? [])
      .filter(({ passed }) => !passed)
      .map(({ name: promise, evidence }) => `… you count on "${promise}": ${evidence}`),
    ...(report.rows < fewRows
      ? [`… a small difference matters: it was measured on ${report.rows} rows, so the intervals are wide.`]
      : []),
    ...report.model.alarms.map(({ message }) => `… you look at one figure alone: ${message}`),
  ];
}
