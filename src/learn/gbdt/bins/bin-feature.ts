import type { Kernels } from "../../kernels/kernels.ts";
import type { WasmMemory } from "../../kernels/web-assembly.ts";
import type { LearningFeature } from "../../model.ts";
import type { FeatureBins } from "./find-bins.ts";

/** Byte offsets of scratch for one column: its values, its missing bits, and 256 bounds. */
export interface BinScratch {
  readonly values: number;
  readonly missing: number;
  readonly bounds: number;
}

/** Writes the bin of each row of a feature to `out`, one byte a row. */
export function binFeature(
  { buffer }: WasmMemory,
  kernels: Kernels,
  at: BinScratch,
  bins: FeatureBins,
  feature: LearningFeature,
  rows: number,
  out: number,
): void {
  if (bins.kind === "categorical") {
    const target = new Uint8Array(buffer, out, rows);
    for (let i = 0; i < rows; i++) target[i] = feature.missing?.[i] === 1 ? 0 : (bins.binOf[feature.values[i]!] ?? 0);
    return;
  }
  new Float64Array(buffer, at.values, rows).set(feature.values.subarray(0, rows));
  new Float64Array(buffer, at.bounds, 256).set(bins.bounds);
  if (feature.missing !== undefined) new Uint8Array(buffer, at.missing, rows).set(feature.missing.subarray(0, rows));
  // A missing value where training had none gets bin 255, which every split sends the way that it learned.
  const missingBin = bins.missingBin >= 0 ? bins.missingBin : 255;
  const missing = feature.missing === undefined ? 0 : at.missing;
  kernels.binColumn(at.values, missing, rows, at.bounds, bins.bounds.length, missingBin, out);
}

/** The four numbers of a feature in the kernels' table: bins, missing's bin (−1: none), categorical, may be used. */
export function tableRow(bins: FeatureBins): readonly [number, number, number, number] {
  return bins.kind === "numeric" ? [bins.bins, bins.missingBin, 0, 1] : [bins.bins, -1, 1, 1];
}
