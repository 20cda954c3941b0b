import type { LearningTask } from "../../model.ts";

/** Margins of several folds as one: fold after fold, class-major over all of them. */
export function joinFolds(parts: readonly Float64Array[], classes: number, task: LearningTask): Float64Array {
  const outputs = task === "multiclass" ? classes : 1;
  const rows = parts.map((part) => part.length / outputs);
  const all = rows.reduce((sum, count) => sum + count, 0);
  const margins = new Float64Array(all * outputs);
  let from = 0;
  for (const [k, part] of parts.entries()) {
    const own = rows[k]!;
    for (let c = 0; c < outputs; c++) margins.set(part.subarray(c * own, (c + 1) * own), c * all + from);
    from += own;
  }
  return margins;
}

/** Margins of some rows, class-major. */
export function marginsAt(margins: Float64Array, places: Uint32Array, all: number): Float64Array {
  const outputs = margins.length / all;
  const some = new Float64Array(places.length * outputs);
  for (let c = 0; c < outputs; c++)
    for (let i = 0; i < places.length; i++) some[c * places.length + i] = margins[c * all + places[i]!]!;
  return some;
}

/** Σ weight × margins, in the order of the models. */
export function weightedMargins(models: readonly Float64Array[], weights: readonly number[]): Float64Array {
  const sum = new Float64Array(models[0]!.length);
  for (const [k, margins] of models.entries())
    for (let i = 0; i < sum.length; i++) sum[i]! += weights[k]! * margins[i]!;
  return sum;
}
