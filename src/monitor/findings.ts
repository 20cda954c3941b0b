import type { JsonObject } from "@millrace/program";
import type { ColumnDrift, Finding, MonitorReport, RealisedMetric, Severity, TestResult } from "./model.ts";
import type { ResolvedMonitorOptions } from "./monitor-window.ts";

type Measured = Omit<MonitorReport, "format" | "findings" | "verdict">;

const severities: readonly Severity[] = ["alert", "warning", "info"];

/** What the figures say, in plain words, by severity and then importance. A window that is too small only informs. */
export function findingsOf(
  measured: Measured,
  strangeOutcomes: number,
  options: ResolvedMonitorOptions,
): readonly Finding[] {
  const about = [...aboutMetrics(measured), ...aboutInputs(measured, options), ...aboutPredictions(measured)];
  const judged = measured.enoughRows ? about : about.map((finding) => ({ ...finding, severity: "info" as const }));
  const found = [
    ...judged,
    ...aboutSoftware(measured, options),
    ...aboutLabels(measured, strangeOutcomes, options),
    ...aboutSize(measured, options),
  ];
  return found.sort(
    (a, b) =>
      severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
      b.importance - a.importance ||
      (a.key < b.key ? -1 : 1),
  );
}

function aboutMetrics({ labels }: Measured): Finding[] {
  return labels.metrics.flatMap((metric, index) => {
    if (metric.verdict !== "worse" && metric.verdict !== "better") return [];
    const isWorse = metric.verdict === "worse";
    return [
      {
        key: `metric/${metric.name}`,
        severity: isWorse ? "alert" : "info",
        // In the order in which they are judged.
        importance: (isWorse ? 1 : 0.3) - index / 100,
        sentence: metricSentence(metric, labels.labelled),
      } satisfies Finding,
    ];
  });
}

function metricSentence({ name, value, reference, drop, verdict }: RealisedMetric, labelled: number): string {
  const by = `${figure(Math.abs(drop!.value))} (95 % interval of the ${verdict === "worse" ? "loss" : "gain"} ${
    verdict === "worse" ? range(drop!.low, drop!.high) : range(-drop!.high, -drop!.low)
  })`;
  return `${name} is ${figure(value)} on ${labelled} known outcomes and was ${figure(reference!.value)} when the model was evaluated: ${verdict} by ${by}.`;
}

function aboutInputs({ inputs }: Measured, options: ResolvedMonitorOptions): Finding[] {
  const findings: Finding[] = inputs.columns
    .filter((column) => column.drifted)
    .map((column) => ({
      key: `input/${column.name}`,
      severity: column.important ? "warning" : "info",
      importance: importanceOf(column),
      sentence: column.tests
        .filter((test) => test.drifted)
        .map((test) => driftSentence(column.name, test))
        .join(" "),
    }));
  if (inputs.drifted.length > 1)
    findings.push({
      key: "inputs",
      severity: inputs.share >= options.driftShare ? "alert" : "info",
      importance: 0.5 + inputs.share / 2,
      sentence: `${inputs.drifted.length} of ${inputs.columns.length} input columns differ from the reference: ${inputs.drifted.join(", ")}.`,
    });
  return findings;
}

/** How far beyond its threshold a column is, squeezed below 1; an important column above every other. */
function importanceOf({ important, tests }: ColumnDrift): number {
  const excess = tests.reduce((most, { drifted, value, threshold }) => {
    if (!drifted) return most;
    return Math.max(most, value === null || threshold === null || threshold === 0 ? 1 : value / threshold);
  }, 0);
  const squeezed = excess / (1 + excess);
  return (important ? 0.5 : 0) + 0.49 * squeezed;
}

function driftSentence(name: string, { test, value, threshold, detail }: TestResult): string {
  const facts = detail as JsonObject;
  if (test === "columnType") return `${name} cannot be compared: ${String(facts.reason)}.`;
  if (test === "missingShare")
    return `${name} is missing in ${percent(facts.current)} of the rows and was in ${percent(facts.reference)}.`;
  if (test === "newLevels") {
    const examples = Array.isArray(facts.examples) ? facts.examples.slice(0, 3).map(String).join(", ") : "";
    return `${percent(value)} of the values of ${name} are levels that the reference does not have${examples === "" ? "" : ` (${examples})`}.`;
  }
  if (test === "outsideBand")
    return `${percent(value)} of the values of ${name} lie outside the reference's mean ± 2 standard deviations, where ${percent(facts.reference)} did.`;
  return `${name} is distributed differently: ${test} ${figure(value)}, where ${figure(threshold)} is still unremarkable at these numbers of rows.`;
}

