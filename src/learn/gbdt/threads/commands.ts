import { type Kernels, splitResult } from "../../kernels/kernels.ts";
import { control, type Layout } from "./layout.ts";

/** Commands that a team of threads carries out together, in as many parts as it has members. */
export const command = {
  stop: 1,
  interleave: 2,
  gradients: 3,
  quantise: 4,
  histogram: 5,
  divide: 6,
  settle: 7,
  addLeaves: 8,
  addTree: 9,
  addTreeToValidation: 10,
  search: 11,
  searchLevel: 12,
  quantiseDrawn: 13,
} as const;

/** Slots of `search`'s arguments: where two leaves' histograms lie, how the smaller's gets there, and what to look for. */
export const searchArguments = {
  /** Histogram of the smaller leaf. */
  small: 0,
  /** Histogram of the leaf that was divided, of which what is left is the greater leaf's; 0: there is none. */
  large: 1,
  /** Rows that the smaller's histogram is still to be filled from; none where both are the same. */
  start: 2,
  end: 3,
  /** 1: what the other parts filled is to be added to the smaller's histogram first. */
  merges: 4,
  /** Of each leaf: rows (0: no split is looked for), gradient, hessian. */
  leaves: 5,
  count: 11,
} as const;

export type Command = (typeof command)[keyof typeof command];

/** One member's view of the memory: the arguments of the command lie as doubles in the control block. */
export interface Member {
  readonly kernels: Kernels;
  readonly layout: Layout;
  readonly arguments: Float64Array;
  /** Rows that each part sent left. */
  readonly results: Int32Array;
  readonly leafRanges: Uint32Array;
  readonly leafValues: Float64Array;
}

export function newMember(kernels: Kernels, layout: Layout, buffer: SharedArrayBuffer): Member {
  return {
    kernels,
    layout,
    arguments: new Float64Array(buffer, layout.control + control.arguments * 4, 16),
    results: new Int32Array(buffer, layout.control + control.results * 4, 64),
    leafRanges: new Uint32Array(buffer, layout.leafRanges, 2 * layout.leaves),
    leafValues: new Float64Array(buffer, layout.leafValues, layout.leaves),
  };
}

/**
 * Carries out one part of a command, whichever member that is. Parts differ with the number of members, results do not: sums
 * are of integers.
 */
export function perform(member: Member, what: Command, part: number, parts: number): void {
  const { kernels, layout, arguments: a } = member;
  const { rows, classes } = layout;
  switch (what) {
    case command.interleave: {
      const [start, end] = shareOf(part, parts, 0, rows);
      const columns = layout.columns + a[0]! * rows;
      kernels.interleaveBins(columns, rows, a[1]!, layout.binsByRow + a[0]!, layout.stride, start, end);
      return;
    }
    case command.gradients: {
      const [start, end] = shareOf(part, parts, 0, rows);
      const { margins, target, weights, gradients, hessians } = layout;
      const out = layout.maxima + 16 * classes * part;
      // Nothing is left of what more parts found in an earlier round.
      if (parts === 1) kernels.clearWords(out, 2 * classes * layout.members);
      if (classes > 1)
        kernels.softmaxGradients(margins, target, weights, gradients, hessians, rows, classes, start, end, out);
      else if (a[0] === 1) kernels.binaryGradients(margins, target, weights, gradients, hessians, start, end, out);
      else kernels.squaredGradients(margins, target, weights, gradients, hessians, start, end, out);
      return;
    }
    case command.quantise: {
      const [start, end] = shareOf(part, parts, 0, rows);
      const offset = 4 * rows * a[0]!;
      const { gradients, hessians, packed } = layout;
      kernels.quantise(gradients + offset, hessians + offset, packed, start, end, a[1]!, a[2]!, a[3]!);
      return;
    }
    case command.histogram: {
      const [start, end] = shareOf(part, parts, a[0]!, a[1]!);
      const bytes = 8 * layout.histogramWords;
      const to = part === 0 ? a[2]! : layout.partHistograms + (part - 1) * bytes;
      buildHistogram(member, part, start, end, to);
      return;
    }
    case command.quantiseDrawn: {
      const [start, end] = shareOf(part, parts, 0, rows);
      const offset = 4 * rows * a[0]!;
      const { gradients, hessians, packed, draws } = layout;
      const [own, ownHessians] = [gradients + offset, hessians + offset];
      kernels.quantiseDrawn(own, ownHessians, packed, start, end, a[1]!, a[2]!, a[3]!, draws, a[4]!);
      return;
    }
    case command.searchLevel:
      searchLevel(member, part, parts);
      return;
    case command.search:
      searchFeatures(member, part, parts);
      return;
    case command.divide: {
      const [start, end] = shareOf(part, parts, a[0]!, a[1]!);
      member.results[part] = kernels.divideRows(a[2]!, layout.rowOrder, start, end, layout.rowScratch, a[3]!);
      return;
    }
    case command.settle:
      settle(member, part, parts, a[0]!, a[1]!);
      return;
    case command.addLeaves: {
      const [from, to] = shareOf(part, parts, 0, a[1]!);
      for (let leaf = 0; leaf < a[0]!; leaf++) {
        const start = Math.max(member.leafRanges[2 * leaf]!, from);
        const end = Math.min(member.leafRanges[2 * leaf + 1]!, to);
        if (start < end) kernels.addLeaf(a[2]!, layout.rowOrder, start, end, member.leafValues[leaf]!);
      }
      return;
    }
    case command.addTree:
    case command.addTreeToValidation: {
      const onValidation = what === command.addTreeToValidation;
      const n = onValidation ? layout.validationRows : rows;
      const [start, end] = shareOf(part, parts, 0, n);
      const columns = onValidation ? layout.validationColumns : layout.columns;
      kernels.addTree(columns, n, start, end, layout.nodes, layout.tables, layout.leafValues, a[0]!);
      return;
    }
    case command.stop:
      return;
  }
}

