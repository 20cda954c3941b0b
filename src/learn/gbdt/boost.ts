import { setImmediate as turn } from "node:timers/promises";
import { MillraceError, randomStream, shuffledIndices } from "#kernel";
import { balanced } from "../balanced.ts";
import { splitSettings } from "../kernels/kernels.ts";
import type { FitContext, FitInput } from "../model.ts";
import { startingMargins } from "../starting-margins.ts";
import { checkStart } from "./check-start.ts";
import { Dropouts } from "./dart.ts";
import { growTree } from "./grow/grow-tree.ts";
import { interactionGroups } from "./grow/interaction-groups.ts";
import type { Units } from "./grow/leaf.ts";
import type { GbdtModel, Tree } from "./model.ts";
import { checkObjective } from "./objectives/check-objective.ts";
import { earlyStopping } from "./objectives/early-stopping.ts";
import { regressionObjective } from "./objectives/regression-objective.ts";
import { leafValues, writeSlopes } from "./objectives/slopes.ts";
import type { GbdtOptions } from "./options.ts";
import { predictGbdt } from "./predict.ts";
import { type Prepared, prepare, putBack } from "./prepare.ts";
import { type Encoded, encodeCategories } from "./statistics/encode-categories.ts";
import { takeTurn } from "./statistics/turns.ts";
import { checkGrowth } from "./symmetric/check-growth.ts";
import { growSymmetricTree } from "./symmetric/grow-symmetric-tree.ts";
import { scoreNoise } from "./symmetric/noise.ts";
import { writeDraws } from "./symmetric/row-draws.ts";
import { command } from "./threads/commands.ts";

/**
 * Gradient-boosted trees: leaf-wise, on histograms of integer gradients, so that the model depends on the data, the options
 * and the seed, and not on the number of threads.
 *
 * Missing: goes the way that each split learned. Random: rounding, bagging and feature shares by counters under the seed.
 * Errors: KERNEL_STOPPED: when the context says so; LEARN_KERNELS_MISSING; LEARN_THREADS_FAILED.
 * Source: Ke et al., "LightGBM", NIPS 2017, §2–3; Shi et al., "Quantized Training of GBDT", NeurIPS 2022, §3, with as many
 * levels as 32 bits of sums allow instead of 4.
 */
export async function boost(given: FitInput, asked: GbdtOptions, context: FitContext): Promise<GbdtModel> {
  const options = checkGrowth(asked);
  const directions = checkObjective(given, options);
  const weighed = options.balanced ? balanced(given) : given;
  const encoded = encodeCategories(weighed, options, context.seed, context.stopping);
  const input = encoded?.input ?? weighed;
  const prepared = await prepare(input, options, context);
  try {
    return await boostPrepared(input, prepared, options, directions, context, encoded);
  } catch (error) {
    if (!(error instanceof MillraceError) || error.code !== "LEARN_THREADS_FAILED") throw error;
    // The model does not depend on the number of threads, so that losing one costs time only.
    context.progress({
      what: "growing trees again on one thread, because another did not finish",
      done: 0,
      total: options.trees,
    });
    return await boost(given, asked, { ...context, threads: 1 });
  } finally {
    putBack(input, prepared);
  }
}

