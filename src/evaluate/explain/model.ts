import type { Frame } from "@millrace/program";

/** What is needed of a model to look at it from outside: scores of a frame, row by row (multiclass: one a class). */
export interface ScoredModel {
  readonly inputs: readonly string[];
  readonly outputs: number;
  /** Inputs that a row may lack. */
  readonly mayMiss: ReadonlySet<string>;
  score(frame: Frame): Float64Array;
}

/** How much a metric loses when one input tells nothing any more. */
export interface InputImportance {
  readonly input: string;
  /** Loss of the metric (positive: the input helps), mean over the shuffles. */
  readonly loss: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** A value of an input, and what the scores do there. */
export interface EffectPoint {
  readonly value: number | string | boolean;
  /** Mean score, or accumulated effect, one an output. */
  readonly effect: readonly number[];
  /** Rows whose own value is nearest to this one, or lie in the bin that ends here. */
  readonly rows: number;
}
