import { log } from "@millrace/program";
import type { FitInput } from "./model.ts";

/** The margin that the base rate or the mean gives, before any tree. */
export function startingMargins({ task, classes, train }: FitInput): Float64Array {
  const weightAt = (i: number) => train.weights?.[i] ?? 1;
  let total = 0;
  for (let i = 0; i < train.rows; i++) total += weightAt(i);
  if (task === "multiclass") {
    const sums = new Float64Array(classes);
    for (let i = 0; i < train.rows; i++) sums[train.target[i]!]! += weightAt(i);
    return sums.map((sum) => log(Math.max(sum / total, 1e-9)));
  }
  let sum = 0;
  for (let i = 0; i < train.rows; i++) sum += weightAt(i) * train.target[i]!;
  const mean = sum / total;
  if (task === "regression") return Float64Array.of(mean);
  const rate = Math.min(Math.max(mean, 1e-9), 1 - 1e-9);
  return Float64Array.of(log(rate) - log(1 - rate));
}
