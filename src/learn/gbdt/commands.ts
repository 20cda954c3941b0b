import type { Kernels } from "../kernels/kernels.ts";
import { control, type Layout } from "./layout.ts";

/** Commands that a team of threads carries out together, each member on its share of the rows. */
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
} as const;

export type Command = (typeof command)[keyof typeof command];

/** One member's view: its rank, and the arguments of the command as doubles in the control block. */
export interface Member {
  readonly rank: number;
  readonly kernels: Kernels;
  readonly layout: Layout;
  readonly arguments: Float64Array;
  /** Rows that each member sent left. */
  readonly results: Int32Array;
  readonly leafRanges: Uint32Array;
  readonly leafValues: Float64Array;
}

export function newMember(rank: number, kernels: Kernels, layout: Layout, buffer: SharedArrayBuffer): Member {
  return {
    rank,
    kernels,
    layout,
    arguments: new Float64Array(buffer, layout.control + control.arguments * 4, 16),
    results: new Int32Array(buffer, layout.control + control.results * 4, 64),
    leafRanges: new Uint32Array(buffer, layout.leafRanges, 2 * layout.leaves),
    leafValues: new Float64Array(buffer, layout.leafValues, layout.leaves),
  };
}

/** Carries out one member's share. Shares differ with the number of members, results do not: sums are of integers. */
export function perform(member: Member, what: Command): void {
  const { kernels, layout, rank, arguments: a } = member;
  const { rows, classes } = layout;
  switch (what) {
    case command.interleave: {
      const [start, end] = share(member, 0, rows);
      kernels.interleaveBins(layout.columns, rows, layout.features, layout.binsByRow, layout.stride, start, end);
      return;
    }
    case command.gradients: {
      const [start, end] = share(member, 0, rows);
      const { margins, target, weights, gradients, hessians } = layout;
      const out = layout.maxima + 16 * classes * rank;
      if (classes > 1)
        kernels.softmaxGradients(margins, target, weights, gradients, hessians, rows, classes, start, end, out);
      else if (a[0] === 1) kernels.binaryGradients(margins, target, weights, gradients, hessians, start, end, out);
      else kernels.squaredGradients(margins, target, weights, gradients, hessians, start, end, out);
      return;
    }
    case command.quantise: {
      const [start, end] = share(member, 0, rows);
      const offset = 4 * rows * a[0]!;
      const { gradients, hessians, packed } = layout;
      kernels.quantise(gradients + offset, hessians + offset, packed, start, end, a[1]!, a[2]!, a[3]!);
      return;
    }
    case command.histogram: {
      const [start, end] = share(member, a[0]!, a[1]!);
      const bytes = 8 * layout.histogramWords;
      const to = rank === 0 ? a[2]! : layout.partHistograms + (rank - 1) * bytes;
      buildHistogram(member, start, end, to);
      return;
    }
    case command.divide: {
      const [start, end] = share(member, a[0]!, a[1]!);
      member.results[rank] = kernels.divideRows(a[2]!, layout.rowOrder, start, end, layout.rowScratch, a[3]!);
      return;
    }
    case command.settle:
      settle(member, a[0]!, a[1]!);
      return;
    case command.addLeaves: {
      const [from, to] = share(member, 0, a[1]!);
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
      const [start, end] = share(member, 0, n);
      const columns = onValidation ? layout.validationColumns : layout.columns;
      kernels.addTree(columns, n, start, end, layout.nodes, layout.tables, layout.leafValues, a[0]!);
      return;
    }
    case command.stop:
      return;
  }
}

/** Fills the histogram at `to` from rows start … end of the row order. */
export function buildHistogram(member: Member, start: number, end: number, to: number): void {
  const { kernels, layout, rank } = member;
  kernels.clearWords(to, layout.histogramWords);
  const block = layout.blocks + rank * layout.blockBytes;
  const { binsByRow, stride, features, rowOrder, packed } = layout;
  kernels.addHistograms(binsByRow, stride, features, rowOrder, start, end, packed, to, block);
}

/** Moves what `divide` left in the scratch rows to its place: all lefts in row order, then all rights in row order. */
function settle(member: Member, from: number, to: number): void {
  const { kernels, layout, rank, results } = member;
  const [start, end] = share(member, from, to);
  let leftBefore = 0;
  let leftOfAll = 0;
  for (let other = 0; other < layout.members; other++) {
    if (other < rank) leftBefore += results[other]!;
    leftOfAll += results[other]!;
  }
  const left = results[rank]!;
  const right = end - start - left;
  const rightStart = from + leftOfAll + (start - from - leftBefore);
  kernels.copyRows(layout.rowOrder + 4 * (from + leftBefore), layout.rowScratch + 4 * start, left);
  kernels.copyRowsReversed(layout.rowOrder + 4 * rightStart, layout.rowScratch + 4 * (end - right), right);
}

function share({ layout, rank }: Member, start: number, end: number): [number, number] {
  const size = end - start;
  const at = (k: number) => start + Math.floor((size * k) / layout.members);
  return [at(rank), at(rank + 1)];
}
