import { splitResult, splitSettings } from "../../kernels/kernels.ts";

/** So many weights are drawn from. */
export const drawnWeights = 4096;

/** What the size of the memory depends on. */
export interface Sizes {
  readonly rows: number;
  readonly validationRows: number;
  readonly features: number;
  /** 64-bit words that each feature's histogram takes. */
  readonly words: number;
  readonly classes: number;
  readonly leaves: number;
  readonly members: number;
  readonly hasWeights: boolean;
  readonly hasValidationWeights: boolean;
}

/** Byte offsets of everything that the kernels read and write, in one memory. Plain data: it is posted to threads. */
export interface Layout extends Sizes {
  /** Bytes of a row of bins: the features, rounded up to a multiple of 4. */
  readonly stride: number;
  /** 64-bit words of one leaf's histograms. */
  readonly histogramWords: number;
  readonly bytes: number;
  readonly control: number;
  readonly maxima: number;
  readonly settings: number;
  readonly featureTable: number;
  readonly bounds: number;
  readonly splitOut: number;
  readonly splitScratch: number;
  /** Of each leaf of a level: which histograms are its own, gradient, hessian. */
  readonly levelLeaves: number;
  /** Weights of rows to draw from, as floats. */
  readonly draws: number;
  readonly nodes: number;
  /** Which bins go left: of each node, and of each leaf's best split. */
  readonly tables: number;
  readonly leafTables: number;
  readonly leafValues: number;
  readonly leafRanges: number;
  readonly blocks: number;
  readonly blockBytes: number;
  readonly columns: number;
  readonly binsByRow: number;
  readonly allRows: number;
  readonly rowOrder: number;
  readonly rowScratch: number;
  readonly packed: number;
  readonly gradients: number;
  readonly hessians: number;
  readonly margins: number;
  readonly target: number;
  readonly weights: number;
  readonly values: number;
  readonly missing: number;
  readonly validationColumns: number;
  readonly validationMargins: number;
  readonly validationTarget: number;
  readonly validationWeights: number;
  readonly histograms: number;
  readonly partHistograms: number;
}

/** Words of the control block: the command's number, parts that are finished, the next part to take, the command, its arguments. */
export const control = {
  epoch: 0,
  done: 16,
  command: 32,
  ticket: 48,
  asleep: 56,
  results: 64,
  arguments: 128,
  bytes: 2048,
} as const;

/** Places everything in memory, each at a multiple of 128 bytes. An absent part has offset 0. */
export function layOut(sizes: Sizes): Layout {
  const { rows, validationRows, features, classes, leaves, members } = sizes;
  const stride = (features + 3) & ~3;
  const histogramWords = features * sizes.words;
  const blockBytes = 256 * (stride + 8) + 128;
  const widest = Math.max(rows, validationRows);
  let next = 128;
  const place = (bytes: number) => {
    const at = next;
    next = Math.ceil((at + bytes) / 128) * 128;
    return at;
  };
  const placed = {
    control: place(control.bytes),
    maxima: place(16 * classes * members),
    settings: place(8 * splitSettings.count),
    featureTable: place(16 * features),
    bounds: place(8 * 256),
    splitOut: place(2 * splitResult.bytes * members),
    splitScratch: place(256 * 8 * members),
    levelLeaves: place(24 * leaves),
    draws: place(4 * drawnWeights),
    nodes: place(12 * leaves),
    tables: place(256 * leaves),
    leafTables: place(256 * leaves),
    leafValues: place(8 * leaves),
    leafRanges: place(8 * leaves),
    blocks: place(blockBytes * members),
    columns: place(rows * features),
    binsByRow: place(rows * stride + 32),
    allRows: place(4 * rows),
    rowOrder: place(4 * rows),
    rowScratch: place(4 * rows),
    packed: place(8 * rows),
    gradients: place(4 * rows * classes),
    hessians: place(4 * rows * classes),
    margins: place(8 * rows * classes),
    target: place(8 * rows),
    weights: sizes.hasWeights ? place(8 * rows) : 0,
    values: place(8 * widest),
    missing: place(widest),
    validationColumns: place(validationRows * features),
    validationMargins: place(8 * validationRows * classes),
    validationTarget: place(8 * validationRows),
    validationWeights: sizes.hasValidationWeights ? place(8 * validationRows) : 0,
    histograms: place(8 * histogramWords * leaves),
    partHistograms: place(8 * histogramWords * (members - 1)),
  };
  return { ...sizes, ...placed, stride, histogramWords, blockBytes, bytes: next };
}
