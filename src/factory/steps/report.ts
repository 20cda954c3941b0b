import { z } from "zod";
import { type GateVerdict, renderEvaluationHtml } from "#evaluate";
import { countOf } from "#kernel";
import { defineStep } from "#pipeline";
import type { EvaluationReport } from "./evaluate.ts";
import type { ProbeReport } from "./probe.ts";

/** What evaluation, probes and gate found of the model, as one HTML file that can be mailed. */
export const reportStep = defineStep({
  module: import.meta.url,
  export: "reportStep",
  name: "report",
  version: 1,
  kind: "pure",
  weight: "light",
  inputs: {
    evaluation: { type: "evaluation" },
    probes: { type: "probes" },
    verdict: { type: "verdict" },
    opening: { type: "opening" },
  },
  outputs: { report: { type: "report" } },
  options: z.strictObject({ title: z.string(), target: z.string() }),
  async run(_context, inputs, { title, target }) {
    const { model: evaluation, ...found } = await inputs.evaluation.json<EvaluationReport>();
    const { importances, contributions, dependence, metric, rows } = await inputs.probes.json<ProbeReport>();
    const verdict = await inputs.verdict.json<GateVerdict>();
    const { openings } = await inputs.opening.json<{ readonly openings: number }>();
    const html = renderEvaluationHtml({
      ...found,
      model: title,
      data: "the test rows",
      target,
      evaluation,
      inputs: { importances, contributions, dependence, metric, rows },
      verdict,
      notes: [
        ...(found.unscored === undefined
          ? []
          : [`${countOf(found.unscored, "row")} that the model gives no score were left out.`]),
        ...(openings === 1
          ? []
          : [
              `${countOf(openings, "model")} were measured on these test rows, this one among them; the best of many looks better than it is.`,
            ]),
      ],
    });
    return { report: { files: { "report.html": new TextEncoder().encode(html) } } };
  },
});
