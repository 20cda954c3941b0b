import type { LearningData, LearningFeature } from "../../model.ts";
import type { JudgedRows } from "../rows/judged-rows.ts";

/** Below so many training rows a look at a part of them costs as much as it saves. */
const fewestRows = 24_000;
/** A look at fewer rows than this says little of what many will give. */
const leastLook = 8000;
const share = 1 / 8;

/**
 * Which training rows of the only fold a trial learns from at first: evenly spread ones, so that a time or a group keeps its
 * share. `undefined` where folds are the rungs of the search, or rows are few.
 */
export function rowRung({ folds }: JudgedRows): Uint32Array | undefined {
  const rows = folds[0]!.train.length;
  if (folds.length > 1 || rows < fewestRows) return undefined;
  const count = Math.max(leastLook, Math.round(share * rows));
  return Uint32Array.from({ length: count }, (_, k) => Math.floor((k * rows) / count));
}

/** Some rows of a matrix. */
export function someRows({ features, target, weights }: LearningData, places: Uint32Array): LearningData {
  const pick = (values: Float64Array) => Float64Array.from(places, (row) => values[row]!);
  return {
    rows: places.length,
    features: features.map(
      ({ missing, ...feature }): LearningFeature => ({
        ...feature,
        values: pick(feature.values),
        ...(missing === undefined ? {} : { missing: Uint8Array.from(places, (row) => missing[row]!) }),
      }),
    ),
    target: pick(target),
    ...(weights === undefined ? {} : { weights: pick(weights) }),
  };
}
