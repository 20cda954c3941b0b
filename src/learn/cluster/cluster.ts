import type { Frame, Program, Tensors } from "@millrace/program";
import { z } from "zod";
import { parseOptions, randomStream, type WorkContext } from "#kernel";
import { featureMatrix, fitTransform } from "#transform";
import { assembleProgram } from "../program/assemble-program.ts";
import { NodeWriter } from "../program/node-writer.ts";
import { addStandardNumber } from "../program/standard-number.ts";
import { type ClusterModel, fitClusters } from "./fit-clusters.ts";

export const clusterOptions = z.object({
  clusters: z.int().min(2).max(1000).describe("how many clusters"),
  starts: z.int().min(1).max(100).default(10).describe("starts that are tried; the one of least inertia is kept"),
  iterations: z.int().min(1).max(10_000).default(300).describe("most steps from one start"),
  leftOut: z.array(z.string()).default([]).describe("columns not to look at"),
  seed: z.int().default(0),
});

export interface Clustering {
  readonly program: Program;
  readonly tensors: Tensors;
  /** Sum of squared distances to the nearest centre, on features of unit scale. */
  readonly inertia: number;
  /** Rows of each cluster: the program's class "1" is the largest. */
  readonly sizes: readonly number[];
}

/**
 * Rows grouped by k-means, as a program whose prediction is the number of the cluster: its scores are the softmax of minus
 * half the squared distances, so the nearest centre has the greatest.
 *
 * Missing: as for linear models, and then the feature's mean. Random: by `seed`.
 * Errors: LEARN_OPTION_INVALID; LEARN_TOO_FEW_ROWS; LEARN_NO_FEATURES; TRANSFORM_NO_FEATURES; KERNEL_STOPPED.
 */
export function clusterRows(frame: Frame, given: z.input<typeof clusterOptions>, context: WorkContext): Clustering {
  const options = parseOptions(clusterOptions, given, "cluster", "LEARN_OPTION_INVALID");
  const request = {
    task: "regression",
    target: "",
    targetValues: new Float64Array(frame.rows),
    columns: { ignore: options.leftOut },
    classes: 1,
  } as const;
  const plan = fitTransform(frame, request, {}, { random: randomStream(options.seed, "cluster/transform") });
  const features = plan.features.filter((feature) => feature.for.includes("linear"));
  const columns = featureMatrix(plan, frame, { for: "linear" });
  const model = fitClusters(columns, frame.rows, options, { seed: options.seed, stopping: context.stopping });
  const classes = model.sizes.map((_, c) => String(c + 1));
  const facts = { learner: "cluster", task: "multiclass", classes: classes.length, facts: {} } as const;
  const placed = {
    model: facts,
    features,
    toNodes: (refs: Parameters<typeof clusterNodes>[1]) => clusterNodes(model, refs),
  };
  const assembly = { task: "multiclass", classes, calibration: { kind: "none" } } as const;
  return { ...assembleProgram(plan, [placed], assembly), inertia: model.inertia, sizes: model.sizes };
}

/** Minus half the squared distance to each centre, less what all have in common. */
export function clusterNodes({ used, centres }: ClusterModel, plan: ConstructorParameters<typeof NodeWriter>[0]) {
  const writer = new NodeWriter(plan);
  const numbers = used.map(({ feature, standard }) => addStandardNumber(writer, plan.features[feature]!.ref, standard));
  const weights = Float64Array.from(centres.flatMap((centre) => Array.from(centre)));
  const bias = Float64Array.from(centres, (centre) => -0.5 * centre.reduce((sum, value) => sum + value * value, 0));
  return writer.finish("multiclass", writer.linear("centres", numbers, weights, bias, "nearness to each centre"));
}
