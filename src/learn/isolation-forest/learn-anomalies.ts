import { type Frame, load, type Program, type Tensors, validateProgram } from "@millrace/program";
import { z } from "zod";
import { parseOptions, platformRuntimes, randomStream, type WorkContext } from "#kernel";
import { declaredFeaturesSchema, featureMatrix, fitTransform } from "#transform";
import { assembleProgram } from "../program/assemble-program.ts";
import { isolationForest } from "./isolation-forest.ts";
import { isolationForestOptions } from "./options.ts";

export const anomalyOptions = z.object({
  ...isolationForestOptions.shape,
  share: z.number().gt(0).max(0.5).default(0.01).describe("share of the training rows that count as strange"),
  classes: z
    .tuple([z.string(), z.string()])
    .default(["usual", "strange"])
    .describe("what the program calls a usual row and a strange one"),
  leftOut: z.array(z.string()).default([]).describe("columns not to look at"),
  time: z.string().optional(),
  patterns: z.record(z.string(), z.string()).default({}),
  features: declaredFeaturesSchema.default({}),
  transform: z.record(z.string(), z.unknown()).default({}),
  seed: z.int().default(0),
});

export interface AnomalyModel {
  readonly program: Program;
  readonly tensors: Tensors;
  /** The score from which on a row counts as strange. */
  readonly threshold: number;
}

/**
 * A program whose score says how strange a row is beside those learned from (0 to 1; about 0.5 as any other), and whose
 * prediction calls the strangest so. Nothing is learned of an answer.
 *
 * Missing: goes a way that each division draws. Random: by `seed`. Errors: LEARN_OPTION_INVALID; TRANSFORM_NO_FEATURES;
 * KERNEL_STOPPED. Source: Liu, Ting, Zhou, "Isolation Forest", ICDM 2008.
 */
export async function learnAnomalies(
  frame: Frame,
  given: z.input<typeof anomalyOptions>,
  context: WorkContext,
): Promise<AnomalyModel> {
  const { share, classes, leftOut, time, patterns, features, transform, seed, ...options } = parseOptions(
    anomalyOptions,
    given,
    "anomalies",
    "LEARN_OPTION_INVALID",
  );
  const request = {
    // of several classes no table of the target is made, and there is no target
    task: "multiclass",
    target: "",
    targetValues: new Float64Array(frame.rows),
    columns: { time, ignore: leftOut },
    patterns,
    declared: features,
    classes: 1,
  } as const;
  const plan = fitTransform(frame, request, transform, { random: randomStream(seed, "anomalies/transform") });
  const matrix = featureMatrix(plan, frame, { for: "trees" });
  const train = { rows: frame.rows, features: matrix, target: new Float64Array(frame.rows) };
  const model = await isolationForest.fit({ task: "regression", classes: 1, train }, options, {
    seed,
    threads: 1,
    stopping: context.stopping,
    progress: () => undefined,
  });
  const placed = {
    model,
    features: plan.features.filter((feature) => feature.for.includes("trees")),
    toNodes: (refs: Parameters<typeof isolationForest.toProgram>[1]) => isolationForest.toProgram(model, refs),
  };
  const made = assembleProgram(plan, [placed], { task: "regression", classes: [], calibration: { kind: "none" } });
  const scores = load(made, platformRuntimes).scoreFrame(frame).score.slice().sort();
  // Of equal scores none is strange without the others, so the limit lies at the first of the strangest share.
  const threshold = scores[Math.min(scores.length - 1, Math.ceil((1 - share) * scores.length))]!;
  const outputs = { task: "binary", score: made.program.outputs.score, classes, threshold } as const;
  const program: Program = { ...made.program, outputs };
  validateProgram(program, made.tensors);
  return { program, tensors: made.tensors, threshold };
}