async function boostPrepared(
  input: FitInput,
  prepared: Prepared,
  options: GbdtOptions,
  directions: Int8Array | undefined,
  context: FitContext,
  encoded: Encoded | undefined,
): Promise<GbdtModel> {
  const { layout, team } = prepared;
  const { classes } = layout;
  const objective = regressionObjective(options);
  const start = checkStart(input, objective);
  const base = start?.base ?? (objective === undefined ? startingMargins(input) : [objective.start(input.train)]);
  const groups = interactionGroups(input, options.interactions);
  writeMargins(input, prepared, base, start);
  const trees: Tree[] = [];
  const watch = earlyStopping(input, prepared, options, objective);
  const leafValue = leafValues(input.train, prepared, objective, options);
  const dropouts = options.boosting === "dart" ? new Dropouts(prepared, options, trees) : undefined;
  const mostDrawn = options.rowDraw === "bayesian" ? writeDraws(prepared, options) : 0;
  const before = (start?.trees.length ?? 0) / classes;
  for (let round = before; round < before + options.trees; round++) {
    // Threads that have ended, and a wish to stop, are heard of between rounds.
    await turn();
    if (context.stopping()) throw stopped(round - before, options.trees);
    team.sharing.next(performance.now());
    const fewer = team.ended.length > 0 ? ` on fewer threads, because one ended (${team.ended[0]})` : "";
    context.progress({ what: `growing trees${fewer}`, done: round - before, total: options.trees });
    if (encoded !== undefined) takeTurn(prepared, encoded, round, context.stopping);
    chooseFeatures(prepared, options, directions, encoded?.hidden, context.seed, round);
    const learningRate = dropouts?.drop(context.seed, round) ?? options.learningRate;
    if (objective === undefined) team.together(command.gradients, input.task === "binary" ? 1 : 0);
    else writeSlopes(input.train, prepared, objective);
    const rows = chooseRows(prepared, options, context.seed, round);
    let grew = false;
    for (let c = 0; c < classes; c++) {
      // A round of many classes is long.
      if (c > 0 && context.stopping()) throw stopped(round - before, options.trees);
      if (c > 0 && rows.sampled) restoreRows(prepared, options, context.seed, round);
      else if (c > 0) copyAllRows(prepared);
      const key = roundSeed(context.seed, round * classes + c);
      const units = quantise(prepared, c, key, mostDrawn, roundSeed(context.seed, round) ^ 0x2545f491);
      writeSettings(prepared, units, options, directions !== undefined, scoreNoise(prepared, options, c, round));
      const rules = { units, directions, leafValue: leafValue(c), groups, learningRate };
      const { tree, ranges } =
        options.growth === "symmetric"
          ? growSymmetricTree(prepared, rows.count, rules, options, key)
          : growTree(prepared, rows.count, rules, options);
      grew ||= tree.feature.length > 0;
      addToMargins(prepared, tree, ranges, c, rows.count === layout.rows);
      trees.push(tree);
      dropouts?.keep(tree, c);
    }
    dropouts?.restore();
    if (!grew) {
      trees.length -= classes;
      break;
    }
    if (watch.shouldStop(round - before)) break;
  }
  const grown = trees.length / classes;
  const rounds = watch.bestRounds(grown);
  return {
    learner: "gbdt",
    task: input.task,
    classes: input.classes,
    base: Float64Array.from(base),
    trees: [...(start?.trees ?? []), ...trees.slice(0, rounds * classes)],
    featureCount: layout.features - (encoded?.statistics.length ?? 0),
    ...(encoded === undefined ? {} : { statistics: encoded.statistics }),
    logLink: objective?.logLink ?? false,
    facts: { rounds: before + rounds, roundsGrown: before + grown, ...watch.facts() },
  };
}

/** The margins that boosting begins with: the base, and what an earlier model's trees add. */
function writeMargins(
  { train, validation }: FitInput,
  { memory, layout }: Prepared,
  base: ArrayLike<number>,
  start: GbdtModel | undefined,
): void {
  for (const [data, at, rows] of [
    [train, layout.margins, layout.rows],
    [validation, layout.validationMargins, layout.validationRows],
  ] as const) {
    if (data === undefined) continue;
    const margins = new Float64Array(memory.buffer, at, layout.classes * rows);
    if (start !== undefined) margins.set(predictGbdt({ ...start, logLink: false }, data.features, rows));
    else for (let c = 0; c < layout.classes; c++) margins.fill(base[c]!, c * rows, (c + 1) * rows);
  }
}

function chooseFeatures(
  prepared: Prepared,
  options: GbdtOptions,
  directions: Int8Array | undefined,
  hidden: Uint8Array | undefined,
  seed: number,
  round: number,
): void {
  const { layout, memory } = prepared;
  const table = new Int32Array(memory.buffer, layout.featureTable, 4 * layout.features);
  const seen = layout.features - (hidden?.reduce((sum, one) => sum + one, 0) ?? 0);
  const count = Math.max(1, Math.round(seen * options.featureShare));
  const order = count < seen ? shuffledIndices(layout.features, randomStream(seed, `gbdt/features/${round}`)) : null;
  let taken = 0;
  for (let k = 0; k < layout.features; k++) {
    const feature = order?.[k] ?? k;
    const direction = directions?.[feature] ?? 0;
    const isTaken = hidden?.[feature] !== 1 && taken++ < count;
    table[4 * feature + 3] = !isTaken ? 0 : direction === 0 ? 1 : direction > 0 ? 2 : 3;
  }
}

/** Puts the rows that this round grows on into the row order. */
function chooseRows(
  prepared: Prepared,
  options: GbdtOptions,
  seed: number,
  round: number,
): { count: number; sampled: boolean } {
  if (options.rowShare >= 1) return { count: copyAllRows(prepared), sampled: false };
  return { count: restoreRows(prepared, options, seed, round), sampled: true };
}

function copyAllRows({ team, layout, usedRows }: Prepared): number {
  team.self.kernels.copyRows(layout.rowOrder, layout.allRows, usedRows);
  return usedRows;
}