function aboutPredictions({ predictions }: Measured): Finding[] {
  if (!predictions.drifted) return [];
  const worst = predictions.tests
    .filter((test) => test.drifted)
    .map((test) => `${test.test} ${figure(test.value)} (unremarkable up to ${figure(test.threshold)})`)
    .join(", ");
  const rate = predictions.positiveRate;
  const said =
    rate === null
      ? ""
      : ` ${percent(rate.current)} of the rows are predicted positive; ${percent(rate.reference)} were on the reference.`;
  return [
    {
      key: "predictions",
      severity: "warning",
      importance: 0.7,
      sentence: `The predictions are spread differently: ${worst}.${said}`,
    },
  ];
}

function aboutSoftware({ software }: Measured, options: ResolvedMonitorOptions): Finding[] {
  const findings: Finding[] = [];
  const add = (key: string, severity: Severity, importance: number, sentence: string) =>
    findings.push({ key: `software/${key}`, severity, importance, sentence });
  if (software.problem !== null) add("log", "alert", 0.95, `The prediction log cannot be written: ${software.problem}`);
  if ((software.dropped ?? 0) > 0)
    add(
      "dropped",
      "alert",
      0.9,
      `${software.dropped} records of the prediction log were given up since the server started.`,
    );
  if (software.lost > 0)
    add("lost", "warning", 0.6, `${software.lost} records of this window are missing from the prediction log.`);
  if (software.unreadable > 0)
    add("unreadable", "warning", 0.5, `${software.unreadable} lines of the prediction log are no records.`);
  if (software.torn > 0) add("torn", "info", 0.2, `${software.torn} records were cut off when a server was killed.`);
  findings.push(...aboutFallbacks(software), ...aboutShadows(software));
  const limit = options.latencyP99Micros;
  if (limit !== null && software.latencyP99Micros !== null && software.latencyP99Micros > limit)
    add(
      "latency",
      "warning",
      0.65,
      `One request in a hundred takes ${software.latencyP99Micros} µs or longer; the limit is ${limit} µs.`,
    );
  return findings;
}

const reasons = { failure: "the model failed", invalidInput: "not fit for the model", noScore: "no score" } as const;

function aboutFallbacks({ fallbacks, requests }: Measured["software"]): Finding[] {
  if (fallbacks === undefined) return [];
  const counts = Object.entries(fallbacks) as [keyof typeof reasons, number][];
  const rows = counts.reduce((sum, [, count]) => sum + count, 0);
  const each = counts.map(([reason, count]) => `${reasons[reason]} ${count}`).join(", ");
  const failed = (fallbacks.failure ?? 0) > 0;
  return [
    {
      key: "software/fallback",
      severity: failed ? "alert" : "info",
      importance: failed ? 0.85 : 0.3,
      sentence: `The fallback answered ${rows} of ${requests} rows: ${each}.`,
    },
  ];
}

function aboutShadows({ shadows = [] }: Measured["software"]): Finding[] {
  return shadows.map(({ live, shadow, rows, decided, agree, abstained, right }) => ({
    key: `software/shadow ${shadow}`,
    severity: "info",
    importance: 0.25,
    sentence: [
      `${shadow} in the shadow of ${live} agrees on ${agree} of ${decided} rows that both decide (of ${rows}).`,
      ...(decided === rows
        ? []
        : [
            `No prediction of ${live} alone ${abstained.live}, of ${shadow} alone ${abstained.shadow}, of both ${abstained.both}.`,
          ]),
      ...(right.rows === 0
        ? []
        : [`Of ${right.rows} known outcomes ${live} was right in ${right.live}, ${shadow} in ${right.shadow}.`]),
    ].join(" "),
  }));
}

function aboutLabels({ labels, rows }: Measured, strange: number, options: ResolvedMonitorOptions): Finding[] {
  const findings: Finding[] = [];
  if (strange > 0)
    findings.push({
      key: "labels/strange",
      severity: "warning",
      importance: 0.55,
      sentence: `${strange} outcomes are none of the values that the model predicts.`,
    });
  if (rows > 0 && labels.coverage < options.lateLabels)
    findings.push({
      key: "labels/late",
      severity: "warning",
      importance: 0.4,
      sentence: `The outcome of ${percent(labels.coverage)} of the rows is known; ${percent(options.lateLabels)} are expected.`,
    });
  if (rows > 0 && labels.labelled === 0)
    findings.push({
      key: "labels/none",
      severity: "info",
      importance: 0.35,
      sentence: "No outcome of this window is known yet: how good the predictions are cannot be said.",
    });
  return findings;
}

function aboutSize({ rows, enoughRows }: Measured, options: ResolvedMonitorOptions): Finding[] {
  if (enoughRows) return [];
  const sentence = `The window has ${rows} rows; nothing is concluded from fewer than ${options.minimumRows}.`;
  return [{ key: "rows", severity: "info", importance: 1, sentence }];
}

function percent(share: unknown): string {
  return typeof share === "number" ? `${Number((share * 100).toPrecision(3))} %` : "an unknown share";
}

function figure(value: number | null): string {
  return value === null ? "not defined" : String(Number(value.toPrecision(3)));
}

function range(low: number, high: number): string {
  return `${figure(low)} to ${figure(high)}`;
}
