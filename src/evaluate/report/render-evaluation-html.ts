import { readFileSync } from "node:fs";
import { escapeHtml, htmlPage, pageStyle } from "#validate";
import { describeOutputs } from "../measure-outputs.ts";
import { metricNamed } from "../metrics/metric.ts";
import type { Evaluation } from "../model.ts";
import { attackPart } from "./attack-part.ts";
import { boardTable } from "./board.ts";
import { diagnosisTable } from "./diagnosis-table.ts";
import { automationPart, decisionPart, errorTreePart, labelPart } from "./error-parts.ts";
import { htmlSection } from "./figure.ts";
import { evaluationPictures, inputPictures } from "./figures.ts";
import { gateTable } from "./gate-table.ts";
import { fairnessTable, searchTable, sliceTable } from "./group-tables.ts";
import { metricTable } from "./metric-table.ts";
import type { EvaluationEvidence } from "./model.ts";
import { peoplePart, progressPart, resamplingPart } from "./record-parts.ts";
import { seriesTable } from "./series-table.ts";
import { counted, interval, percent, shown, shownMetric } from "./shown.ts";

/**
 * An evaluation as one HTML file that opens without a network and can be mailed: figures with intervals, pictures with
 * their numbers, slices and fairness where they were asked for.
 *
 * The page runs no script at all (Content-Security-Policy); names and values are only ever shown as text.
 */
export function renderEvaluationHtml(evidence: EvaluationEvidence): string {
  const { model, data, evaluation, pictures } = evidence;
  const sections = [
    ...htmlSection("gate", "Gate", evidence.verdict === undefined ? [] : [gateTable(evidence.verdict)]),
    ...htmlSection("metrics", "Metrics", [metricTable(evaluation)]),
    ...htmlSection("others", "Beside others", evidence.board === undefined ? [] : [boardTable(evidence.board)]),
    ...htmlSection(
      "diagnosis",
      "Diagnosis",
      evidence.diagnosis === undefined ? [] : [diagnosisTable(evidence.diagnosis)],
    ),
    ...htmlSection("people", "People", evidence.people === undefined ? [] : [peoplePart(evidence.people)]),
    ...htmlSection("decision", "Decision", [
      ...(evidence.decision === undefined ? [] : [decisionPart(evidence.decision)]),
      ...(evidence.automation === undefined ? [] : [automationPart(evidence.automation)]),
    ]),
    ...htmlSection("pictures", "Pictures", evaluationPictures(evaluation, pictures)),
    ...htmlSection("inputs", "Inputs", inputPictures(evidence)),
    ...htmlSection("series", "Series", evidence.series?.length ? [seriesTable(evidence.series)] : []),
    ...htmlSection("slices", "Slices", [
      ...(evidence.search === undefined ? [] : [searchTable(evidence.search)]),
      ...(evidence.slices?.length ? [sliceTable(evidence.slices)] : []),
    ]),
    ...htmlSection("errors", "Errors", [
      ...(evidence.errorTree === undefined ? [] : [errorTreePart(evidence.errorTree)]),
      ...(evidence.labelErrors === undefined ? [] : [labelPart(evidence.labelErrors, evidence.data)]),
    ]),
    ...htmlSection("fairness", "Fairness", (evidence.fairness ?? []).map(fairnessTable)),
    ...htmlSection(
      "again",
      "Learned again",
      evidence.resampling === undefined ? [] : [resamplingPart(evidence.resampling)],
    ),
    ...htmlSection(
      "history",
      "Over the versions",
      evidence.progress === undefined ? [] : [progressPart(evidence.progress)],
    ),
    ...htmlSection("attacks", "Under attack", evidence.attacks === undefined ? [] : [attackPart(evidence.attacks)]),
  ];
  const links = sections.map(({ id, title }) => `<a href="#${id}">${escapeHtml(title)}</a>`).join("");
  const body = `<a class="skip" href="#report">Skip to the report</a>
<div id="app">
<header><h1>Evaluation of ${escapeHtml(model)}</h1>
<p class="soft">On ${escapeHtml(data)}; true values from “${escapeHtml(evidence.target)}”.</p>
<ul class="tiles">${tilesOf(evaluation).join("")}</ul>
${alarmList(evidence)}
<nav aria-label="Parts of the report">${links}</nav></header>
<main id="report" tabindex="-1">${sections.map(({ html }) => html).join("\n")}</main>
</div>`;
  const style = pageStyle() + readFileSync(new URL("./report.css", import.meta.url), "utf8");
  return htmlPage({ title: `${model} – evaluation`, style, body });
}

function tilesOf({ rows, metrics, positiveShare, threshold, task }: Evaluation): string[] {
  const heads = {
    binary: ["rocAucScore", "prAucScore"],
    multiclass: ["accuracyScore", "macroF1Score"],
    regression: valueHeads(metrics),
  };
  const tile = (name: string, value: string, beside = "") =>
    `<li><b>${escapeHtml(value)}</b>${escapeHtml(name)}${beside === "" ? "" : `<br><small>${escapeHtml(beside)}</small>`}</li>`;
  return [
    tile("rows", counted(rows)),
    ...heads[task].map((name) => {
      const { value, low, high } = metrics[name]!;
      return tile(metricNamed(name).traits.title, shownMetric(value), interval(low, high));
    }),
    ...(positiveShare === undefined ? [] : [tile("positive", percent(positiveShare))]),
    ...(threshold === undefined ? [] : [tile("threshold", shown(threshold))]),
  ];
}

function valueHeads(metrics: Evaluation["metrics"]): readonly string[] {
  if (metrics.ndcgScore !== undefined) return ["ndcgScore", "mapScore"];
  if (metrics.maseError?.value == null) return ["rmseError", "r2Score"];
  return metrics.coverageScore === undefined ? ["maseError", "rmseError"] : ["maseError", "coverageScore"];
}

function alarmList({ evaluation, outputs, notes = [] }: EvaluationEvidence): string {
  const items = [
    ...evaluation.alarms.map(
      ({ message }) => `<li class="bad"><strong>Look here.</strong> ${escapeHtml(message)}</li>`,
    ),
    ...(outputs === undefined ? [] : describeOutputs(outputs)).map(
      (line) => `<li class="note">${escapeHtml(line)}</li>`,
    ),
    ...notes.map((line) => `<li class="warn">${escapeHtml(line)}</li>`),
  ];
  return items.length === 0 ? "" : `<ul class="anomalies">${items.join("")}</ul>`;
}
