import { normalQuantile } from "#validate";
import type { CheckedInput } from "../check-input.ts";
import { histogramOf } from "./histogram.ts";
import type { Pictures, ResidualBin } from "./model.ts";

const bins = 20;

/**
 * Residuals of a regression by the height of the score. Rows are shown in groups of about equal score, so that no single
 * row's value stands in a report.
 */
export function valuePictures({ scores, labels, rows }: CheckedInput, confidence: number): Pictures {
  if (rows === 0) return {};
  const order = Array.from(scores, (_, row) => row).sort((a, b) => scores[a]! - scores[b]! || a - b);
  const count = Math.max(1, Math.min(bins, Math.floor(rows / 10)));
  const z = normalQuantile((1 + confidence) / 2);
  const residuals: ResidualBin[] = Array.from({ length: count }, (_, bin) => {
    const own = order.slice(Math.floor((bin * rows) / count), Math.floor(((bin + 1) * rows) / count));
    const mean = (of: (row: number) => number) => own.reduce((sum, row) => sum + of(row), 0) / own.length;
    const meanLabel = mean((row) => labels[row]!);
    const variance = mean((row) => (labels[row]! - meanLabel) ** 2);
    const half = z * Math.sqrt(variance / Math.max(1, own.length - 1));
    const errors = Float64Array.from(own, (row) => labels[row]! - scores[row]!).sort();
    const at = (p: number) => errors[Math.min(errors.length - 1, Math.floor(p * errors.length))]!;
    return {
      rows: own.length,
      meanScore: mean((row) => scores[row]!),
      meanLabel,
      labelLow: meanLabel - half,
      labelHigh: meanLabel + half,
      residuals: [at(0.1), at(0.5), at(0.9)],
    };
  });
  const errors = Float64Array.from(scores, (score, row) => labels[row]! - score);
  return { residuals, errors: histogramOf(errors, [{ name: "rows", holds: () => true }], middleOf(errors)) };
}

/** From the 0.5 % to the 99.5 % quantile: what lies beyond counts in the last bins, so that a few rows do not flatten the rest. */
function middleOf(values: Float64Array): readonly [number, number] {
  const sorted = values.slice().sort();
  const at = (p: number) => sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))]!;
  return [at(0.005), at(0.995)];
}
