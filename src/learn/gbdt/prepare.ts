import { fitStopped } from "../fit-stopped.ts";
import { loadKernels } from "../kernels/load-kernels.ts";
import { newMemory } from "../kernels/new-memory.ts";
import { bindKernels, type WasmMemory } from "../kernels/web-assembly.ts";
import type { FitContext, FitInput, LearningData } from "../model.ts";
import { binFeature, tableRow } from "./bins/bin-feature.ts";
import { type FeatureBins, findBins, newSample } from "./bins/find-bins.ts";
import type { GbdtOptions } from "./options.ts";
import { symmetricDepth } from "./symmetric/grow-symmetric-tree.ts";
import { command } from "./threads/commands.ts";
import { type Layout, layOut } from "./threads/layout.ts";
import { gatherTeam, type Team } from "./threads/team.ts";

/** Binned rows in the kernels' memory, ready to be learned from more than once. */
export interface Prepared {
  readonly memory: WasmMemory;
  readonly layout: Layout;
  readonly team: Team;
  readonly bins: readonly FeatureBins[];
  /** Rows of positive weight. */
  readonly usedRows: number;
}

/**
 * Below so many rows × trees a thread costs more than it saves: to start one takes as long as some hundred small trees, and
 * all that while it keeps the engine's compiler from the second core. 100 trees of 39k rows take 0.29 s alone, 0.36 s shared;
 * of 60k rows 0.39 s alone, 0.34 s shared.
 */
const threadsFromWork = 5_000_000;

const kept = new WeakMap<LearningData, Prepared>();

/**
 * Bins the data, or takes what an earlier fit on the same data has binned in the same way.
 *
 * Errors: KERNEL_STOPPED: when `stopping` says so.
 */
export async function prepare(
  input: FitInput,
  options: GbdtOptions,
  { threads, stopping }: Pick<FitContext, "threads" | "stopping">,
): Promise<Prepared> {
  const before = kept.get(input.train);
  // One fit at a time writes into it: two fits of the same rows each have their own.
  kept.delete(input.train);
  if (before !== undefined && canReuse(before, input, options)) return before;
  const pays = input.train.rows * options.trees >= threadsFromWork;
  const members = pays ? Math.max(1, Math.min(threads, 16)) : 1;
  return binAll(input, options, members, stopping);
}

/** Ends a fit: threads are let go; rows that were binned for one thread are kept for the next fit. */
export function putBack(input: FitInput, prepared: Prepared): void {
  if (prepared.layout.members > 1) prepared.team.close();
  else kept.set(input.train, prepared);
}

const signatures = new WeakMap<Prepared, string>();

function signatureOf(input: FitInput, options: GbdtOptions): string {
  const validation = input.validation;
  return [options.maxBins, options.minRowsInBin, input.classes, validation?.rows ?? 0].join("/");
}

const validations = new WeakMap<Prepared, LearningData>();

function canReuse(prepared: Prepared, input: FitInput, options: GbdtOptions): boolean {
  return (
    signatures.get(prepared) === signatureOf(input, options) &&
    validations.get(prepared) === input.validation &&
    prepared.layout.leaves >= mostLeaves(options)
  );
}

async function binAll(
  input: FitInput,
  options: GbdtOptions,
  members: number,
  stopping: () => boolean,
): Promise<Prepared> {
  const { train, validation } = input;
  const module = await loadKernels();
  const sample = newSample(train.rows);
  const bins = train.features.map((feature, f) => {
    if (stopping()) throw fitStopped(`after the bounds of ${f} of ${train.features.length} features`);
    return findBins(feature, train.rows, options.maxBins, options.minRowsInBin, sample);
  });
  const layout = layOut({
    rows: train.rows,
    validationRows: validation?.rows ?? 0,
    features: train.features.length,
    words: wordsFor(bins.reduce((most, own) => Math.max(most, own.bins), 0)),
    classes: input.task === "multiclass" ? input.classes : 1,
    leaves: mostLeaves(options),
    members,
    hasWeights: train.weights !== undefined,
    hasValidationWeights: validation?.weights !== undefined,
  });
  const memory = newMemory(layout.bytes);
  const kernels = bindKernels(module, memory);
  const team = gatherTeam(kernels, module, memory, layout);
  bins.forEach((found, f) => {
    if (stopping()) {
      team.close();
      throw fitStopped(`after the bins of ${f} of ${train.features.length} features`);
    }
    binFeature(memory, kernels, layout, found, train.features[f]!, train.rows, layout.columns + f * train.rows);
    if (validation === undefined) return;
    const to = layout.validationColumns + f * validation.rows;
    binFeature(memory, kernels, layout, found, validation.features[f]!, validation.rows, to);
  });
  team.together(command.interleave, 0, layout.features);
  writeFeatureTable(memory, layout, bins);
  const { buffer } = memory;
  new Float64Array(buffer, layout.target, train.rows).set(train.target);
  if (train.weights !== undefined) new Float64Array(buffer, layout.weights, train.rows).set(train.weights);
  if (validation !== undefined) {
    new Float64Array(buffer, layout.validationTarget, validation.rows).set(validation.target);
    if (validation.weights !== undefined)
      new Float64Array(buffer, layout.validationWeights, validation.rows).set(validation.weights);
  }
  const prepared: Prepared = { memory, layout, team, bins, usedRows: listUsedRows(memory, layout, train) };
  signatures.set(prepared, signatureOf(input, options));
  if (validation !== undefined) validations.set(prepared, validation);
  return prepared;
}

function mostLeaves(options: GbdtOptions): number {
  return Math.max(options.growth === "symmetric" ? 2 ** symmetricDepth(options) : options.leaves, 64);
}

/** Words of a feature's histogram: few rows have few bins, and of many columns the rest would fill the caches. */
function wordsFor(mostBins: number): number {
  return mostBins > 128 ? 256 : Math.max(2, (mostBins + 1) & ~1);
}

function writeFeatureTable(memory: WasmMemory, layout: Layout, bins: readonly FeatureBins[]): void {
  const table = new Int32Array(memory.buffer, layout.featureTable, 4 * bins.length);
  bins.forEach((found, f) => {
    table.set(tableRow(found), 4 * f);
  });
}

/** Rows of weight 0 are never learned from. */
function listUsedRows(memory: WasmMemory, layout: Layout, train: LearningData): number {
  const rows = new Uint32Array(memory.buffer, layout.allRows, train.rows);
  let used = 0;
  for (let i = 0; i < train.rows; i++) if (train.weights === undefined || train.weights[i]! > 0) rows[used++] = i;
  return used;
}
