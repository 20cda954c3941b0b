import { selectRows } from "#dataset";
import { randomStream, shuffledIndices, type WorkContext } from "#kernel";
import { type AutomlRequest, automlOptionsSchema } from "../automl/model.ts";
import { labelledRows, learningData, planFeatures } from "../automl/rows/training-rows.ts";
import { treeOptions } from "../forest/options.ts";
import { tree } from "../forest/tree.ts";

/** What a model that may remember everything makes of a few rows. */
export interface Overfit {
  readonly rows: number;
  /** How well it gives back the answers of the very rows that it learned: share of right ones, or of their variance. */
  readonly by: "accuracy" | "variance";
  readonly value: number;
  /** Rows of these that are alike in every feature and have other answers: nobody could tell them apart. */
  readonly contradictory: number;
  readonly learns: boolean;
  readonly message: string;
}

/** Even few rows are enough to find what is broken, and a tree learns them at once. */
const mostRows = 200;
const enough = { accuracy: 0.95, variance: 0.9 } as const;
const wholeTree = treeOptions.parse({ maxDepth: 0, minRowsInLeaf: 1 });

/**
 * Whether a small part of the rows can be learned by heart: a pipeline that cannot do that has a fault, and no budget mends it.
 *
 * Rows are drawn at random; a tree without limits learns them through the same features as a search and is judged on them.
 * Random: by the seed. Errors: those of a search before its first trial.
 * Source: A. Karpathy, "A recipe for training neural networks", 2019 (overfit one batch).
 */
export async function overfitFew(
  request: Omit<AutomlRequest, "validation" | "recorded" | "onTrial" | "enough">,
  context: WorkContext,
): Promise<Overfit> {
  const { train, guardrails, ...options } = request;
  const settings = automlOptionsSchema.parse({ ...options, transform: { ...options.transform, minLevelRows: 1 } });
  const all = labelledRows(train, settings);
  const order = shuffledIndices(all.frame.rows, randomStream(settings.seed, "feasibility")).slice(0, mostRows).sort();
  const some = {
    frame: selectRows(all.frame, order),
    target: { ...all.target, values: Float64Array.from(order, (row) => all.target.values[row]!) },
    weights: undefined,
  };
  const leftOut = [...settings.leftOut, ...(guardrails?.leftOut ?? [])];
  const data = learningData(planFeatures(some, settings, leftOut), some, "trees", false);
  const { task } = settings;
  const classes = task === "regression" ? 1 : all.target.classes.length;
  const model = await tree.fit({ task, classes, train: data }, wholeTree, {
    seed: settings.seed,
    threads: 1,
    stopping: context.stopping,
    progress: () => undefined,
  });
  const margins = tree.predict(model, data.features, data.rows);
  const by = task === "regression" ? "variance" : "accuracy";
  const value = by === "variance" ? varianceTold(data.target, margins) : accuracy(data.target, margins, classes);
  const contradictory = countContradictory(data);
  const learns = value >= enough[by];
  const share = `${Number((100 * value).toFixed(1))} %`;
  const result = by === "accuracy" ? `${share} of their answers` : `${share} of the variance of their answers`;
  const blame =
    contradictory > 0
      ? `${contradictory} of them are alike in every column that is learned from and have different answers`
      : "no column that is learned from tells them apart";
  return {
    rows: data.rows,
    by,
    value,
    contradictory,
    learns,
    message: learns
      ? `A model that may remember everything gives back ${result} of ${data.rows} rows: the columns can carry the target.`
      : `Even ${data.rows} rows cannot be learned by heart: a model that may remember everything gives back ${result}; ${blame}. Look at the target, the joins and the columns that are left out before more is spent.`,
  };
}

function accuracy(target: Float64Array, margins: Float64Array, classes: number): number {
  const rows = target.length;
  let right = 0;
  for (let row = 0; row < rows; row++) {
    let best = 0;
    if (classes === 2) best = margins[row]! > 0 ? 1 : 0;
    else for (let k = 1; k < classes; k++) if (margins[k * rows + row]! > margins[best * rows + row]!) best = k;
    if (best === target[row]) right++;
  }
  return rows === 0 ? 0 : right / rows;
}

function varianceTold(target: Float64Array, found: Float64Array): number {
  const mean = target.reduce((sum, one) => sum + one, 0) / target.length;
  const spread = target.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  const missed = target.reduce((sum, one, row) => sum + (one - found[row]!) ** 2, 0);
  return spread > 0 ? 1 - missed / spread : 0;
}

/** Rows whose features are those of a row with another answer. */
function countContradictory({ rows, features, target }: ReturnType<typeof learningData>): number {
  const byFeatures = Map.groupBy(Array.from({ length: rows }).keys(), (row) =>
    features.map(({ values, missing }) => (missing?.[row] === 1 ? "" : values[row])).join("|"),
  );
  let count = 0;
  for (const alike of byFeatures.values()) if (new Set(alike.map((row) => target[row])).size > 1) count += alike.length;
  return count;
}
