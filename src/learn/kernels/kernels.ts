import type { DistanceKernels } from "./distance-kernels.ts";
import type { GamKernels } from "./gam-kernels.ts";
import type { LinearKernels } from "./linear-kernels.ts";

/**
 * The numeric kernels over one memory: every pointer is a byte offset into it. The WebAssembly module and the TypeScript
 * twin both fill this shape, with equal results to the bit. What each does stands in `wasm/*.ts`.
 */
export interface Kernels extends LinearKernels, DistanceKernels, GamKernels {
  addHistograms(
    bins: number,
    stride: number,
    features: number,
    rows: number,
    start: number,
    end: number,
    packed: number,
    histogram: number,
    block: number,
    words: number,
  ): void;
  addWords(target: number, source: number, words: number): void;
  clearWords(target: number, words: number): void;
  subtractWords(target: number, left: number, right: number, words: number): void;
  findSplit(
    histogram: number,
    features: number,
    featureCount: number,
    settings: number,
    gradient: number,
    hessian: number,
    rows: number,
    scratch: number,
    out: number,
  ): void;
  findLevelSplit(
    histograms: number,
    slotBytes: number,
    leaves: number,
    leafCount: number,
    features: number,
    featureCount: number,
    first: number,
    settings: number,
    key: number,
    scratch: number,
    out: number,
  ): void;
  binColumn(
    values: number,
    missing: number,
    n: number,
    bounds: number,
    count: number,
    missingBin: number,
    out: number,
  ): void;
  interleaveBins(
    columns: number,
    n: number,
    features: number,
    out: number,
    stride: number,
    start: number,
    end: number,
  ): void;
  sampleRows(rows: number, count: number, seed: number, limit: number, out: number): number;
  quantise(
    gradients: number,
    hessians: number,
    packed: number,
    start: number,
    end: number,
    gradientScale: number,
    hessianScale: number,
    seed: number,
  ): void;
  quantiseDrawn(
    gradients: number,
    hessians: number,
    packed: number,
    start: number,
    end: number,
    gradientScale: number,
    hessianScale: number,
    seed: number,
    draws: number,
    key: number,
  ): void;
  divideRows(column: number, rows: number, start: number, end: number, scratch: number, goesLeft: number): number;
  copyRows(target: number, source: number, count: number): void;
  copyRowsReversed(target: number, source: number, count: number): void;
  addLeaf(margins: number, rows: number, start: number, end: number, value: number): void;
  addTree(
    columns: number,
    n: number,
    start: number,
    end: number,
    nodes: number,
    tables: number,
    leaves: number,
    margins: number,
  ): void;
  binaryGradients: PlainGradients;
  squaredGradients: PlainGradients;
  softmaxGradients(
    margins: number,
    target: number,
    weights: number,
    gradients: number,
    hessians: number,
    n: number,
    classes: number,
    start: number,
    end: number,
    out: number,
  ): void;
  binaryLoss: PlainLoss;
  squaredLoss: PlainLoss;
  softmaxLoss(margins: number, target: number, weights: number, n: number, classes: number): number;
  drawRows(n: number, seed: number, weights: number, out: number): void;
  listRows(n: number, weights: number, out: number): number;
  growForestTree(plan: number, used: number): number;
  denseForward(
    across: number,
    bias: number,
    input: number,
    inputs: number,
    out: number,
    outputs: number,
    rows: number,
  ): void;
  denseInputSlopes(weights: number, slope: number, outputs: number, out: number, inputs: number, rows: number): void;
  denseWeightSlopes(
    slope: number,
    outputs: number,
    input: number,
    inputs: number,
    gradient: number,
    bias: number,
    rows: number,
  ): void;
  rectify(input: number, over: number, out: number, count: number): void;
  addNumbers(target: number, source: number, count: number): void;
  moveTowards(target: number, source: number, count: number, share: number): void;
  transpose(matrix: number, rows: number, columns: number, out: number): void;
  adamStep(
    values: number,
    gradients: number,
    means: number,
    squares: number,
    count: number,
    step: number,
    tiny: number,
    shrink: number,
  ): void;
}

type PlainGradients = (
  margins: number,
  target: number,
  weights: number,
  gradients: number,
  hessians: number,
  start: number,
  end: number,
  out: number,
) => void;

type PlainLoss = (margins: number, target: number, weights: number, n: number) => number;

/** Slots of `findSplit`'s settings, in 8-byte steps. */
export const splitSettings = {
  gradientUnit: 0,
  hessianUnit: 1,
  l2: 2,
  minHessian: 3,
  minRows: 4,
  catSmooth: 5,
  catL2: 6,
  catMinGroup: 7,
  catMax: 8,
  catOneHot: 9,
  /** 1 where the leaf's values must lie within low … high and follow the features' directions. */
  constrained: 10,
  low: 11,
  high: 12,
  /** 1 where the rows of each bin are estimated as whole numbers. */
  wholeRows: 13,
  /** Words that each feature's histogram takes. */
  words: 14,
  /** Standard deviation of what is added to the score of each split of a level. */
  noise: 15,
  count: 16,
} as const;

/** Slots of `findSplit`'s result, in 8-byte steps; 256 bytes, one a bin (1 = goes left), start at slot `table`. */
export const splitResult = {
  gain: 0,
  feature: 1,
  bin: 2,
  missingLeft: 3,
  leftGradient: 4,
  leftHessian: 5,
  extraL2: 6,
  /** Of a level's split: its score with noise. */
  rank: 7,
  table: 8,
  bytes: 64 + 256,
} as const;
