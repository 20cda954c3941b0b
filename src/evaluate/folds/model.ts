/** One split of a cross-validation. Row numbers ascend. */
export interface Fold {
  /** Counts from 0; several where folds are drawn again. */
  readonly repeat: number;
  readonly fold: number;
  readonly train: Uint32Array;
  readonly test: Uint32Array;
  /** Nested: folds of the training rows alone, for choosing options; their rows are rows of the whole. */
  readonly inner?: readonly Fold[];
}