/** Fills the histogram at `to` from rows start … end of the row order, for `count` features from `first` on. */
function buildHistogram(
  { kernels, layout }: Member,
  part: number,
  start: number,
  end: number,
  to: number,
  first = 0,
  count = layout.features,
): void {
  const at = to + 8 * layout.words * first;
  kernels.clearWords(at, layout.words * count);
  const block = layout.blocks + part * layout.blockBytes;
  const { binsByRow, stride, rowOrder, packed } = layout;
  kernels.addHistograms(binsByRow + first, stride, count, rowOrder, start, end, packed, at, block, layout.words);
}

/** Completes two leaves' histograms and finds their best splits among one part of the features. */
function searchFeatures(member: Member, part: number, parts: number): void {
  const { kernels, layout, arguments: a } = member;
  const [first, end] = featuresOf(layout.features, part, parts);
  const count = end - first;
  if (count === 0) return;
  const [small, large] = [a[searchArguments.small]!, a[searchArguments.large]!];
  const bytes = 8 * layout.words;
  const at = small + bytes * first;
  if (a[searchArguments.start]! < a[searchArguments.end]!)
    buildHistogram(member, part, a[searchArguments.start]!, a[searchArguments.end]!, small, first, count);
  if (a[searchArguments.merges] === 1)
    for (let other = 1; other < parts; other++) {
      const more = layout.partHistograms + 8 * (other - 1) * layout.histogramWords;
      kernels.addWords(at, more + bytes * first, layout.words * count);
    }
  const rest = large + bytes * first;
  if (large > 0) kernels.subtractWords(rest, rest, at, layout.words * count);
  for (let k = 0; k < 2; k++) {
    const leaf = searchArguments.leaves + 3 * k;
    const rows = a[leaf]!;
    if (rows === 0) continue;
    const histogram = k === 0 ? at : rest;
    const table = layout.featureTable + 16 * first;
    const scratch = layout.splitScratch + 2048 * part;
    const out = splitOutOf(layout, part, k);
    kernels.findSplit(histogram, table, count, layout.settings, a[leaf + 1]!, a[leaf + 2]!, rows, scratch, out);
  }
}

/** Finds the best split of all leaves of a level among one part of the features. */
function searchLevel({ kernels, layout, arguments: a }: Member, part: number, parts: number): void {
  const [first, end] = featuresOf(layout.features, part, parts);
  if (end === first) return;
  const { histograms, levelLeaves, settings } = layout;
  kernels.findLevelSplit(
    histograms + 8 * layout.words * first,
    8 * layout.histogramWords,
    levelLeaves,
    a[0]!,
    layout.featureTable + 16 * first,
    end - first,
    first,
    settings,
    a[1]!,
    layout.splitScratch + 2048 * part,
    splitOutOf(layout, part, 0),
  );
}

/** The features whose histograms one part searches: an even number of them, because they are filled by twos and more. */
export function featuresOf(features: number, part: number, parts: number): [first: number, end: number] {
  const at = (k: number) => (k === parts ? features : Math.floor((features * k) / parts) & ~1);
  return [at(part), at(part + 1)];
}

/** Where a part writes what it found for the smaller (0) and the greater (1) of two leaves. */
export function splitOutOf({ splitOut }: Layout, part: number, leaf: number): number {
  return splitOut + splitResult.bytes * (2 * part + leaf);
}

/** Moves what `divide` left in the scratch rows to its place: all lefts in row order, then all rights in row order. */
function settle({ kernels, layout, results }: Member, part: number, parts: number, from: number, to: number): void {
  const [start, end] = shareOf(part, parts, from, to);
  let leftBefore = 0;
  let leftOfAll = 0;
  for (let other = 0; other < parts; other++) {
    if (other < part) leftBefore += results[other]!;
    leftOfAll += results[other]!;
  }
  const left = results[part]!;
  const right = end - start - left;
  const rightStart = from + leftOfAll + (start - from - leftBefore);
  kernels.copyRows(layout.rowOrder + 4 * (from + leftBefore), layout.rowScratch + 4 * start, left);
  kernels.copyRowsReversed(layout.rowOrder + 4 * rightStart, layout.rowScratch + 4 * (end - right), right);
}

function shareOf(part: number, parts: number, start: number, end: number): [number, number] {
  const size = end - start;
  const at = (k: number) => start + Math.floor((size * k) / parts);
  return [at(part), at(part + 1)];
}
