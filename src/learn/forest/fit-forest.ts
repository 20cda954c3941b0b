import { balanced } from "../balanced.ts";
import type { GbdtModel } from "../gbdt/model.ts";
import type { FitContext, FitInput, FittedModel } from "../model.ts";
import { growTrees } from "./grow-trees.ts";
import type { ForestSettings } from "./options.ts";
import { prepareForest } from "./prepare-forest.ts";
import { toTrees } from "./to-trees.ts";

export interface ForestModel extends FittedModel {
  /** The trees as a sum: the mean of the trees' values, or of their probabilities (of class 1, or one a class). */
  readonly sum: Pick<GbdtModel, "base" | "trees" | "featureCount">;
  /** Training rows in each leaf of the last tree. */
  readonly covers: Int32Array;
}

/** Below so many rows × trees a thread costs more than it saves. */
const threadsFromWork = 1_000_000;

/**
 * Averaged trees on binned rows, each grown whole by one thread.
 *
 * Missing: tried on both sides of each split. Random: rows, features and drawn thresholds of tree t by (seed, t).
 * Errors: KERNEL_STOPPED: when the context says so; LEARN_MEMORY_SHORT; LEARN_KERNELS_MISSING.
 * Source: Breiman, "Random Forests", 2001; Geurts, Ernst, Wehenkel, "Extremely randomized trees", 2006 (thresholds are drawn
 * among the node's bins, not among its values).
 */
export async function fitForest(
  learner: string,
  given: FitInput,
  trees: number,
  settings: ForestSettings,
  context: FitContext,
): Promise<ForestModel> {
  const { train, task, classes } = settings.balanced ? balanced(given) : given;
  const { rows, features, weights } = train;
  const base = task === "regression" ? meanOf(train.target, weights, rows) : 0;
  const answers = task === "regression" ? train.target.map((value) => value - base) : train.target;
  const members = rows * trees >= threadsFromWork ? Math.max(1, Math.min(context.threads, trees, 64)) : 1;
  const prepared = await prepareForest(
    { rows, features, weights, answers, classes: task === "regression" ? 0 : classes },
    settings.maxBins,
    settings.maxDepth,
    members,
    context.stopping,
  );
  const { featuresPerSplit: wanted } = settings;
  const share = wanted === "sqrt" ? Math.sqrt(features.length) : wanted * features.length;
  const growth = {
    seed: context.seed,
    maxDepth: settings.maxDepth,
    minRows: settings.minRowsInLeaf,
    featuresPerSplit: Math.max(1, Math.round(share)),
    drawnThresholds: settings.randomThresholds,
    bootstrap: settings.bootstrap,
    base,
  };
  const { module, memory, layout, bins } = prepared;
  const grown = await growTrees(module, memory, layout, growth, trees, context);
  return {
    learner,
    task,
    classes,
    sum: {
      base: new Float64Array(task === "multiclass" ? classes : 1),
      trees: grown.flatMap((parts) => toTrees(parts, bins, 1 / trees)),
      featureCount: features.length,
    },
    covers: grown.at(-1)!.covers,
    facts: { trees, leaves: grown.reduce((sum, { covers }) => sum + covers.length, 0) },
  };
}

function meanOf(target: Float64Array, weights: Float64Array | undefined, rows: number): number {
  let [sum, total] = [0, 0];
  for (let i = 0; i < rows; i++) {
    sum += (weights?.[i] ?? 1) * target[i]!;
    total += weights?.[i] ?? 1;
  }
  return sum / total;
}
