import { checkInput } from "../check-input.ts";
import type { EvaluationInput, Task } from "../model.ts";
import { rowLosses } from "./row-losses.ts";

/** One beside whom the model is held slice by slice: what both lose on each row, in one unit; NaN where one of them says nothing. */
export interface SliceBaseline {
  readonly name: string;
  readonly loss: string;
  readonly own: Float64Array;
  readonly other: Float64Array;
}

/** A model and its baseline on the rows of a slice. */
export interface BaselineGap {
  readonly name: string;
  readonly loss: string;
  /** Rows of the slice on which both say something. */
  readonly rows: number;
  readonly own: number;
  readonly other: number;
  /** How much more the model loses; negative where it is the better one. */
  readonly gap: number;
}

/** Slices in which fewer rows compare tell nothing. */
const fewestRows = 10;

/**
 * Another model as a baseline: its scores on the rows of the input, NaN where it gives none; `null` where one of the two gives
 * probabilities and the other does not. Errors: those of `evaluate`.
 */
export function modelBaseline(
  name: string,
  task: Task,
  input: EvaluationInput,
  other: Float64Array,
): SliceBaseline | null {
  const own = rowLosses(checkInput(task, input));
  const width = input.scores.length / Math.max(1, input.labels.length);
  const missing = Array.from(input.labels, (_, row) => Number.isNaN(other[row * width]!));
  const scores = other.map((score, k) => (missing[Math.floor(k / width)] ? 0 : score));
  const { predictions: _, ...shared } = input;
  const others = rowLosses(checkInput(task, { ...shared, scores }));
  if (others.name !== own.name) return null;
  const values = others.values.map((loss, row) => (missing[row] ? Number.NaN : loss));
  return { name, loss: own.name, own: own.values, other: values };
}

/** The baseline's gap on some rows; `null` where too few compare. */
export function baselineGap(
  { name, loss, own, other }: SliceBaseline,
  rows: readonly number[],
  weights: ArrayLike<number>,
): BaselineGap | null {
  let [count, total, mine, theirs] = [0, 0, 0, 0];
  for (const row of rows) {
    if (Number.isNaN(own[row]!) || Number.isNaN(other[row]!)) continue;
    count++;
    total += weights[row]!;
    mine += weights[row]! * own[row]!;
    theirs += weights[row]! * other[row]!;
  }
  if (count < fewestRows || !(total > 0)) return null;
  return { name, loss, rows: count, own: mine / total, other: theirs / total, gap: (mine - theirs) / total };
}
