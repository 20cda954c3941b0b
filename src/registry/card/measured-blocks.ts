import { describeAutomation, describeHumanLevel, describeResampling, type FitDiagnosis, metricNamed } from "#evaluate";
import type { ModelCardFacts } from "./facts.ts";
import { type CardBlock, interval, list, table, text } from "./page.ts";

/** What the record says of how good the model is, as blocks. */
export const measuredBlocks = {
  metrics: ({ metrics, benchmarks = [], openings, people, resampling }: ModelCardFacts): CardBlock[] => [
    ...(openings === undefined
      ? []
      : [
          text(
            openings === 1
              ? "This is the first model that was measured on these test rows."
              : `${openings} models were measured on these test rows, this one among them; the best of many looks better than it is.`,
          ),
        ]),
    table(
      ["metric", "on", "value", "95 % interval", "baseline", "champion", ...(judges(people) ? ["people"] : [])],
      metrics.map((one) => [
        one.title ?? one.name,
        one.split,
        one.value,
        interval(one.low, one.high),
        one.baseline,
        one.champion,
        ...(judges(people) ? [one.name === people?.by ? people.people : null] : []),
      ]),
    ),
    ...(people === undefined ? [] : [text("Human level:"), list(describeHumanLevel(people))]),
    ...(resampling === undefined ? [] : [text("Learned again from other rows:"), list(describeResampling(resampling))]),
    ...benchmarkBlocks(benchmarks, metrics),
  ],
  fit: ({ diagnosis }: ModelCardFacts): CardBlock[] => {
    if (diagnosis === undefined) return [];
    const { metric, train, validation, test, baseline, findings } = diagnosis;
    const row = (name: string, one: FitDiagnosis["test"] | undefined) =>
      one === undefined
        ? []
        : [[name, one.value, one.low == null || one.high == null ? null : interval(one.low, one.high)]];
    return [
      ...findings.map(({ message, next }) => text(`${message} ${next}`)),
      table(
        ["rows", metricNamed(metric).traits.title, "95 % interval"],
        [
          ...row("training", train),
          ...row("validation", validation),
          ...row("test", test),
          ...row("baseline", baseline),
        ],
      ),
    ];
  },
  decisions: ({ decision, automation }: ModelCardFacts): CardBlock[] => [
    ...(decision === undefined ? [] : [text(decision.reason)]),
    ...(automation === undefined ? [] : [text(`Automation: ${describeAutomation(automation)}`)]),
  ],
  progress: ({ progress }: ModelCardFacts): CardBlock[] =>
    progress === undefined
      ? []
      : [
          text(progress.said),
          table(
            ["version", metricNamed(progress.metric).traits.title, "95 % interval", "best so far"],
            [
              ...progress.points
                .slice(-12)
                .map((one) => [String(one.version), one.value, interval(one.low, one.high), one.best]),
              ...progress.projected.map((one) => [
                `${one.version} (projected)`,
                null,
                interval(one.low, one.high),
                one.value,
              ]),
            ],
          ),
        ],
  slices: ({ slices = [] }: ModelCardFacts): CardBlock[] => [
    table(
      ["slice", "rows", "metric", "value", "95 % interval", "note"],
      slices.map((one) => [
        one.name,
        one.rows,
        one.metric,
        one.value,
        interval(one.low, one.high),
        one.note ?? (one.clearlyWorse ? "clearly worse than all rows" : ""),
      ]),
    ),
  ],
} as const;

/** Whether people answered any of the rows. */
const judges = (people: ModelCardFacts["people"]) => people?.people != null;

/** What others reached, beside this model's figure. */
function benchmarkBlocks(
  benchmarks: NonNullable<ModelCardFacts["benchmarks"]>,
  metrics: ModelCardFacts["metrics"],
): CardBlock[] {
  if (benchmarks.length === 0) return [];
  const own = (metric: string) => metrics.find(({ name }) => name === metricNamed(metric).name);
  return [
    text("What others reached, on other rows or splits than these:"),
    table(
      ["who", "metric", "value", "this model", "95 % interval", "on which data", "source"],
      benchmarks.map((one) => {
        const found = own(one.metric);
        return [
          one.required ? `${one.name} (binds)` : one.name,
          metricNamed(one.metric).traits.title,
          one.value,
          found?.value,
          interval(found?.low ?? null, found?.high ?? null),
          one.data,
          one.source,
        ];
      }),
    ),
  ];
}
