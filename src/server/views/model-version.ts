import type { JsonObject, JsonValue } from "@millrace/program";
import type { Model, ModelVersion } from "#registry";
import type { EvaluationView, VersionDetailView } from "../schemas/models.ts";
import { first, flag, isObject, list, number, object, text, texts } from "./json-fields.ts";
import { mainMetric, metricsOf } from "./metrics.ts";
import type { Evidence } from "./model-evidence.ts";
import { versionSummary } from "./model-list.ts";

/** One version with everything that was recorded about it. */
export function versionDetail(
  model: Model,
  version: ModelVersion,
  evidence: Evidence,
  endpoints: readonly string[],
): VersionDetailView {
  const { values } = evidence;
  const report = values.evaluation;
  const metric = text(report, "metric");
  const summary = versionSummary(version);
  const outputs = object(evidence.program, "outputs");
  const files = Object.entries(evidence.model?.files ?? {});
  return {
    model: model.name,
    version: {
      ...summary,
      mainMetric: mainMetric(metricsOf(object(report, "model", "metrics")), metric)?.name ?? summary.mainMetric,
    },
    task: first(text(outputs, "task"), text(report, "model", "task")),
    target: first(text(values.card, "target"), text(evidence.model?.properties, "target")),
    classes: list(outputs, "classes").length > 0 ? texts(outputs, "classes") : null,
    threshold: number(outputs, "threshold"),
    card: values.card,
    evaluation: evaluationView("This version", object(report, "model")),
    validation: evaluationView("On the validation rows", object(report, "validation")),
    comparisons: comparisonsOf(report),
    against: againstOf(report),
    slices: slicesOf(report, metric),
    alarms: list(report, "model", "alarms").flatMap((alarm) => text(alarm, "message") ?? []),
    reasons: texts(values.training, "reasons"),
    leaderboard: leaderboardOf(values.training),
    leaderboardMetric: metric,
    guardrails: [...guardrailsOf(values.guardrails), ...guardrailsOf(values.training)],
    gate: gateOf(values.gate),
    inputs: list(evidence.program, "inputs").filter(isObject).map(inputView),
    assumptions: [...assumptionsOf(values)],
    files: files.map(([name, file]) => ({ name, sizeBytes: file.sizeBytes })),
    modelFile: ["program.json", "tensors.bin", "signature.json"].every(
      (name) => evidence.model?.files[name] !== undefined,
    ),
    artifacts: evidence.artifactIds,
    endpoints: [...endpoints],
    facts: evidence.model?.properties ?? {},
  };
}

function evaluationView(title: string, from: JsonValue): EvaluationView | null {
  if (!isObject(from) || Object.keys(from).length === 0) return null;
  return {
    title,
    rows: number(from, "rows"),
    metrics: metricsOf(from.metrics),
    curves: isObject(from.curves) ? from.curves : null,
    confusion: from.confusion ?? null,
  };
}

/** The baseline and the champion of then on the same rows. */
function comparisonsOf(report: JsonValue): EvaluationView[] {
  const champion = text(report, "champion", "reference");
  const named: [string, JsonObject][] = [
    ["Baseline", object(report, "baseline")],
    [`Champion ${champion ?? ""}`.trim(), object(report, "champion", "evaluation")],
  ];
  return named.flatMap(([title, from]) => evaluationView(title, from) ?? []);
}

function againstOf(report: JsonValue): VersionDetailView["against"] {
  const named: [string, JsonObject][] = [
    ["the baseline", object(report, "againstBaseline")],
    [`the champion ${text(report, "champion", "reference") ?? ""}`.trim(), object(report, "againstChampion")],
  ];
  return named.flatMap(([other, from]) => {
    const metric = text(from, "metric");
    if (metric === null) return [];
    const figures = { difference: number(from, "difference"), low: number(from, "low"), high: number(from, "high") };
    return [{ other, metric, ...figures, pBetter: number(from, "pBetter") }];
  });
}

function slicesOf(report: JsonValue, metric: string | null): VersionDetailView["slices"] {
  return list(report, "slices").flatMap((slice) => {
    const name = text(slice, "name");
    if (name === null) return [];
    return [
      {
        name,
        rows: number(slice, "rows") ?? 0,
        metric: mainMetric(metricsOf(object(slice, "metrics")), metric),
        gap: number(slice, "gap"),
        clearlyWorse: flag(slice, "clearlyWorse") ?? false,
      },
    ];
  });
}

function leaderboardOf(from: JsonValue) {
  const rows = Array.isArray(from) ? from : list(from, "leaderboard");
  return rows.filter(isObject).map((row: JsonObject, index: number) => ({
    rank: number(row, "rank") ?? index + 1,
    learner: text(row, "learner") ?? "unknown",
    options: object(row, "options"),
    score: number(row, "score"),
    low: numberAt(list(row, "interval"), 0),
    high: numberAt(list(row, "interval"), 1),
    trainSeconds: number(row, "trainSeconds"),
    scoreMicros: number(row, "scoreMicros"),
    sizeBytes: number(row, "sizeBytes"),
    front: flag(row, "front") ?? false,
    chosen: flag(row, "chosen") ?? false,
    lost: texts(row, "lost"),
  }));
}

function guardrailsOf(from: JsonValue) {
  const rows = Array.isArray(from) ? from : list(from, "guardrails");
  return rows.filter(isObject).map((row: JsonObject) => ({
    name: text(row, "name") ?? "unknown",
    column: text(row, "column"),
    verdict: verdictOf(text(row, "verdict")),
    evidence: row.evidence ?? null,
  }));
}

function verdictOf(said: string | null): "pass" | "warn" | "block" {
  return said === "pass" || said === "warn" ? said : "block";
}

function gateOf(from: JsonValue) {
  const passed = flag(from, "passed");
  if (passed === null) return null;
  const checks = list(from, "checks")
    .filter(isObject)
    .map((check: JsonObject) => ({
      name: text(check, "name") ?? "unknown",
      passed: flag(check, "passed") ?? false,
      value: check.value ?? null,
      limit: check.limit ?? null,
      evidence: check.evidence ?? null,
      next: text(check, "next"),
    }));
  return { passed, checks };
}

function inputView(input: JsonObject) {
  const domain = object(input, "domain");
  return {
    name: text(input, "name") ?? "",
    type: text(input, "type") ?? "string",
    missingAllowed: flag(input, "missingAllowed") ?? true,
    levels: list(domain, "levels").length > 0 ? texts(domain, "levels") : null,
    low: number(domain, "low"),
    high: number(domain, "high"),
    pattern: text(input, "pattern"),
  };
}

function assumptionsOf(values: Evidence["values"]): readonly JsonValue[] {
  const checked = list(values.anomalies, "assumptions");
  return checked.length > 0 ? checked : list(values.card, "assumptions");
}

function numberAt(values: readonly JsonValue[], index: number): number | null {
  const value = values[index];
  return typeof value === "number" ? value : null;
}
