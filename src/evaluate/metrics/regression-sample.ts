import { metricNames } from "./metric.ts";
import type { Sample } from "./sample.ts";

/** The regression metrics. */
export function regressionSample(scores: Float64Array, labels: ArrayLike<number>): Sample {
  const n = labels.length;
  const truth = Float64Array.from(labels);
  const zeros = truth.reduce((count, value) => count + (value === 0 ? 1 : 0), 0);

  const measure = (weights: Float64Array, out: Float64Array) => {
    let total = 0;
    let sum = 0;
    let squared = 0;
    let absolute = 0;
    let relative = 0;
    for (let row = 0; row < n; row++) {
      const weight = weights[row]!;
      const error = scores[row]! - truth[row]!;
      total += weight;
      sum += weight * truth[row]!;
      squared += weight * (error * error);
      absolute += weight * Math.abs(error);
      if (zeros === 0) relative += weight * Math.abs(error / truth[row]!);
    }
    const mean = sum / total;
    let variation = 0;
    for (let row = 0; row < n; row++) variation += weights[row]! * (truth[row]! - mean) * (truth[row]! - mean);
    out[0] = Math.sqrt(squared / total);
    out[1] = absolute / total;
    out[2] = zeros === 0 ? relative / total : Number.NaN;
    out[3] = variation > 0 ? 1 - squared / variation : Number.NaN;
  };

  const reason = (name: string): string => {
    if (n === 0) return "there are no rows";
    return name === "mapeError" ? `${zeros} labels are 0, so a share of them does not exist` : "all labels are equal";
  };
  return { rows: n, names: metricNames("regression"), measure, reason };
}