function restoreRows(prepared: Prepared, options: GbdtOptions, seed: number, round: number): number {
  const { team, layout, usedRows } = prepared;
  const limit = Math.min(4294967295, Math.floor(options.rowShare * 4294967296));
  const key = roundSeed(seed, round) ^ 0x5bd1e995;
  const kept = team.self.kernels.sampleRows(layout.allRows, usedRows, key, limit, layout.rowOrder);
  return kept > 0 ? kept : copyAllRows(prepared);
}

function roundSeed(seed: number, round: number): number {
  return randomStream(seed, "gbdt/rounding").uint32At(round) | 0;
}

/**
 * Rounds one class's gradients to integers as fine as sums of all rows within 32 bits allow; with rows' weights drawn by
 * `drawKey`, where `mostDrawn` is above 0.
 */
function quantise(prepared: Prepared, classIndex: number, seed: number, mostDrawn: number, drawKey: number): Units {
  const { layout, memory, team } = prepared;
  const maxima = new Float64Array(memory.buffer, layout.maxima, 2 * layout.classes * layout.members);
  let mostGradient = 0;
  let mostHessian = 0;
  for (let member = 0; member < layout.members; member++) {
    mostGradient = Math.max(mostGradient, maxima[2 * (member * layout.classes + classIndex)]!);
    mostHessian = Math.max(mostHessian, maxima[2 * (member * layout.classes + classIndex) + 1]!);
  }
  if (mostDrawn > 0) {
    mostGradient *= mostDrawn;
    mostHessian *= mostDrawn;
  }
  const gradientLevels = Math.max(1, Math.min(2 ** 22, Math.floor((2 ** 31 - 1) / layout.rows) - 1));
  const hessianLevels = Math.max(1, Math.min(2 ** 22, Math.floor((2 ** 32 - 1) / layout.rows) - 1));
  const gradientScale = mostGradient > 0 ? gradientLevels / mostGradient : 1;
  const hessianScale = mostHessian > 0 ? hessianLevels / mostHessian : 1;
  if (mostDrawn > 0) team.together(command.quantiseDrawn, classIndex, gradientScale, hessianScale, seed, drawKey);
  else team.together(command.quantise, classIndex, gradientScale, hessianScale, seed);
  return { gradient: 1 / gradientScale, hessian: 1 / hessianScale };
}

function writeSettings(
  { memory, layout }: Prepared,
  units: Units,
  options: GbdtOptions,
  constrained: boolean,
  noise: number,
): void {
  const settings = new Float64Array(memory.buffer, layout.settings, splitSettings.count);
  settings[splitSettings.gradientUnit] = units.gradient;
  settings[splitSettings.hessianUnit] = units.hessian;
  settings[splitSettings.l2] = options.l2;
  settings[splitSettings.minHessian] = options.minHessianInLeaf;
  settings[splitSettings.minRows] = options.minRowsInLeaf;
  settings[splitSettings.catSmooth] = options.catSmooth;
  settings[splitSettings.catL2] = options.catL2;
  settings[splitSettings.catMinGroup] = options.minRowsPerGroup;
  settings[splitSettings.catMax] = options.maxCatThreshold;
  settings[splitSettings.catOneHot] = options.maxCatToOneHot;
  settings[splitSettings.noise] = noise;
  settings[splitSettings.words] = layout.words;
  settings[splitSettings.constrained] = constrained ? 1 : 0;
  // Under a log link a bin's hessian says little of its rows: fractions of many would add up to leaves of few.
  settings[splitSettings.wholeRows] = regressionObjective(options)?.logLink && !constrained ? 1 : 0;
}

function addToMargins(
  prepared: Prepared,
  tree: Tree,
  ranges: readonly (readonly [number, number])[],
  classIndex: number,
  allRows: boolean,
): void {
  const { layout, team } = prepared;
  if (tree.feature.length === 0) return;
  const margins = layout.margins + 8 * classIndex * layout.rows;
  if (allRows) {
    ranges.forEach((range, leaf) => {
      team.self.leafRanges.set(range, 2 * leaf);
    });
    team.together(command.addLeaves, ranges.length, layout.rows, margins);
  } else team.together(command.addTree, margins);
  if (layout.validationRows > 0)
    team.together(command.addTreeToValidation, layout.validationMargins + 8 * classIndex * layout.validationRows);
}

function stopped(round: number, total: number): MillraceError {
  return new MillraceError("KERNEL_STOPPED", {
    message: `Training was stopped after ${round} of ${total} rounds.`,
    next: "Run again to start the training anew.",
  });
}
