import type { LearningData, LearningFeature } from "../../model.ts";
import { type JudgedRows, rowsJudged } from "../rows/judged-rows.ts";
import type { Trial } from "../trial/run-trial.ts";

/** A matrix with the margins of other models after its features: of several classes one column each, model after model. */
export function withMargins(
  features: readonly LearningFeature[],
  margins: readonly Float64Array[],
  rows: number,
): LearningFeature[] {
  const read = margins.flatMap((own, k) =>
    Array.from(
      { length: own.length / rows },
      (_, c): LearningFeature => ({
        name: `margin ${k + 1}.${c + 1}`,
        kind: "numeric",
        values: own.subarray(c * rows, (c + 1) * rows),
      }),
    ),
  );
  return [...features, ...read];
}

/** Out-of-fold margins of some of all rows, in their order; `placeOf` tells where a row is judged. */
export function outOfFold(
  { margins }: Pick<Trial, "margins">,
  places: ArrayLike<number> & Iterable<number>,
  placeOf: Uint32Array,
): Float64Array {
  const all = placeOf.length;
  const outputs = margins.length / all;
  const some = new Float64Array(outputs * places.length);
  for (let c = 0; c < outputs; c++)
    for (let i = 0; i < places.length; i++) some[c * places.length + i] = margins[c * all + placeOf[places[i]!]!]!;
  return some;
}

/** Where each of all rows stands among the judged ones; each must be judged once. */
export function placesJudged(rows: JudgedRows): Uint32Array {
  const placeOf = new Uint32Array(rows.all.frame.rows);
  rowsJudged(rows).forEach((row, place) => {
    placeOf[row] = place;
  });
  return placeOf;
}

/** A second layer's matrix: that of the features, and the margins of the first layer's trials that it reads. */
export function layerData(data: LearningData, margins: readonly Float64Array[]): LearningData {
  return { ...data, features: withMargins(data.features, margins, data.rows) };
}
