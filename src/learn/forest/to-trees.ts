import { type CategoryBins, type FeatureBins, levelsOf } from "../gbdt/bins/find-bins.ts";
import type { Tree } from "../gbdt/model.ts";
import type { GrownParts } from "./grow-tree.ts";

/** A grown tree with thresholds and codes for bins, one tree an output, all of one shape; leaf values times `scale`. */
export function toTrees(parts: GrownParts, bins: readonly FeatureBins[], scale: number): Tree[] {
  const { feature, bin, left, right, gain, bits, leafValues } = parts;
  const threshold = new Float64Array(feature.length);
  const levels = new Int32Array(feature.length);
  const categories = new Array<Uint32Array | null>(feature.length).fill(null);
  feature.forEach((own, node) => {
    const found = bins[own]!;
    if (found.kind === "numeric") threshold[node] = found.bounds[bin[node]!]!;
    else {
      categories[node] = codesOf(found, bits.subarray(8 * node, 8 * node + 8));
      levels[node] = levelsOf(found);
    }
  });
  const missingLeft = Uint8Array.from(parts.missingLeft);
  const shape = { feature, threshold, left, right, missingLeft, categories, levels, gains: gain };
  return leafValues.map((values) => ({ ...shape, leafValues: values.map((value) => value * scale) }));
}

/** Codes whose bin's bit is set, ascending. */
function codesOf({ binOf }: CategoryBins, words: Uint32Array): Uint32Array {
  const codes: number[] = [];
  for (let code = 0; code < binOf.length; code++) {
    const bin = binOf[code]!;
    if ((words[bin >> 5]! >>> (bin & 31)) & 1) codes.push(code);
  }
  return Uint32Array.from(codes);
}
