import { type FeatureBins, findBins } from "../gbdt/find-bins.ts";
import type { FitInput, LearningFeature } from "../model.ts";

/** Training rows as bins, and what each row adds to the sums of its bin. */
export interface BinnedRows {
  readonly bins: readonly FeatureBins[];
  readonly columns: readonly Uint8Array[];
  readonly rows: number;
  /** Numbers kept a bin: one (regression, binary) or one a class. */
  readonly outputs: number;
  /** Class of each row where there are several; else all 0. */
  readonly place: Uint16Array;
  /** What the row adds at its place, times its weight: 1, or the target less `base`. */
  readonly value: Float64Array;
  readonly weights: Float64Array | undefined;
  /** Added to every tree's mean; a regression's mean, so that sums do not cancel. */
  readonly base: number;
}

export function binRows({ train, task, classes }: FitInput, maxBins: number): BinnedRows {
  const { rows, target, weights } = train;
  const bins = train.features.map((feature) => findBins(feature, rows, maxBins, 1));
  const several = task === "multiclass";
  let base = 0;
  if (task === "regression") {
    let [sum, total] = [0, 0];
    for (let i = 0; i < rows; i++) {
      sum += (weights?.[i] ?? 1) * target[i]!;
      total += weights?.[i] ?? 1;
    }
    base = sum / total;
  }
  return {
    bins,
    columns: train.features.map((feature, f) => binColumn(feature, bins[f]!, rows)),
    rows,
    outputs: several ? classes : 1,
    place: several ? Uint16Array.from(target.subarray(0, rows)) : new Uint16Array(rows),
    value: several ? new Float64Array(rows).fill(1) : target.slice(0, rows).map((value) => value - base),
    weights,
    base,
  };
}

function binColumn({ values, missing }: LearningFeature, bins: FeatureBins, rows: number): Uint8Array {
  const out = new Uint8Array(rows);
  if (bins.kind === "categorical") {
    for (let i = 0; i < rows; i++) out[i] = missing?.[i] === 1 ? 0 : (bins.binOf[values[i]!] ?? 0);
    return out;
  }
  const { bounds, missingBin } = bins;
  for (let i = 0; i < rows; i++) {
    if (missing?.[i] === 1) {
      out[i] = missingBin;
      continue;
    }
    let low = 0;
    let high = bounds.length - 1;
    const value = values[i]!;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (value <= bounds[middle]!) high = middle;
      else low = middle + 1;
    }
    out[i] = low;
  }
  return out;
}
