import { canonicalJson, decodeProgram, type JsonObject } from "@millrace/program";
import { z } from "zod";
import { benchmarkSchema, inReadingOrder, metricNamed, type Resampling } from "#evaluate";
import { digestJson } from "#kernel";
import type { Guardrail, GuardrailReport } from "#learn";
import { goldenParity } from "#package";
import { defineStep } from "#pipeline";
import { buildModelCard, type CardSlice } from "#registry";
import type { AssumptionResult } from "#validate";
import { type CardNotes, cardSchema } from "../responsible/card-notes.ts";
import { cardRisks } from "../responsible/card-risks.ts";
import { findLimits } from "../responsible/find-limits.ts";
import { riskSchema } from "../responsible/risk.ts";
import { datasetInfo } from "./dataset-artifact.ts";
import type { EvaluationReport } from "./evaluate.ts";
import type { RecordedVerdict } from "./gate.ts";
import { modelProgram } from "./model-artifact.ts";
import type { ProbeReport } from "./probe.ts";

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
  version: 6,
  kind: "pure",
  weight: "light",
  inputs: {
    version: { type: "version" },
    dataset: { type: "dataset" },
    model: { type: "model" },
    evaluation: { type: "evaluation" },
    guardrails: { type: "guardrails" },
    training: { type: "training", optional: true },
    verdict: { type: "verdict" },
    anomalies: { type: "anomalies" },
    probes: { type: "probes", optional: true },
    latency: { type: "latency", optional: true },
    opening: { type: "opening", optional: true },
    resampling: { type: "resampling", optional: true },
  },
  outputs: { card: { type: "card" } },
  options: z.strictObject({
    task: z.string(),
    target: z.string(),
    owner: z.string(),
    riskTier: z.enum(["minimal", "limited", "high"]),
    intendedUse: z.string(),
    data: z.array(noteSchema),
    notes: cardSchema.default({ outOfScope: [], limits: [] }),
    risk: riskSchema.optional(),
    benchmarks: z.array(benchmarkSchema).default([]),
  }),
  async run(_context, inputs, options) {
    const version = await inputs.version.json<{ model: string; version: number }>();
    const report = await inputs.evaluation.json<EvaluationReport>();
    const before = await inputs.guardrails.json<GuardrailReport>();
    const training = await inputs.training?.json<{ readonly guardrails?: readonly Guardrail[] }>();
    const verdict = await inputs.verdict.json<RecordedVerdict>();
    const { assumptions } = await inputs.anomalies.json<{ assumptions: AssumptionResult[] }>();
    const dataset = await datasetInfo(inputs.dataset);
    const probes = await inputs.probes?.json<ProbeReport>();
    const latency = await inputs.latency?.json<{ p50Ms: number; p99Ms: number; rows: number; machine: string }>();
    const opening = await inputs.opening?.json<{ readonly openings: number }>();
    const resampling = await inputs.resampling?.json<Resampling>();
    const { outOfScope, limits, ...written } = options.notes;
    const slices = slicesOf(report);
    const card = buildModelCard({
      model: version.model,
      version: version.version,
      task: options.task,
      target: options.target,
      owner: options.owner,
      riskTier: options.riskTier,
      createdMs: inputs.model.record.createdMs,
      intendedUse: options.intendedUse,
      outOfScope,
      assumptions: assumptions.map(({ statement, owner, verdict, evidence }) => ({
        statement,
        owner,
        state: verdict === "unchecked" ? "not checked" : verdict,
        evidence,
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
      metrics: [
        ...inReadingOrder(report.model.metrics).map(([name, { value, low, high }]) => ({
          name,
          title: metricNamed(name).traits.title,
          value,
          low,
          high,
          split: "test",
          baseline: report.baseline.metrics[name]?.value ?? null,
          champion: report.champion?.evaluation.metrics[name]?.value ?? null,
        })),
        ...(latency === undefined
          ? []
          : [{ name: "p99 milliseconds a row", value: latency.p99Ms, low: null, high: null, split: latency.machine }]),
      ],
      slices,
      ...(opening === undefined ? {} : { openings: opening.openings }),
      ...(report.fairness === undefined ? {} : { fairness: report.fairness }),
      ...(resampling === undefined ? {} : { resampling }),
      ...(report.people === undefined ? {} : { people: report.people }),
      ...(report.naive === undefined ? {} : { naive: report.naive }),
      ...(probes === undefined
        ? {}
        : {
            robustness: probes.robustness,
            membership: probes.membership,
            extraction: probes.extraction ?? null,
            surrogate: probes.surrogate ?? null,
            ...(probes.notImitated === undefined ? {} : { notImitated: probes.notImitated }),
            behaviours: probes.behaviours,
            ...(probes.attacks === undefined ? {} : { attacks: probes.attacks }),
            importances: probes.importances,
            effects: probes.dependence.map(({ input, points }) => ({ input, points })),
          }),
      benchmarks: options.benchmarks,
      diagnosis: report.diagnosis,
      ...(report.decision === undefined ? {} : { decision: report.decision }),
      ...(report.automation === undefined ? {} : { automation: report.automation }),
      limits: [
        ...limits.map((limit) => ({ limit, from: "written" as const })),
        ...findLimits(report, probes).map((limit) => ({ limit, from: "record" as const })),
      ],
      risk: cardRisks(options.risk, slices, report.fairness),
      written: answersOf(written),
      guardrails: [...before.guardrails, ...(training?.guardrails ?? [])],
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

/** The slices of the columns that were named, on the metric that the search of models looked at; then the worst that were found. */
function slicesOf({ metric, model, slices, search }: EvaluationReport): CardSlice[] {
  const { name, traits } = metricNamed(metric, model.task);
  const named = slices.slice(0, 30).map(({ name: slice, rows, metrics, clearlyWorse }) => {
    const { value, low, high } = metrics[name] ?? { value: null, low: null, high: null };
    return { name: slice, rows, metric: traits.title, value, low, high, clearlyWorse };
  });
  const known = new Set(named.map((slice) => slice.name));
  const worst = search.slices.slice(0, 10).filter((slice) => !known.has(slice.name));
  return [
    ...named,
    ...worst.map((one) => ({
      name: one.name,
      rows: one.rows,
      metric: metricNamed(one.metric.name).traits.title,
      value: one.metric.value,
      low: one.metric.low,
      high: one.metric.high,
      // It was found by its loss, which says nothing of the metric beside it.
      clearlyWorse: false,
      note: `found: ${search.loss} ${short(one.meanLoss)} here, ${short(one.restLoss)} elsewhere; priority ${short(one.priority)}`,
    })),
  ];
}

const short = (value: number) => String(Number(value.toPrecision(3)));

function answersOf(written: Omit<CardNotes, "outOfScope" | "limits">): Record<string, string> {
  return Object.fromEntries(
    Object.entries(written).flatMap(([key, answer]) => (answer === undefined ? [] : [[key, answer]])),
  );
}

/** Where a model that was not trained here came from. */
function originOf({ file, written, source }: JsonObject): Record<string, string> {
  return Object.fromEntries(
    Object.entries({ file, written, source }).flatMap(([name, value]) =>
      typeof value === "string" ? [[`origin ${name}`, value]] : [],
    ),
  );
}
