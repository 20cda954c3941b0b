/** Rows prepared once, so that their metrics under many weightings (draws of a bootstrap) cost one pass each. */
export interface Sample {
  readonly rows: number;
  /** Names of the metrics, in the order in which `measure` writes them. */
  readonly names: readonly string[];
  /** Writes every metric under these weights (one a row, in the caller's row order); NaN where it is undefined. */
  measure(weights: Float64Array, out: Float64Array): void;
  /** Why a metric is undefined for these rows. */
  reason(name: string): string;
}
