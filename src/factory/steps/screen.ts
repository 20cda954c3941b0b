import { z } from "zod";
import { selectRows } from "#dataset";
import { screenFeatures, waiverSchema } from "#learn";
import { defineStep } from "#pipeline";
import { datasetFrame } from "./dataset-artifact.ts";
import { rowsOf } from "./split.ts";

/** Guardrails over the training and validation rows: leaks, ids, constants, contamination, too little data; each with its evidence. */
export const screenStep = defineStep({
  module: import.meta.url,
  export: "screenStep",
  name: "screen",
  version: 1,
  kind: "pure",
  weight: "light",
  inputs: { dataset: { type: "dataset" }, split: { type: "split" } },
  outputs: { guardrails: { type: "guardrails" } },
  options: z.strictObject({
    task: z.enum(["binary", "multiclass", "regression"]),
    target: z.string(),
    targetSources: z.array(z.string()),
    positive: z.union([z.string(), z.boolean(), z.number()]).optional(),
    time: z.string().optional(),
    group: z.string().optional(),
    leftOut: z.array(z.string()).describe("columns with a role that is never learned from"),
    sensitive: z.array(z.string()),
    knownAfter: z.array(z.string()),
    waive: z.array(waiverSchema),
  }),
  async run(context, { dataset, split }, options) {
    const frame = await datasetFrame(dataset);
    const test = selectRows(frame, await rowsOf(split, "test"));
    const validation = await rowsOf(split, "validation");
    // What a model is learned from or chosen by; the test rows stay unseen but for duplicates.
    const known = (await rowsOf(split, "train")).map((row, k) => row | validation[k]!);
    const report = screenFeatures(selectRows(frame, known), { ...options, test, seed: context.seed }, context);
    for (const verdict of ["pass", "warn", "block"] as const)
      context.metric(verdict, report.guardrails.filter((guardrail) => guardrail.verdict === verdict).length);
    return {
      guardrails: {
        value: JSON.parse(JSON.stringify(report)),
        properties: { blocked: report.blocked.length, leftOut: report.leftOut.length },
      },
    };
  },
});
