import { boost } from "../gbdt/boost.ts";
import { gbdtOptions } from "../gbdt/options.ts";
import { predictGbdt } from "../gbdt/predict.ts";
import type { FitContext, LearningFeature } from "../model.ts";
import type { LagTreesOptions, Seasoned } from "./options.ts";
import type { MemberForecast } from "./panel.ts";

/** A series that the trees learn from with others, and the period that it begins in. */
export interface LagSeries {
  readonly values: Float64Array;
  readonly begins: number;
}

/** Rows of several series by their place: values so far, the period to tell of, and which series it is. */
interface Place {
  readonly values: Float64Array;
  readonly k: number;
  readonly which: number;
}

/**
 * One-step forecasts of each series (the first ones are their own), and forecasts of the horizon, each built on those before.
 * Several series teach the same trees, each in units of its own usual change.
 */
export async function fitLagTrees(
  all: readonly LagSeries[],
  options: Seasoned<LagTreesOptions>,
  context: FitContext,
): Promise<MemberForecast[]> {
  const { lags, season, horizon } = options;
  const first = Math.max(lags, season);
  const units = all.map(({ values }) => (all.length === 1 ? 1 : usualChange(values, season)));
  const places = all.flatMap(({ values }, which) =>
    Array.from({ length: values.length - first }, (_, i): Place => ({ values, k: first + i, which })),
  );
  // Trees cannot go beyond the values that they saw: they learn the change since the season before.
  const target = Float64Array.from(
    places,
    ({ values, k, which }) => (values[k]! - values[k - season]!) / units[which]!,
  );
  const rows = places.length;
  const settings = gbdtOptions.parse({
    trees: options.trees,
    leaves: 8,
    learningRate: 0.05,
    minRowsInLeaf: Math.max(2, Math.min(10, Math.round(rows / 20))),
    earlyStoppingRounds: 0,
  });
  const features = featuresOf(places, all, units, options);
  const model = await boost({ task: "regression", classes: 1, train: { rows, features, target } }, settings, context);
  const fitted = all.map(({ values }) => values.slice());
  predictGbdt(model, features, rows).forEach((own, i) => {
    const { values, k, which } = places[i]!;
    fitted[which]![k] = values[k - season]! + own * units[which]!;
  });
  const longer = all.map(({ values }) => {
    const out = new Float64Array(values.length + horizon);
    out.set(values);
    return out;
  });
  for (let ahead = 0; ahead < horizon; ahead++) {
    const next = longer.map((values, which): Place => ({ values, k: all[which]!.values.length + ahead, which }));
    predictGbdt(model, featuresOf(next, all, units, options), next.length).forEach((own, i) => {
      const { values, k, which } = next[i]!;
      values[k] = values[k - season]! + own * units[which]!;
    });
  }
  return all.map(({ values }, which) => ({ fitted: fitted[which]!, ahead: longer[which]!.slice(values.length) }));
}

function usualChange(values: Float64Array, season: number): number {
  let sum = 0;
  for (let k = season; k < values.length; k++) sum += Math.abs(values[k]! - values[k - season]!);
  return sum / (values.length - season) || 1;
}

/** Of each place: the values before less that of a season ago, where it lies in the season, and the series. */
function featuresOf(
  places: readonly Place[],
  all: readonly LagSeries[],
  units: readonly number[],
  { lags, season }: Seasoned<LagTreesOptions>,
): readonly LearningFeature[] {
  const column = (name: string, of: (place: Place) => number): LearningFeature => ({
    name,
    kind: "numeric",
    values: Float64Array.from(places, of),
  });
  const before = Array.from({ length: lags }, (_, lag) =>
    column(`lag${lag + 1}`, ({ values, k, which }) => (values[k - lag - 1]! - values[k - season]!) / units[which]!),
  );
  const place = column("place", ({ k, which }) => (all[which]!.begins + k) % season);
  const series = { ...column("series", ({ which }) => which), kind: "categorical" as const, levels: all.length };
  return [...before, ...(season > 1 ? [place] : []), ...(all.length > 1 ? [series] : [])];
}
