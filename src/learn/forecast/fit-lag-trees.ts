import { boost } from "../gbdt/boost.ts";
import { gbdtOptions } from "../gbdt/options.ts";
import { predictGbdt } from "../gbdt/predict.ts";
import type { FitContext, LearningFeature } from "../model.ts";
import type { LagTreesOptions, Seasoned } from "./options.ts";

/** One-step forecasts of the rows (the first ones are their own), and forecasts of the horizon, each built on those before. */
export async function fitLagTrees(values: Float64Array, options: Seasoned<LagTreesOptions>, context: FitContext) {
  const { lags, season, horizon } = options;
  const first = Math.max(lags, season);
  // Trees cannot go beyond the values that they saw: they learn the change since the season before.
  const change = (all: Float64Array, k: number) => all[k]! - all[k - season]!;
  const rows = values.length - first;
  const target = Float64Array.from({ length: rows }, (_, i) => change(values, first + i));
  const features = featuresOf(values, first, rows, options);
  const settings = gbdtOptions.parse({
    trees: options.trees,
    leaves: 8,
    learningRate: 0.05,
    minRowsInLeaf: Math.max(2, Math.min(10, Math.round(rows / 20))),
    earlyStoppingRounds: 0,
  });
  const model = await boost({ task: "regression", classes: 1, train: { rows, features, target } }, settings, context);
  const fitted = values.slice();
  predictGbdt(model, features, rows).forEach((own, i) => {
    fitted[first + i] = values[first + i - season]! + own;
  });
  const all = new Float64Array(values.length + horizon);
  all.set(values);
  for (let k = values.length; k < all.length; k++) {
    const [own] = predictGbdt(model, featuresOf(all, k, 1, options), 1);
    all[k] = all[k - season]! + own!;
  }
  return { fitted, values: all.slice(values.length) };
}

/** Of each row from `first` on: the values before less that of a season ago, and its place in the season. */
function featuresOf(
  values: Float64Array,
  first: number,
  rows: number,
  { lags, season }: Seasoned<LagTreesOptions>,
): readonly LearningFeature[] {
  const column = (name: string, of: (k: number) => number): LearningFeature => ({
    name,
    kind: "numeric",
    values: Float64Array.from({ length: rows }, (_, i) => of(first + i)),
  });
  const before = Array.from({ length: lags }, (_, lag) =>
    column(`lag${lag + 1}`, (k) => values[k - lag - 1]! - values[k - season]!),
  );
  return season > 1 ? [...before, column("place", (k) => k % season)] : before;
}
