import type { JsonObject, JsonValue } from "@millrace/program";
import { isoTime } from "#kernel";
import type { RiskTier } from "./model.ts";

/** A figure with its confidence interval; `null` where it is not defined. */
export interface CardMetric {
  readonly name: string;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** On what it was measured: `test`, `validation`, … */
  readonly split: string;
  /** The same metric of the trivial baseline and of the champion, where known. */
  readonly baseline?: number | null;
  readonly champion?: number | null;
}

/** All that a model card says. Every list may be empty; the card then says that nothing is recorded. */
export interface ModelCardFacts {
  readonly model: string;
  readonly version: number | null;
  readonly task: string;
  readonly target: string;
  readonly owner: string;
  readonly riskTier: RiskTier;
  readonly createdMs: number;
  readonly intendedUse: string;
  readonly outOfScope?: readonly string[];
  readonly assumptions: readonly {
    readonly statement: string;
    readonly owner: string;
    readonly state: "holds" | "broken" | "not checked";
  }[];
  readonly data: readonly {
    readonly name: string;
    readonly source: string;
    readonly rows: number;
    readonly content: string;
    readonly owner?: string;
    readonly meaning?: string;
    readonly licence?: string;
    readonly period?: string;
  }[];
  readonly metrics: readonly CardMetric[];
  readonly guardrails: readonly {
    readonly name: string;
    readonly column?: string;
    readonly verdict: "pass" | "warn" | "block";
    readonly evidence: string;
  }[];
  readonly gate: {
    readonly passed: boolean;
    readonly checks: readonly { readonly name: string; readonly passed: boolean; readonly evidence: string }[];
  } | null;
  /** Ids and digests that lead to how it was made: run, artifact, content, datasets, code. */
  readonly lineage: Readonly<Record<string, string>>;
}

export interface ModelCard {
  readonly json: JsonObject;
  readonly markdown: string;
}

/**
 * The model's card, for machines and for people, from recorded facts only.
 *
 * Shapes: `json` is the facts with `format: 1`; `markdown` is one page with tables. Missing: what is not recorded is said
 * to be so, never left out.
 * Source: Mitchell et al., "Model Cards for Model Reporting", FAT* 2019, for the sections.
 */
export function buildModelCard(facts: ModelCardFacts): ModelCard {
  const plain = JSON.parse(JSON.stringify(facts)) as JsonObject;
  const json: JsonObject = { format: 1, ...plain };
  const title = facts.version === null ? facts.model : `${facts.model}:${facts.version}`;
  const lines = [
    `# ${text(title)}`,
    "",
    `Predicts \`${text(facts.target)}\` (${facts.task}). Owner: ${text(facts.owner)}. Risk tier: ${facts.riskTier}. Made ${isoTime(facts.createdMs)}.`,
    "",
    "## Intended use",
    "",
    text(facts.intendedUse) || "Not recorded.",
    ...(facts.outOfScope ?? []).map((one) => `- Not for: ${text(one)}`),
    "",
    "## Assumptions",
    "",
    ...orNone(facts.assumptions.map((one) => `- ${text(one.statement)} (${text(one.owner)}; ${one.state})`)),
    "",
    "## Data",
    "",
    ...table(
      ["data set", "rows", "period", "source", "owner", "licence", "content"],
      facts.data.map((one) => [one.name, one.rows, one.period, one.source, one.owner, one.licence, one.content]),
    ),
    "",
    "## Measured",
    "",
    ...table(
      ["metric", "on", "value", "95 % interval", "baseline", "champion"],
      facts.metrics.map((one) => [
        one.name,
        one.split,
        figure(one.value),
        one.low === null || one.high === null ? "not defined" : `${figure(one.low)} to ${figure(one.high)}`,
        figure(one.baseline),
        figure(one.champion),
      ]),
    ),
    "",
    "## Guardrails",
    "",
    ...orNone(
      facts.guardrails.map(
        (one) =>
          `- ${one.verdict}: ${text(one.name)}${one.column === undefined ? "" : ` on \`${text(one.column)}\``}: ${text(one.evidence)}`,
      ),
    ),
    "",
    "## Gate",
    "",
    ...(facts.gate === null
      ? ["Not recorded."]
      : [
          facts.gate.passed ? "Passed." : "Refused.",
          "",
          ...facts.gate.checks.map(
            (one) => `- ${one.passed ? "passed" : "refused"}: ${text(one.name)}: ${text(one.evidence)}`,
          ),
        ]),
    "",
    "## Lineage",
    "",
    ...orNone(Object.entries(facts.lineage).map(([name, id]) => `- ${text(name)}: \`${text(id)}\``)),
    "",
  ];
  return { json, markdown: lines.join("\n") };
}

function orNone(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? ["Not recorded."] : lines;
}

function table(
  head: readonly string[],
  rows: readonly (readonly (string | number | undefined)[])[],
): readonly string[] {
  if (rows.length === 0) return ["Not recorded."];
  const line = (cells: readonly (string | number | undefined)[]) =>
    `| ${cells.map((cell) => text(String(cell ?? "")) || "–").join(" | ")} |`;
  return [line(head), `|${" --- |".repeat(head.length)}`, ...rows.map(line)];
}

function figure(value: JsonValue | undefined): string {
  return typeof value === "number" ? String(Number(value.toPrecision(4))) : "–";
}

/** Text from outside cannot open a table cell, a heading or a tag of its own. */
function text(value: string): string {
  return value.replace(/[\r\n]+/g, " ").replace(/[|<>]/g, (sign) => ({ "|": "\\|", "<": "&lt;", ">": "&gt;" })[sign]!);
}
