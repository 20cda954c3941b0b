import { MillraceError, randomStream } from "#kernel";
import { balanced } from "../balanced.ts";
import type { GbdtModel, Tree } from "../gbdt/model.ts";
import type { FitContext, FitInput, FittedModel } from "../model.ts";
import { binRows } from "./binned-rows.ts";
import { growForestTree } from "./grow-forest-tree.ts";
import type { ForestSettings } from "./options.ts";

export interface ForestModel extends FittedModel {
  /** The trees as a sum: the mean of the trees' values, or of their probabilities (of class 1, or one a class). */
  readonly sum: Pick<GbdtModel, "base" | "trees" | "featureCount">;
  /** Training rows in each leaf of the last tree. */
  readonly covers: Int32Array;
}

/**
 * Averaged trees, grown one after the other on binned rows.
 *
 * Missing: tried on both sides of each split. Random: rows, features and drawn thresholds of tree t by (seed, t).
 * Errors: KERNEL_STOPPED: when the context says so.
 * Source: Breiman, "Random Forests", 2001; Geurts, Ernst, Wehenkel, "Extremely randomized trees", 2006 (thresholds are drawn
 * among the node's bins, not among its values).
 */
export function fitForest(
  learner: string,
  given: FitInput,
  trees: number,
  settings: ForestSettings,
  context: FitContext,
): ForestModel {
  const input = settings.balanced ? balanced(given) : given;
  const data = binRows(input, settings.maxBins);
  const grown: Tree[] = [];
  let covers = new Int32Array(0);
  for (let t = 0; t < trees; t++) {
    if (context.stopping())
      throw new MillraceError("KERNEL_STOPPED", {
        message: `Training was stopped after ${t} of ${trees} trees.`,
        next: "Run again to start the training anew.",
      });
    context.progress({ what: "growing trees", done: t, total: trees });
    const random = randomStream(context.seed, `forest/${t}`);
    const made = growForestTree(data, rowWeights(), settings, 1 / trees, random.fork("splits"));
    grown.push(...made.trees);
    covers = Int32Array.from(made.covers);

    function rowWeights(): Float64Array {
      const own = data.weights ?? new Float64Array(data.rows).fill(1);
      if (!settings.bootstrap) return own;
      const drawn = new Float64Array(data.rows);
      const rows = random.fork("rows");
      for (let i = 0; i < data.rows; i++) drawn[Math.floor((rows.uint32At(i) / 4294967296) * data.rows)]!++;
      const weighted = drawn.map((count, i) => count * own[i]!);
      // Few rows of positive weight may all stay undrawn.
      return weighted.some((weight) => weight > 0) ? weighted : own;
    }
  }
  return {
    learner,
    task: input.task,
    classes: input.classes,
    sum: { base: new Float64Array(data.outputs), trees: grown, featureCount: data.columns.length },
    covers,
    facts: { trees, leaves: grown.reduce((sum, tree) => sum + tree.leafValues.length, 0) / data.outputs },
  };
}
