import { invariant } from "#kernel";
import type { LearningFeature } from "../model.ts";

/** One column: all its values, or only those that are not 0 where these are few. */
interface MatrixColumn {
  readonly mean: number;
  /** 1 where the column is constant: its weight stays 0. */
  readonly deviation: number;
  readonly constant: boolean;
  readonly rows: Uint32Array | null;
  readonly values: Float64Array;
}

/**
 * Training features as if standardised: (x − mean) / deviation under the rows' weights. Centring is done in the sums, so
 * that sparse columns stay sparse. A missing value stands for the mean.
 */
export class DesignMatrix {
  readonly rows: number;
  readonly columns: readonly MatrixColumn[];

  constructor(features: readonly LearningFeature[], rows: number, weights: Float64Array | undefined) {
    this.rows = rows;
    this.columns = features.map((feature) => toColumn(feature, rows, weights));
  }

  /** out[i] = bias + Σ_j weights[j] · standardised x_ij, column by column. */
  margins(weights: Float64Array, bias: number, out: Float64Array): void {
    let start = bias;
    this.columns.forEach((column, j) => {
      start -= (weights[j]! * column.mean) / column.deviation;
    });
    out.fill(start);
    this.columns.forEach((column, j) => {
      const scaled = weights[j]! / column.deviation;
      if (scaled === 0) return;
      const { rows, values } = column;
      if (rows === null) for (let i = 0; i < values.length; i++) out[i]! += scaled * values[i]!;
      else for (let k = 0; k < rows.length; k++) out[rows[k]!]! += scaled * values[k]!;
    });
  }

  /** Σ_i residuals[i] · standardised x_ij for each column. */
  correlate(residuals: Float64Array, out: Float64Array): void {
    let total = 0;
    for (let i = 0; i < residuals.length; i++) total += residuals[i]!;
    this.columns.forEach((column, j) => {
      const { rows, values } = column;
      let sum = 0;
      if (rows === null) for (let i = 0; i < values.length; i++) sum += residuals[i]! * values[i]!;
      else for (let k = 0; k < rows.length; k++) sum += residuals[rows[k]!]! * values[k]!;
      out[j] = column.constant ? 0 : (sum - column.mean * total) / column.deviation;
    });
  }
}

function toColumn(feature: LearningFeature, rows: number, weights: Float64Array | undefined): MatrixColumn {
  invariant(feature.kind === "numeric", "A linear model takes numeric features only.", { feature: feature.name });
  const { values, missing } = feature;
  let total = 0;
  let sum = 0;
  let zeros = 0;
  for (let i = 0; i < rows; i++) {
    if (missing?.[i] === 1) continue;
    const weight = weights?.[i] ?? 1;
    total += weight;
    sum += weight * finite(values[i]!);
    if (values[i] === 0) zeros++;
  }
  const mean = total > 0 ? sum / total : 0;
  let squares = 0;
  for (let i = 0; i < rows; i++) {
    if (missing?.[i] === 1) continue;
    const difference = finite(values[i]!) - mean;
    squares += (weights?.[i] ?? 1) * difference * difference;
  }
  const deviation = total > 0 ? Math.sqrt(squares / total) : 0;
  const constant = !(deviation > 1e-12 * Math.max(1, Math.abs(mean)));
  const common = { mean, deviation: constant ? 1 : deviation, constant };
  const filled = (i: number) => (missing?.[i] === 1 ? mean : finite(values[i]!));
  if (zeros < 0.8 * rows)
    return { ...common, rows: null, values: Float64Array.from({ length: rows }, (_, i) => filled(i)) };
  const used: number[] = [];
  for (let i = 0; i < rows; i++) if (filled(i) !== 0) used.push(i);
  return { ...common, rows: Uint32Array.from(used), values: Float64Array.from(used, filled) };
}

/** Infinite and enormous values are cut off here, in training, prediction and programs: their squares must stay finite. */
export const bound = 1e15;

export function finite(value: number): number {
  return value > bound ? bound : value < -bound ? -bound : value;
}
