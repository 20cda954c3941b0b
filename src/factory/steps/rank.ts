import { z } from "zod";
import { selectRows } from "#dataset";
import { type GuardrailReport, learnRanking, outputOptions } from "#learn";
import { defineStep } from "#pipeline";
import {
  cleanFrame,
  cleaningSchema,
  cleanProgram,
  declaredFeaturesSchema,
  resolveCleaning,
  transformOptionsSchema,
} from "#transform";
import { datasetFrame, datasetInfo } from "./dataset-artifact.ts";
import { modelFiles } from "./model-artifact.ts";
import { rowsOf } from "./split.ts";

/** Searches for the model that orders the rows of each query best, and writes it as a program. */
export const rankStep = defineStep({
  module: import.meta.url,
  export: "rankStep",
  name: "train",
  version: 1,
  kind: "pure",
  weight: "heavy",
  inputs: { dataset: { type: "dataset" }, split: { type: "split" }, guardrails: { type: "guardrails" } },
  outputs: { model: { type: "model" }, training: { type: "training" } },
  options: z.strictObject({
    target: z.string(),
    query: z.string(),
    time: z.string().optional(),
    leftOut: z.array(z.string()),
    metric: z.string(),
    budgetTrials: z.number().int().min(1),
    learners: outputOptions.learners,
    exportTo: outputOptions.exportTo,
    features: declaredFeaturesSchema.optional(),
    transform: transformOptionsSchema.partial().optional(),
    clean: cleaningSchema.optional(),
    threads: z.number().int().min(1).default(1),
  }),
  unkeyed: ["threads"],
  async run(context, { dataset, split, guardrails }, { clean: recipe = {}, leftOut, features, transform, ...options }) {
    const raw = await datasetFrame(dataset);
    const trainRows = await rowsOf(split, "train");
    const clean = resolveCleaning(recipe, selectRows(raw, trainRows));
    const frame = cleanFrame(raw, clean);
    const { columns } = await datasetInfo(dataset);
    const screened = await guardrails.json<GuardrailReport>();
    const { program, tensors, ...result } = await learnRanking(
      {
        ...options,
        ...(features === undefined ? {} : { features }),
        ...(transform === undefined ? {} : { transform }),
        leftOut: [...new Set([...leftOut, ...screened.leftOut])],
        train: selectRows(frame, trainRows),
        validation: selectRows(frame, await rowsOf(split, "validation")),
        patterns: Object.fromEntries(columns.flatMap(({ name, pattern }) => (pattern ? [[name, pattern]] : []))),
        seed: context.seed,
      },
      context,
    );
    const made = Object.keys(clean).length === 0 ? { program, tensors } : cleanProgram(program, tensors, clean);
    const { files, content } = modelFiles(made.program, made.tensors);
    context.metric("trials", result.trials);
    const leaderboard = result.leaderboard.map(({ trainSeconds, ...entry }) => {
      context.metric(`trainSeconds.${entry.rank}`, trainSeconds);
      return entry;
    });
    return { model: { files, content }, training: { value: JSON.parse(JSON.stringify({ ...result, leaderboard })) } };
  },
});
