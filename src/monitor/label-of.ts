import type { Task } from "#evaluate";
import type { JoinedPrediction } from "#traffic";

/** What came true of a row: index of the class, or the value; NaN while unknown, and where it is neither. */
export function labelOf(row: JoinedPrediction, task: Task, classes: readonly string[]): number {
  const { outcome } = row;
  if (outcome === undefined || outcome === null) return Number.NaN;
  if (task === "regression") return typeof outcome === "number" ? outcome : Number.NaN;
  const index = classes.indexOf(String(outcome));
  if (index >= 0) return index;
  // A yes or no by another name: true and 1 are the positive class of two.
  if (task === "binary" && (outcome === true || outcome === 1)) return 1;
  if (task === "binary" && (outcome === false || outcome === 0)) return 0;
  return Number.NaN;
}
