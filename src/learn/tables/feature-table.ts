import { findBins } from "../gbdt/bins/find-bins.ts";
import type { Tree } from "../gbdt/model.ts";
import type { LearningFeature } from "../model.ts";

/** What one feature adds to one output: a number for each step of its values, and one where it is missing. */
export interface FeatureTable {
  readonly feature: number;
  /** Step k holds values up to bounds[k], above bounds[k − 1]; the last bound is +Infinity. */
  readonly bounds: Float64Array;
  readonly values: Float64Array;
  readonly missing: number;
}

/** Upper bounds of a feature's steps: of about equal counts for numbers, one a level for codes. */
export function stepBounds(feature: LearningFeature, rows: number, most: number, minRows: number): Float64Array {
  if (feature.kind === "categorical")
    return Float64Array.from({ length: Math.max(1, feature.levels ?? 1) }, (_, code) =>
      code + 1 < (feature.levels ?? 1) ? code + 0.5 : Number.POSITIVE_INFINITY,
    );
  const bins = findBins(feature, rows, most, minRows);
  return bins.kind === "numeric" ? bins.bounds : Float64Array.of(Number.POSITIVE_INFINITY);
}

/** The step of each row; `bounds.length` where the value is missing. */
export function stepsOf({ values, missing }: LearningFeature, bounds: Float64Array, rows: number): Uint16Array {
  const steps = new Uint16Array(rows);
  for (let i = 0; i < rows; i++) steps[i] = missing?.[i] === 1 ? bounds.length : stepOf(values[i]!, bounds);
  return steps;
}

function stepOf(value: number, bounds: Float64Array): number {
  let low = 0;
  let high = bounds.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value <= bounds[middle]!) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The table as a balanced tree: missing values leave at the root, steps of equal value are one leaf. */
export function tableTree({ feature, bounds, values, missing }: FeatureTable): Tree {
  const ends: number[] = [];
  const leaves: number[] = [];
  values.forEach((value, k) => {
    if (leaves.length > 0 && leaves.at(-1) === value) ends[ends.length - 1] = bounds[k]!;
    else {
      ends.push(bounds[k]!);
      leaves.push(value);
    }
  });
  const threshold = [Number.POSITIVE_INFINITY];
  const left = [0];
  const right = [~leaves.length];
  const grow = (from: number, to: number): number => {
    if (to - from === 1) return ~from;
    const middle = (from + to) >> 1;
    const node = threshold.length;
    threshold.push(ends[middle - 1]!);
    left.push(0);
    right.push(0);
    left[node] = grow(from, middle);
    right[node] = grow(middle, to);
    return node;
  };
  left[0] = grow(0, leaves.length);
  const nodes = threshold.length;
  return {
    feature: new Int32Array(nodes).fill(feature),
    threshold: Float64Array.from(threshold),
    left: Int32Array.from(left),
    right: Int32Array.from(right),
    missingLeft: new Uint8Array(nodes),
    categories: threshold.map(() => null),
    levels: new Int32Array(nodes),
    leafValues: Float64Array.of(...leaves, missing),
    gains: new Float64Array(nodes),
  };
}

/** Tables by feature, then by output, as one sum of trees that the program and `predictGbdt` know. */
export function tablesAsSum(tables: readonly (readonly FeatureTable[])[], base: Float64Array, featureCount: number) {
  return {
    learner: "gbdt" as const,
    base,
    trees: tables.flatMap((own) => own.map(tableTree)),
    featureCount,
    logLink: false,
  };
}
