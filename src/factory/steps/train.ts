import { z } from "zod";
import { selectRows } from "#dataset";
import { automl, type GuardrailReport, outputOptions } from "#learn";
import { defineStep } from "#pipeline";
import { promisedInputs, schemaFromJson } from "#validate";
import { datasetFrame, datasetInfo } from "./dataset-artifact.ts";
import { modelFiles } from "./model-artifact.ts";
import { rowsOf } from "./split.ts";

/** Searches for the best model within a budget of trials, and writes it as a program. */
export const trainStep = defineStep({
  module: import.meta.url,
  export: "trainStep",
  name: "train",
  version: 1,
  kind: "pure",
  weight: "heavy",
  inputs: {
    dataset: { type: "dataset" },
    split: { type: "split" },
    guardrails: { type: "guardrails" },
    schema: { type: "schema", optional: true },
  },
  outputs: { model: { type: "model" }, training: { type: "training" } },
  options: z.strictObject({
    task: z.enum(["binary", "multiclass", "regression"]),
    target: z.string(),
    positive: z.union([z.string(), z.boolean(), z.number()]).optional(),
    time: z.string().optional(),
    weight: z.string().optional(),
    leftOut: z.array(z.string()),
    metric: z.string(),
    budgetTrials: z.number().int().min(1),
    costs: z.strictObject({ falsePositive: z.number().min(0), falseNegative: z.number().min(0) }).optional(),
    group: z.string().optional(),
    ...outputOptions,
    threads: z.number().int().min(1).default(1),
  }),
  unkeyed: ["threads"],
  async run(context, { dataset, split, guardrails, schema }, options) {
    const frame = await datasetFrame(dataset);
    const { columns } = await datasetInfo(dataset);
    const result = await automl(
      {
        ...options,
        train: selectRows(frame, await rowsOf(split, "train")),
        validation: selectRows(frame, await rowsOf(split, "validation")),
        guardrails: await guardrails.json<GuardrailReport>(),
        patterns: Object.fromEntries(columns.flatMap(({ name, pattern }) => (pattern ? [[name, pattern]] : []))),
        seed: context.seed,
      },
      context,
    );
    // What the schema demands of a row goes with the model, so that its own check finds it anywhere.
    const program =
      schema === undefined
        ? result.program
        : { ...result.program, inputs: promisedInputs(result.program.inputs, schemaFromJson(await schema.json())) };
    const { files, content } = modelFiles(program, result.tensors);
    context.metric("trials", result.trials);
    // Measured seconds belong to the execution: the report is the same whenever the same search is made.
    const leaderboard = result.leaderboard.map(({ trainSeconds, ...entry }) => {
      context.metric(`trainSeconds.${entry.rank}`, trainSeconds);
      return entry;
    });
    const { metric, score, interval, baseline, trials, reasons } = result;
    const training = { metric, score, interval, baseline, trials, reasons, leaderboard };
    return { model: { files, content }, training: { value: JSON.parse(JSON.stringify(training)) } };
  },
});
