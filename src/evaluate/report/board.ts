import { countOf } from "#kernel";
import { escapeHtml } from "#validate";
import type { Benchmark } from "../gate/policy.ts";
import { metricNamed } from "../metrics/metric.ts";
import type { Evaluation, MetricResult } from "../model.ts";
import type { HumanLevel } from "../people/measure-raters.ts";
import { htmlTable } from "./figure.ts";
import { interval, shownMetric } from "./shown.ts";

/** One that the model is measured beside, on a metric. */
export interface BoardRow {
  readonly name: string;
  readonly kind: "model" | "champion" | "baseline" | "benchmark" | "people";
  readonly metric: string;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** On which rows. */
  readonly data: string;
  /** Where an outside result is written. */
  readonly source?: string;
  /** The gate refuses what is surely worse. */
  readonly binds?: boolean;
}

/**
 * The model, its champion, its baseline, people and the outside results, on the metric that models are chosen by and those of the
 * others. People are judged by accuracy or mean absolute error, on the rows that they labelled.
 */
export function boardOf(
  metric: string,
  {
    model,
    champion,
    baseline,
    people,
  }: {
    model: Evaluation;
    champion: readonly [name: string, Evaluation] | null;
    baseline: Evaluation;
    people?: HumanLevel | undefined;
  },
  benchmarks: readonly Benchmark[] = [],
): BoardRow[] {
  const named = (name: string) => metricNamed(name, model.task).name;
  const known = people?.people == null ? [] : [people];
  const metrics = [
    ...new Set([metric, ...benchmarks.map((one) => one.metric), ...known.map(({ by }) => by)].map(named)),
  ];
  const row = (name: string, kind: BoardRow["kind"], found: MetricResult | undefined, own: string): BoardRow => ({
    name,
    kind,
    metric: own,
    value: found?.value ?? null,
    low: found?.low ?? null,
    high: found?.high ?? null,
    data: "the same test rows",
  });
  return metrics.flatMap((own) => {
    const sign = metricNamed(own).traits.direction === "up" ? -1 : 1;
    const rows = [
      row("this model", "model", model.metrics[own], own),
      ...(champion === null ? [] : [row(champion[0], "champion", champion[1].metrics[own], own)]),
      row("baseline", "baseline", baseline.metrics[own], own),
      ...known.filter(({ by }) => by === own).flatMap((found) => peopleRows(found, model.rows)),
      ...benchmarks
        .filter((one) => named(one.metric) === own)
        .map(
          ({ name, value, data, source, required }): BoardRow => ({
            name,
            kind: "benchmark",
            metric: own,
            value,
            low: null,
            high: null,
            data,
            source,
            binds: required,
          }),
        ),
    ];
    const place = (one: BoardRow) => (one.value === null ? Number.POSITIVE_INFINITY : sign * one.value);
    return rows.toSorted((a, b) => place(a) - place(b));
  });
}

/** People, and the model on the rows that they labelled where these are not all. */
function peopleRows({ by, raters, rows, people, low, high, model }: HumanLevel, all: number): BoardRow[] {
  const data = rows === all ? "the same test rows" : `the ${countOf(rows, "test row")} that people labelled`;
  const name = `people (${countOf(raters.length, "rater")})`;
  const own = { name: "this model", kind: "model", metric: by, value: model, low: null, high: null, data } as const;
  return [{ name, kind: "people", metric: by, value: people, low, high, data }, ...(rows === all ? [] : [own])];
}

/** The best first, with where each figure comes from. */
export function boardTable(board: readonly BoardRow[]): string {
  return `<div class="card"><p class="soft">The best first. An outside result was reached on other rows or splits: a gap smaller than the interval says nothing.</p>${htmlTable(
    {
      caption: "Beside others",
      header: ["who", "metric", "value", "95 % interval", "on which rows", "source"],
      rows: board.map(({ name, kind, metric, value, low, high, data, source = "", binds }) => [
        kind === "model" ? { html: `<b>${escapeHtml(name)}</b>` } : kind === "champion" ? `${name} (champion)` : name,
        metricNamed(metric).traits.title,
        shownMetric(value),
        interval(low, high),
        data,
        binds ? `${source} (binds)` : source,
      ]),
    },
  )}</div>`;
}
