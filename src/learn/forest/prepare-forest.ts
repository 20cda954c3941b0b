import { fitStopped } from "../fit-stopped.ts";
import { binFeature, tableRow } from "../gbdt/bins/bin-feature.ts";
import { type FeatureBins, findBins, newSample } from "../gbdt/bins/find-bins.ts";
import { loadKernels } from "../kernels/load-kernels.ts";
import { newMemory } from "../kernels/new-memory.ts";
import { bindKernels, type WasmMemory, type WasmModule } from "../kernels/web-assembly.ts";
import type { LearningFeature } from "../model.ts";
import { type ForestLayout, layOutForest } from "./layout.ts";

/** Rows that trees are averaged over. */
export interface ForestRows {
  readonly rows: number;
  readonly features: readonly LearningFeature[];
  readonly weights?: Float64Array | undefined;
  /** 0: `answers` are targets; else they are class numbers below this. */
  readonly classes: number;
  readonly answers: Float64Array;
}

export interface PreparedForest {
  readonly module: WasmModule;
  readonly memory: WasmMemory;
  readonly layout: ForestLayout;
  readonly bins: readonly FeatureBins[];
}

/**
 * Bins the rows into shared memory, with room for so many threads.
 *
 * Errors: KERNEL_STOPPED: when `stopping` says so; LEARN_MEMORY_SHORT; LEARN_KERNELS_MISSING.
 */
export async function prepareForest(
  { rows, features, weights, classes, answers }: ForestRows,
  maxBins: number,
  maxDepth: number,
  members: number,
  stopping: () => boolean,
): Promise<PreparedForest> {
  const module = await loadKernels();
  const layout = layOutForest({
    rows,
    features: features.length,
    classes,
    members,
    maxDepth,
    hasWeights: weights !== undefined,
    hasCategories: features.some(({ kind }) => kind === "categorical"),
  });
  const memory = newMemory(layout.bytes);
  const kernels = bindKernels(module, memory);
  const byRow = new Uint8Array(memory.buffer, layout.bins, rows * features.length);
  const column = new Uint8Array(memory.buffer, layout.column, rows);
  const table = new Int32Array(memory.buffer, layout.featureTable, 4 * features.length);
  const sample = newSample(rows);
  const bins = features.map((feature, f) => {
    if (stopping()) throw fitStopped(`after the bins of ${f} of ${features.length} features`);
    const found = findBins(feature, rows, maxBins, 1, sample);
    table.set(tableRow(found), 4 * f);
    binFeature(memory, kernels, layout, found, feature, rows, layout.column);
    // Rows side by side: nodes deep down read a few features of rows that lie far apart.
    for (let i = 0, at = f; i < rows; i++, at += features.length) byRow[at] = column[i]!;
    return found;
  });
  if (classes > 0) new Uint32Array(memory.buffer, layout.answers, rows).set(answers.subarray(0, rows));
  else new Float64Array(memory.buffer, layout.answers, rows).set(answers.subarray(0, rows));
  if (weights !== undefined) new Float64Array(memory.buffer, layout.weights, rows).set(weights.subarray(0, rows));
  return { module, memory, layout, bins };
}
