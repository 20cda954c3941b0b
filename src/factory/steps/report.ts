import { z } from "zod";
import { type GateVerdict, type Resampling, renderEvaluationHtml } from "#evaluate";
import { defineStep } from "#pipeline";
import { reportEvidence } from "../report-evidence.ts";
import type { EvaluationReport } from "./evaluate.ts";
import type { ProbeReport } from "./probe.ts";

/** What evaluation, probes and gate found of the model, as one HTML file that can be mailed. */
export const reportStep = defineStep({
  module: import.meta.url,
  export: "reportStep",
  name: "report",
  version: 2,
  kind: "pure",
  weight: "light",
  inputs: {
    evaluation: { type: "evaluation" },
    probes: { type: "probes" },
    verdict: { type: "verdict" },
    opening: { type: "opening" },
    resampling: { type: "resampling", optional: true },
  },
  outputs: { report: { type: "report" } },
  options: z.strictObject({ title: z.string(), target: z.string() }),
  async run(_context, inputs, named) {
    const { openings } = await inputs.opening.json<{ readonly openings: number }>();
    const found = {
      report: await inputs.evaluation.json<EvaluationReport>(),
      probes: await inputs.probes.json<ProbeReport>(),
      verdict: await inputs.verdict.json<GateVerdict>(),
      openings,
      resampling: await inputs.resampling?.json<Resampling>(),
    };
    const html = renderEvaluationHtml(reportEvidence(found, named));
    return { report: { files: { "report.html": new TextEncoder().encode(html) } } };
  },
});
