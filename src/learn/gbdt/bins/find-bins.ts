import { mix } from "../../kernels/twin/numbers.ts";
import type { LearningFeature } from "../../model.ts";

/** How one feature's values become bins 0 … bins − 1. */
export type FeatureBins = NumericBins | CategoryBins;

export interface NumericBins {
  readonly kind: "numeric";
  /** Bin b holds values up to bounds[b]; the last bound is +Infinity. */
  readonly bounds: Float64Array;
  /** The last bin where training has missing values, else −1. */
  readonly missingBin: number;
  readonly bins: number;
}

export interface CategoryBins {
  readonly kind: "categorical";
  /** Bin of each code; bin 0 holds missing, unseen and rare levels. */
  readonly binOf: Uint8Array;
  readonly bins: number;
}

const sampleLimit = 200_000;
const sampleSeed = 0x6d2b79f5;

/** Scratch: one feature's known values of the rows looked at, then how often each different one is there. */
export interface Sample {
  readonly values: Float64Array;
  readonly counts: Uint32Array;
}

export function newSample(rows: number): Sample {
  const looked = Math.min(rows, sampleLimit);
  return { values: new Float64Array(looked), counts: new Uint32Array(looked) };
}

/** Learns the bins of a feature from its training rows. Beyond 200,000 rows so many are looked at, spread evenly. */
export function findBins(
  feature: LearningFeature,
  rows: number,
  maxBins: number,
  minRowsInBin: number,
  sample = newSample(rows),
): FeatureBins {
  return feature.kind === "categorical"
    ? categoryBins(feature, rows, maxBins)
    : numericBins(feature, rows, maxBins, minRowsInBin, sample);
}

function categoryBins(feature: LearningFeature, rows: number, maxBins: number): CategoryBins {
  const levels = feature.levels ?? 0;
  const counts = new Float64Array(levels);
  for (let i = 0; i < rows; i++) {
    const code = feature.values[i]!;
    if (feature.missing?.[i] !== 1 && code >= 0 && code < levels) counts[code]!++;
  }
  const frequent = Array.from({ length: levels }, (_, code) => code)
    .filter((code) => counts[code]! > 0)
    .sort((a, b) => counts[b]! - counts[a]! || a - b)
    .slice(0, maxBins - 1);
  const binOf = new Uint8Array(levels);
  frequent.forEach((code, k) => {
    binOf[code] = k + 1;
  });
  return { kind: "categorical", binOf, bins: frequent.length + 1 };
}

function numericBins(
  { values, missing }: LearningFeature,
  rows: number,
  maxBins: number,
  minRowsInBin: number,
  sample: Sample,
): FeatureBins {
  const hasMissing = missing?.includes(1) ?? false;
  const looked = sample.values.length;
  let known = 0;
  // One row of each stretch of equal length, drawn: every k-th one would fall into step with data of that period.
  const step = rows / looked;
  for (let k = 0; k < looked; k++) {
    const row = looked === rows ? k : Math.min(rows - 1, Math.floor((k + mix(k, sampleSeed) / 2 ** 32) * step));
    if (missing?.[row] !== 1) sample.values[known++] = values[row]!;
  }
  const bounds = Float64Array.from(boundsOf(sample, known, hasMissing ? maxBins - 1 : maxBins, minRowsInBin));
  return {
    kind: "numeric",
    bounds,
    missingBin: hasMissing ? bounds.length : -1,
    bins: bounds.length + (hasMissing ? 1 : 0),
  };
}

/** Sorts the first `known` values, leaves each different one once and counts it; returns how many there are. */
function countValues({ values, counts }: Sample, known: number): number {
  values.subarray(0, known).sort();
  let different = 0;
  for (let i = 0; i < known; ) {
    const value = values[i]!;
    let j = i + 1;
    while (j < known && values[j] === value) j++;
    values[different] = value;
    counts[different++] = j - i;
    i = j;
  }
  return different;
}

/**
 * Upper bounds of at most `most` bins of about equal counts; a value that alone fills a bin gets one of its own.
 * Source: LightGBM, src/io/bin.cpp, GreedyFindBin.
 */
function boundsOf(sample: Sample, known: number, most: number, minRows: number): number[] {
  const different = countValues(sample, known);
  const { values, counts } = sample;
  const bounds: number[] = [];
  let inBin = 0;
  if (different <= most) {
    for (let i = 0; i + 1 < different; i++) {
      inBin += counts[i]!;
      if (inBin < minRows) continue;
      bounds.push(between(values[i]!, values[i + 1]!));
      inBin = 0;
    }
    return [...bounds, Number.POSITIVE_INFINITY];
  }
  const bins = Math.max(1, Math.min(most, Math.floor(known / minRows)));
  const meanSize = known / bins;
  let [restBins, restRows] = [bins, known];
  for (let i = 0; i < different; i++) {
    if (counts[i]! < meanSize) continue;
    restBins--;
    restRows -= counts[i]!;
  }
  let target = restRows / Math.max(restBins, 1);
  for (let i = 0; i + 1 < different && bounds.length < bins - 1; i++) {
    const isBig = counts[i]! >= meanSize;
    if (!isBig) restRows -= counts[i]!;
    inBin += counts[i]!;
    const full = isBig || inBin >= target || (counts[i + 1]! >= meanSize && inBin >= Math.max(1, target * 0.5));
    if (!full) continue;
    bounds.push(between(values[i]!, values[i + 1]!));
    inBin = 0;
    if (!isBig) {
      restBins--;
      target = restRows / Math.max(restBins, 1);
    }
  }
  return [...bounds, Number.POSITIVE_INFINITY];
}

/** A threshold t with low ≤ t < high: the middle where it lies between them. */
function between(low: number, high: number): number {
  const middle = low / 2 + high / 2;
  return middle >= low && middle < high ? middle : low;
}

/** How many levels a feature has; 0 for numeric ones. */
export function levelsOf(bins: FeatureBins): number {
  return bins.kind === "categorical" ? bins.binOf.length : 0;
}

/** Codes whose bin goes left, ascending. Rare levels share bin 0, the way of missing values. */
export function leftCodes(bins: CategoryBins, goesLeft: Uint8Array): Uint32Array {
  const codes: number[] = [];
  const { binOf } = bins;
  for (let code = 0; code < binOf.length; code++) if (goesLeft[binOf[code]!] === 1) codes.push(code);
  return Uint32Array.from(codes);
}
