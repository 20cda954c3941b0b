import { canonicalJson, decodeProgram, type JsonObject } from "@millrace/program";
import { z } from "zod";
import { digestJson } from "#kernel";
import type { GuardrailReport } from "#learn";
import { goldenParity } from "#package";
import { defineStep } from "#pipeline";
import { buildModelCard } from "#registry";
import type { AssumptionResult } from "#validate";
import { datasetInfo } from "./dataset-artifact.ts";
import type { EvaluationReport } from "./evaluate.ts";
import type { RecordedVerdict } from "./gate.ts";
import { modelProgram } from "./model-artifact.ts";

const noteSchema = z.strictObject({
  name: z.string(),
  source: z.string(),
  owner: z.string().optional(),
  meaning: z.string().optional(),
  licence: z.string().optional(),
});

/** The model card, written from what the run recorded, and the golden vectors that every export of the model must keep to. */
export const cardStep = defineStep({
  module: import.meta.url,
  export: "cardStep",
  name: "card",
  version: 1,
  kind: "pure",
  weight: "light",
  inputs: {
    version: { type: "version" },
    dataset: { type: "dataset" },
    model: { type: "model" },
    evaluation: { type: "evaluation" },
    guardrails: { type: "guardrails" },
    verdict: { type: "verdict" },
    anomalies: { type: "anomalies" },
  },
  outputs: { card: { type: "card" } },
  options: z.strictObject({
    task: z.string(),
    target: z.string(),
    owner: z.string(),
    riskTier: z.enum(["minimal", "limited", "high"]),
    intendedUse: z.string(),
    data: z.array(noteSchema),
  }),
  async run(_context, inputs, options) {
    const version = await inputs.version.json<{ model: string; version: number }>();
    const report = await inputs.evaluation.json<EvaluationReport>();
    const guardrails = await inputs.guardrails.json<GuardrailReport>();
    const verdict = await inputs.verdict.json<RecordedVerdict>();
    const { assumptions } = await inputs.anomalies.json<{ assumptions: AssumptionResult[] }>();
    const dataset = await datasetInfo(inputs.dataset);
    const card = buildModelCard({
      model: version.model,
      version: version.version,
      task: options.task,
      target: options.target,
      owner: options.owner,
      riskTier: options.riskTier,
      createdMs: inputs.model.record.createdMs,
      intendedUse: options.intendedUse,
      assumptions: assumptions.map(({ statement, owner, verdict }) => ({
        statement,
        owner,
        state: verdict === "unchecked" ? "not checked" : verdict,
      })),
      data: options.data.map(({ name, source, owner, meaning, licence }) => ({
        name,
        source,
        rows: dataset.rows,
        content: inputs.dataset.record.content,
        ...(owner === undefined ? {} : { owner }),
        ...(meaning === undefined ? {} : { meaning }),
        ...(licence === undefined ? {} : { licence }),
      })),
      metrics: Object.entries(report.model.metrics).map(([name, { value, low, high }]) => ({
        name,
        value,
        low,
        high,
        split: "test",
        baseline: report.baseline.metrics[name]?.value ?? null,
        champion: report.champion?.evaluation.metrics[name]?.value ?? null,
      })),
      guardrails: guardrails.guardrails,
      gate: verdict,
      lineage: {
        model: inputs.model.record.id,
        content: inputs.model.record.content,
        dataset: inputs.dataset.record.id,
        evaluation: inputs.evaluation.record.id,
        ...originOf(inputs.model.record.properties),
      },
    });
    // When it was made and under which ids is part of the page, not of what it means.
    const { createdMs, lineage, ...meaning } = card.json;
    const { json, bytes } = await modelProgram(inputs.model);
    const { program, tensors } = decodeProgram(json, bytes);
    return {
      card: {
        content: digestJson({ ...meaning, model: inputs.model.record.content }),
        files: {
          "value.json": new TextEncoder().encode(JSON.stringify(card.json)),
          "card.md": new TextEncoder().encode(card.markdown),
          "parity.json": new TextEncoder().encode(canonicalJson(goldenParity(program, tensors))),
        },
      },
    };
  },
});

/** Where a model that was not trained here came from. */
function originOf({ file, written, source }: JsonObject): Record<string, string> {
  return Object.fromEntries(
    Object.entries({ file, written, source }).flatMap(([name, value]) =>
      typeof value === "string" ? [[`origin ${name}`, value]] : [],
    ),
  );
}
